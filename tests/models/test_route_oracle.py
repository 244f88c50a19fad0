"""Asked before it happens: the answer is that of an oracle which reads the files by itself."""

import asyncio
import csv
import json
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casebook import directory
from casebook.district import load_district
from casebook.engine import open_casebook
from launcher.private import private_machine
from tests.models.route_command import run
from tests.models.route_oracle import Oracle, rows_of

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261123
CASES = 1000
ZONES = ("", "+08:00")
ZONE = ZoneInfo("Asia/Shanghai")
PERSONS = ("person", "substitute")
REFERENCES = {
    "rosters": ("unit", "person"),
    "substitutes": PERSONS,
    "absences": ("person",),
    "team_members": ("team", "unit"),
}
Lines = list[dict[str, Any]]


@pytest.fixture
def holes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a configuration in which units of streets and people on duty are missing, as in real life."""
    config, chance = tmp_path / "config", random.Random(SEED)  # noqa: S311 - the same each time
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("samples"))
    units = rows_of(config / "directory/units.csv")
    local = ("posted_force", "street_office", "community")
    gone = {unit["code"] for unit in units if unit["kind"] in local and chance.random() < 0.2}
    gone |= {"dept_health", "dept_police", "dept_market"}
    write(config / "directory/units.csv", [unit for unit in units if unit["code"] not in gone])
    people = [person for person in rows_of(config / "directory/people.csv") if person["unit"] not in gone]
    always = {row["unit"] for row in rows_of(config / "directory/rosters.csv")}  # gaps in a roster would be refused
    people = [p for p in people if p["duty"] != "duty_officer" or p["unit"] in always or chance.random() < 0.7]
    write(config / "directory/people.csv", people)
    there = {person["person"] for person in people}
    for name, columns in REFERENCES.items():
        path = config / f"directory/{name}.csv"
        rows = [row for row in rows_of(path) if not {row[column] for column in columns if column in PERSONS} - there]
        write(path, [row for row in rows if not {row[column] for column in columns} & gone])
    monkeypatch.setenv("MINHU_CONFIG", str(config))
    return config


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def cases(oracle: Oracle, *, count: int, seed: int) -> list[dict[str, str]]:
    """Return cases in which every category comes at least once, at any time of a year."""
    chance, begin = random.Random(seed), datetime(2026, 1, 1, tzinfo=ZONE)  # noqa: S311 - the same each time
    categories = [*oracle.categories, *chance.choices([*oracle.categories], k=count)][:count]
    return [
        {
            "category": category,
            "community": chance.choice(oracle.communities),
            "at": f"{begin + timedelta(minutes=chance.randrange(365 * 24 * 60)):%Y-%m-%dT%H:%M}" + chance.choice(ZONES),
        }
        for category in categories
    ]


def asked(path: Path, rows: list[dict[str, str]], capsys: pytest.CaptureFixture[str]) -> tuple[int, Lines]:
    write(path, rows)
    code = run("--csv", str(path))
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def shortened(line: dict[str, Any]) -> dict[str, Any]:
    """Return of an answer what the oracle says."""
    limits = {
        kind: tuple(limit[name] for name in ("limit", "limit_hours", "inspect_hours", "basis", "rule"))
        for kind, limit in line["limits"].items()
    }
    said = {name: line[name] for name in ("level", "lead_unit", "co_units", "rule", "assigned_by")}
    return said | {"limits": limits, "on_duty": [(duty["unit"], duty["person"]) for duty in line["on_duty"]]}


def check(lines: Lines, given: list[dict[str, str]], *, oracle: Oracle) -> None:
    assert len(lines) == len(given)
    for line, case in zip(lines, given, strict=True):
        at = datetime.fromisoformat(case["at"].removesuffix("+08:00"))
        expected = oracle.expected(case["category"], case["community"], at=at)
        assert expected.pop("why") in line["reason"]
        assert expected == shortened(line)
        assert line["at"] == f"{case['at'].removesuffix('+08:00')}:00+08:00"


def test_a_thousand_cases_agree_with_the_oracle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    oracle = Oracle(bpmn=ROOT / "bpmn", config=ROOT / "config")
    given = cases(oracle, count=CASES, seed=SEED)
    code, lines = asked(tmp_path / "cases.csv", given, capsys)
    assert code == 0
    check(lines, given, oracle=oracle)
    assert {line["category"] for line in lines} == set(oracle.categories)


def test_they_agree_where_units_and_duty_officers_are_missing(
    holes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    oracle = Oracle(bpmn=ROOT / "bpmn", config=holes)
    given = cases(oracle, count=CASES, seed=SEED + 1)
    code, lines = asked(tmp_path / "cases.csv", given, capsys)
    assert code == 0
    check(lines, given, oracle=oracle)
    assert any(line["lead_unit"] is None and line["rule"] for line in lines)
    assert any(duty["from_unit"] for line in lines for duty in line["on_duty"])


def test_the_files_and_the_casebook_find_the_same_unit_for_every_role_everywhere(holes: Path) -> None:
    district = load_district(holes)
    chance = random.Random(SEED)  # noqa: S311 - the same each time
    some = chance.sample([*district.communities], k=40)
    pairs = [(role, community) for role in district.roles for community in some]

    async def found(url: str) -> dict[tuple[str, str], str | None]:
        casebook = open_casebook(url)
        async with casebook.connect() as connection:
            answers = {pair: await directory.unit_for(connection, pair[0], community=pair[1]) for pair in pairs}
        await casebook.dispose()
        return answers

    with private_machine("postgres") as machine:
        answers = asyncio.run(found(machine.database_url))
    from_files = {pair: district.unit_for(pair[0], community=pair[1]) for pair in pairs}
    assert answers == {pair: unit.code if unit else None for pair, unit in from_files.items()}
