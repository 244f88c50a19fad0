"""`./minhu score` and `callback` as officials type them: recomputed, ranked, printed; a mistake is one sentence."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from openpyxl import load_workbook

from casebook.district import load_district
from casebook.errors import ConfigurationError
from casebook.periods import period
from casebook.score_rules import of_folders
from launcher.__main__ import main
from launcher.bench import scores
from launcher.machine import ROOT
from launcher.private import private_machine
from launcher.register import Decisions, prepare_casebook
from launcher.stack import Machine

Command = Callable[..., tuple[int, dict[str, Any], str]]
ROUNDS = 400


@pytest.fixture(scope="module")
def own_machine() -> Iterator[Machine]:
    """A machine of this file's own, in which a year was scored."""
    with private_machine("postgres") as machine:
        district = load_district(machine.settings.config)
        book = scores.Book(rules=of_folders(district, ROOT / "bpmn"))
        units = ["dept_water", "dept_urban", "street_002_urban", "street_002_posted_urban"]
        begins = period("2026", zone=district.zone).begins
        rows = scores.rows_of(ROUNDS, units=units, book=book, begins=begins)
        scores.fill(machine.database_url.replace("+psycopg", ""), rows)
        assert book.wrong == 0
        yield machine


@pytest.fixture
def minhu(own_machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("MINHU_STATE", str(own_machine.settings.state))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*arguments: object) -> tuple[int, dict[str, Any], str]:
        code = main(["score", *(str(argument) for argument in arguments)])
        said = capsys.readouterr()
        record = json.loads(said.out.splitlines()[-1]) if "--json" in arguments and said.out else {}
        return code, record, said.out + said.err

    return run


def test_a_year_under_its_own_rules_does_not_move(minhu: Command) -> None:
    version = load_district(ROOT / "config").rules_version
    code, record, said = minhu("--as", version, "--year", 2026, "--json")
    assert (0, 0, "2026") == (code, record["changed"], record["period"])
    assert all(
        unit["old_mean"] == unit["new_mean"] and unit["old_rank"] == unit["new_rank"] for unit in record["units"]
    )
    assert "0 个会变。没有写入" in said


def test_a_version_can_be_tried_before_it_is_in_force(
    minhu: Command, own_machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = tmp_path / "draft"
    shutil.copytree(own_machine.settings.config, draft, ignore=shutil.ignore_patterns("samples"))
    text = (draft / "district.toml").read_text(encoding="utf-8")
    weights = {"response = 0.10": "response = 0.40", "satisfaction = 0.40": "satisfaction = 0.10"}
    for old, new in ({"2026-11-28": "2027-01-01"} | weights).items():
        text = text.replace(old, new, 1)
    (draft / "district.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("MINHU_CONFIG", str(draft))
    code, record, said = minhu("--as", "2027-01-01", "--year", 2026, "--json")
    assert code == 0
    assert record["changed"] > 0
    assert "名 → 第 " in said
    assert minhu("--as", "2026-11-28", "--year", 2026, "--json")[1]["changed"] == 0


def test_a_year_is_ranked_at_every_level_and_shown_with_its_interval(minhu: Command) -> None:
    for level, count in (("unit", 4), ("street", 1), ("department", 2)):
        code, record, said = minhu("--year", 2026, "--level", level, "--json")
        assert (0, count) == (code, len(record["standings"]))
        assert "第 1 名" in said
    best = minhu("--year", 2026, "--json")[1]["standings"][0]
    assert best["interval"][0] < best["mean"] < best["interval"][1]


def test_the_annual_table_can_be_printed_and_says_what_the_command_says(minhu: Command, tmp_path: Path) -> None:
    file = tmp_path / "考核.xlsx"
    assert 0 == minhu("--year", 2026, "--xlsx", file)[0]
    workbook = load_workbook(file)
    assert ["说明", "单位", "街道（含派驻力量）", "部门", "经办人"] == workbook.sheetnames
    sheet = workbook["单位"]
    assert "江岸区“民呼我应”2026年度考核表（单位）" == sheet["A1"].value
    assert ("landscape", 9, "$1:$3", 1) == (
        sheet.page_setup.orientation,
        sheet.page_setup.paperSize,
        sheet.print_title_rows,
        sheet.page_setup.fitToWidth,
    )
    _, record, _ = minhu("--year", 2026, "--json")
    expected = [(each["rank"], each["name"], each["count"], each["mean"]) for each in record["standings"]]
    rows: list[tuple[Any, ...]] = list(sheet.iter_rows(min_row=4, values_only=True))
    assert expected == [(row[0], row[1], row[2], row[4]) for row in rows]
    assert all(0 <= row[7] <= 1 and row[10] is not None for row in rows)
    assert "已经存在" in minhu("--year", 2026, "--xlsx", file)[2]


def test_signals_are_listed_and_nothing_is_applied(minhu: Command) -> None:
    code, record, said = minhu("--signals", "--month", "2026-03", "--json")
    assert (0, 0, []) == (code, record["count"], record["signals"])
    assert "都没有影响得分" in said


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--month", "2026-13"), "“2026-13”不是考核周期"),
        (("--month", "2026"), "“2026”不是月份，例如 2026-11"),
        (("--year", "2026-11"), "“2026-11”不是年份"),
        (("--month", "2020-01"), "2020年1月没有已评分的诉求"),
        (("--as", "nope", "--month", "2026-03"), "没有版本为“nope”的评分规则。已有的版本：2026-11-28"),
        (("--as", "2026-11-28", "--month", "2020-01"), "2020年1月没有已评分的诉求"),
        (("--quarter", "2026-Q2", "--xlsx", "a.xlsx"), "年度考核表按年生成"),
        (("--year", "2020", "--xlsx", "a.xlsx"), "2020年没有已评分的诉求，没有生成考核表"),
    ],
)
def test_a_mistake_is_one_sentence(
    minhu: Command, arguments: tuple[str, ...], part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, said = minhu(*arguments)
    assert code == 2
    assert part in said
    assert "Traceback" not in said
    assert [] == list(tmp_path.iterdir())


def test_other_rules_under_a_known_version_are_named_by_check_and_refused_at_a_start(
    own_machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / "config"
    shutil.copytree(own_machine.settings.config, draft)
    rules = (draft / "scoring.toml").read_text(encoding="utf-8").replace('completion = "own"', 'completion = "shared"')
    (draft / "scoring.toml").write_text(rules, encoding="utf-8")
    monkeypatch.setenv("MINHU_STATE", str(own_machine.settings.state))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("MINHU_CONFIG", str(draft))
    assert 1 == main(["check"])
    assert "评分规则 2026-11-28 的内容变了（scoring.toml 的 [co_unit]），但版本号没有变" in capsys.readouterr().out
    url, key, bpmn = own_machine.database_url, own_machine.personal_key, own_machine.settings.bpmn
    with pytest.raises(ConfigurationError, match=r"scoring.toml 的 \[co_unit\].*换一个新的 rules_version"):
        prepare_casebook(url, key=key, decided=Decisions(config=draft, bpmn=bpmn), now=datetime.now(UTC))


CLOSED = """
    update requests set closed_at = '2026-03-10 12:00+08' where request_id like 'JA20260101-0001%';
    update callers set phone = 'x' where request_id like 'JA20260101-00010%'"""


def test_a_month_is_drawn_once_and_listed_without_names_and_numbers(
    own_machine: Machine, minhu: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del minhu  # it points the command at this machine
    with psycopg.connect(own_machine.database_url.replace("+psycopg", "")) as connection:
        connection.execute(CLOSED)
    drawn = []
    for file in ("a.csv", "b.csv"):
        assert 0 == main(["callback", "--month", "2026-03", "--csv", str(tmp_path / file), "--json"])
        drawn.append(json.loads(capsys.readouterr().out.splitlines()[-1])["drawn"])
    assert (10, drawn[0]) == (len(drawn[0]), drawn[1])
    rows = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "诉求编号,街道,承办单位,类别,办结时间,回访结果,已打次数" == rows[0]
    assert drawn[0] == [row.partition(",")[0] for row in rows[1:]]
    assert rows == (tmp_path / "b.csv").read_text(encoding="utf-8-sig").splitlines()
    for arguments in (["--month", "2026-03", "--share", "0.05"], ["--month", "2026-03", "--share", "x"]):
        assert 2 == main(["callback", *arguments])
        assert "--share 应在 0.10 到 1 之间" in capsys.readouterr().err
