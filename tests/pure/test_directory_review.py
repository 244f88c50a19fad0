"""Everything that is wrong with a directory is said at once, each with its sheet, row, column and what to do."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from casebook.directory_reach import reach_findings
from casebook.directory_review import Demands, book_of, review
from casebook.directory_tables import TABLES, Absence, Directory, Substitute, TeamMember
from casebook.directory_words import Wrong
from casebook.district import load_district

CONFIG = Path(__file__).resolve().parents[2] / "config"
DISTRICT = load_district(CONFIG)
SAMPLE = Directory.model_validate({name: getattr(DISTRICT, name) for name in TABLES})
NEEDED = frozenset({"community", "street_order", "posted_urban", "dept_water"})
DEMANDS = Demands.of(DISTRICT, needed_roles=NEEDED, day=date(2026, 11, 23))
Change = Callable[[Directory], Directory]


def found(directory: Directory) -> list[Wrong]:
    return review(book_of(directory), DEMANDS, more=(reach_findings,))


def with_row(table: str, key: str, /, **columns: object) -> Change:
    def change(directory: Directory) -> Directory:
        of = TABLES[table]
        rows = [
            entry.model_copy(update=columns) if of.key_of(entry)[0] == key else entry
            for entry in getattr(directory, table)
        ]
        return directory.model_copy(update={table: tuple(rows)})

    return change


def without(name: str, *keys: str) -> Change:
    def change(directory: Directory) -> Directory:
        of = TABLES[name]
        rows = [entry for entry in getattr(directory, name) if of.key_of(entry)[0] not in keys]
        return directory.model_copy(update={name: tuple(rows)})

    return change


def plus(name: str, entry: object) -> Change:
    return lambda directory: directory.model_copy(update={name: (*getattr(directory, name), entry)})


def test_the_sample_directory_is_sound() -> None:
    assert [] == found(SAMPLE)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (with_row("units", "dept_water", superior="nobody"), ["表“单位”第 7 行“上级单位编码”", "没有编码“nobody”"]),
        (with_row("units", "dept_water", hours="sometimes"), ["“工作时间”", "sometimes"]),
        (
            with_row("units", "district_centre", superior="dept_water"),
            ["绕成了圈", "江岸区“民呼我应”指挥中心 → 江岸区水务和湖泊局 → 江岸区“民呼我应”指挥中心"],
        ),
        (plus("units", SAMPLE.units[5]), ["与第 7 行重复"]),
        (with_row("units", "dept_fire", name="江岸区公安分局"), ["2 个单位都叫“江岸区公安分局”"]),
        (with_row("units", "street_002_centre", kind="street_office"), ["“大智街道”没有指挥（服务）中心"]),
        (
            with_row("units", "street_002_order", role="street_urban"),
            ["街道平安建设办”在大智街道没有单位", "“保成社区”"],
        ),
        (without("units", "district_inspection"), ["角色“督查部门”"]),
        (without("places", "420102002003"), ["缺少社区 420102002003“保成社区”"]),
        (with_row("places", "420102002003", street="420102002004"), ["“泰宁社区”是社区，不是街道"]),
        (without("team_members", "team_water"), ["专项组“江岸区排水防涝响应组”没有成员单位"]),
        (plus("team_members", TeamMember(team="dept_water", unit="dept_fire")), ["既不是专项组也不是中心"]),
        (plus("substitutes", Substitute(person="dept_fire_night_officer", substitute="nobody")), ["“替岗人员编码”"]),
        (without("rosters", "dept_fire"), ["7×24 小时单位“江岸区消防救援大队”的值班表有空档：11月23日 00:00"]),
        (plus("absences", Absence(person="nobody", begins=date(2027, 1, 1), ends=date(2027, 1, 1))), ["“nobody”"]),
    ],
)
def test_each_fault_is_named_with_its_place(change: Change, parts: list[str]) -> None:
    wrong = found(change(SAMPLE))
    assert any(each.refuses for each in wrong)
    said = "\n".join(each.sentence() for each in wrong)
    assert [part for part in parts if part not in said] == []


def test_all_faults_are_said_at_once() -> None:
    directory = with_row("units", "dept_water", superior="nobody")(without("rosters", "dept_fire")(SAMPLE))
    directory = without("places", "420102002003")(directory)
    said = "\n".join(each.sentence() for each in found(directory) if each.refuses)
    parts = ("没有编码“nobody”", "消防救援大队”的值班表有空档", "缺少社区 420102002003")
    assert [part for part in parts if part not in said] == []


def test_a_top_without_a_duty_officer_on_some_day_refuses_with_that_day() -> None:
    people = ("city_platform_duty_officer", "city_platform_night_officer")
    directory = SAMPLE
    for person in people:
        directory = plus("absences", Absence(person=person, begins=date(2027, 2, 5), ends=date(2027, 2, 7)))(directory)
    assert [] == [each for each in found(directory) if "district_centre" in each.what]
    [wrong] = found(directory)
    assert "从 2027-02-05 起找不到任何值班员" in wrong.what
    assert wrong.row == 2


def test_a_unit_without_people_is_worth_a_look_but_no_refusal() -> None:
    people = [each.person for each in SAMPLE.people if each.unit == "dept_tax"]
    directory = without("people", *people)(SAMPLE)
    kept = [row for row in directory.substitutes if not {row.person, row.substitute} & set(people)]
    directory = directory.model_copy(update={"substitutes": tuple(kept)})
    [wrong] = found(directory)
    assert not wrong.refuses
    assert wrong.sentence().startswith("提醒：")
