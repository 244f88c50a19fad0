"""The sample exports: made anew from recipe and stories, like real ones, and as the district's requests are."""

import json
import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.district import load_district
from casebook.errors import ConfigurationError
from casebook.preview import read_tables
from casebook.reports import RequestReport, Withdrawal
from desk.intake import Rejected, Row, read_export
from launcher.machine import ROOT
from launcher.sample_exports.making import Making
from launcher.sample_exports.matters import spread
from launcher.sample_exports.mess import WRONG
from launcher.sample_exports.recipe import read_recipe, read_stories

CONFIG = ROOT / "config"
SAMPLES = CONFIG / "samples"
DISTRICT = load_district(CONFIG)
RECIPE = read_recipe(SAMPLES, district=DISTRICT)
STORIES = read_stories(SAMPLES, district=DISTRICT)
RESPONSE_LIST = read_tables(ROOT / "bpmn").response_list


def make(folder: Path, *, seed: int = RECIPE.seed) -> dict[str, list[Row]]:
    """Make all exports and read them again."""
    folder.mkdir(exist_ok=True)
    Making(district=DISTRICT, recipe=RECIPE, stories=STORIES, seed=seed).write(folder)
    return {
        code: list(
            read_export(folder / f"{code}.{platform.format}", platform=platform, district=DISTRICT),
        )
        for code, platform in DISTRICT.platforms.items()
    }


def level(report: RequestReport) -> str:
    hits = RESPONSE_LIST.hits(category=report.category, urgency=report.urgency)
    return str(hits[0].says("level")) if hits else "unclear"


def first_reports(rows: dict[str, list[Row]]) -> list[RequestReport]:
    found: dict[tuple[str, str], RequestReport] = {}
    for row in (row for export in rows.values() for row in export):
        if isinstance(row, RequestReport):
            found.setdefault((row.platform, row.external_id), row)
    return list(found.values())


def test_the_samples_in_the_configuration_are_what_the_recipe_makes(tmp_path: Path) -> None:
    make(tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (SAMPLES / path.name).read_bytes(), f"run ./minhu samples: {path.name} differs"


@pytest.mark.parametrize("seed", [1, 2, RECIPE.seed])
def test_every_seed_gives_as_many_good_repeated_and_refused_rows_as_the_recipe_says(tmp_path: Path, seed: int) -> None:
    for code, rows in make(tmp_path, seed=seed).items():
        mess = RECIPE.platforms[code].mess
        reports = [row for row in rows if isinstance(row, RequestReport)]
        refused = [row for row in rows if isinstance(row, Rejected)]
        expected = RECIPE.platforms[code].rows + (RECIPE.echoes if code == "message_board" else 0)
        assert len({report.external_id for report in reports}) == expected
        assert len(reports) - expected == mess.repeated + mess.changed
        assert sum(isinstance(row, Withdrawal) for row in rows) == mess.withdrawn
        assert len(refused) == sum(getattr(mess, kind) for kind in WRONG), [row.reason for row in refused]


def test_streets_and_communities_settle_about_95_of_100() -> None:
    rows = {
        code: list(read_export(SAMPLES / f"{code}.{platform.format}", platform=platform, district=DISTRICT))
        for code, platform in DISTRICT.platforms.items()
    }
    reports = sorted(first_reports(rows), key=lambda report: report.received_at)
    for some in (reports, reports[:210]):
        levels = Counter(map(level, some))
        own = levels["A"] + levels["B"]
        assert 0.93 <= own / (own + levels["C"] + levels["D"]) <= 0.97, levels
        assert min(levels["C"], levels["D"], levels["unclear"]) > 0
    nearby = {row for row in DISTRICT.catalogue if level_of(row) in {"A", "B"}}
    assert nearby <= {report.category for report in reports}


def level_of(category: str) -> str:
    hits = RESPONSE_LIST.hits(category=category, urgency=DISTRICT.catalogue[category].urgency)
    return str(hits[0].says("level")) if hits else "unclear"


def test_every_category_has_a_story_that_can_be_filled() -> None:
    assert {story.category for story in STORIES} == set(DISTRICT.catalogue)


@given(weights=st.lists(st.integers(1, 50), min_size=1, max_size=40), count=st.integers(1, 300), seed=st.integers())
def test_spreading_gives_each_its_share_give_or_take_one(weights: list[int], count: int, seed: int) -> None:
    chosen = Counter(spread(range(len(weights)), weights, count=count, dice=Random(seed)))  # noqa: S311 - a test of shares
    assert chosen.total() == count
    for thing, weight in enumerate(weights):
        assert abs(chosen[thing] - count * weight / sum(weights)) < 1.0001


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_people_of_the_samples_are_invented(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    for report in first_reports(make(tmp_path_factory.mktemp("made"), seed=seed)):
        assert (report.caller_phone or "999").startswith("999")
        assert (report.caller_name or "样例·").startswith("样例·")


@pytest.mark.parametrize(
    ("file", "before", "after", "expected"),
    [
        ("recipe.toml", "echoes = 8", "ecoes = 8", "echoes"),
        ("recipe.toml", 'hours = "people"', 'hours = "nobody"', "nobody"),
        ("recipe.toml", "[platforms.digital_city", "[platforms.digital_town", "digital_town"),
        ("recipe.toml", '"后湖街道" =', '"后湖街" =', "后湖街道"),
        ("recipe.toml", '"电话" = 70', '"传真" = 70', "传真"),
        ("stories.csv", "010101,", "010191,", "第 2 行"),
        ("stories.csv", "010101,74", "010101,-1", "第 2 行"),
    ],
)
def test_what_does_not_fit_the_district_is_named(
    tmp_path: Path, file: str, before: str, after: str, expected: str
) -> None:
    for name in ("recipe.toml", "stories.csv"):
        shutil.copy(SAMPLES / name, tmp_path)
    path = tmp_path / file
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    read = {"recipe.toml": read_recipe, "stories.csv": read_stories}[file]
    with pytest.raises(ConfigurationError, match=expected):
        read(tmp_path, district=DISTRICT)


def test_the_board_still_is_json(tmp_path: Path) -> None:
    make(tmp_path)
    assert json.loads((tmp_path / "message_board.json").read_text(encoding="utf-8"))["data"]["items"]
