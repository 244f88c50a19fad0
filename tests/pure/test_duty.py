"""An escalation always ends at somebody, or the directory in which it would not is refused."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.directory_reach import first_gap, reach_findings
from casebook.directory_review import Demands, book_of
from casebook.directory_tables import WEEK, Absence, Directory, Person, Shift, Substitute, Unit
from casebook.district import load_district
from casebook.duty import Staff, is_on

MONDAY = date(2026, 11, 23)
DUTIES = ("duty_officer", "deputy_head", "principal_head")
NOON = datetime.combine(MONDAY, time(12))
DISTRICT = load_district(Path(__file__).resolve().parents[2] / "config")
DEMANDS = Demands.of(DISTRICT, needed_roles=frozenset(), day=MONDAY)


def unit(number: int, superior: int | None) -> Unit:
    above = None if superior is None else f"u{superior}"
    return Unit(
        code=f"u{number}", name=f"单位{number}", kind="department", level="district", role="r", area="a", superior=above
    )


def person(number: int, of_unit: int, duty: str) -> Person:
    values = {"person": f"p{number}", "name": "样例", "unit": f"u{of_unit}", "duty": duty, "phone": "99900000001"}
    return Person.model_validate(values)


def shift(who: int, of_unit: int = 0, **values: object) -> Shift:
    hours = {"from_time": "08:00", "to_time": "20:00"}
    return Shift.model_validate({"unit": f"u{of_unit}", "person": f"p{who}", **hours, **values})


def away(who: int, first: date, *, days: int) -> Absence:
    return Absence(person=f"p{who}", begins=first, ends=first + timedelta(days=days))


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Return units in a tree (or a forest, or with a circle), and a few people who are often away."""
    count = draw(st.integers(1, 5))
    superiors = draw(st.lists(st.one_of(st.none(), st.integers(0, count - 1)), min_size=count, max_size=count))
    units = tuple(unit(number, superior if superior != number else None) for number, superior in enumerate(superiors))
    posts = draw(st.lists(st.tuples(st.integers(0, count - 1), st.sampled_from(DUTIES)), max_size=6))
    people = tuple(person(number, *post) for number, post in enumerate(posts))
    if not people:
        return Directory(places=(), units=units, people=())
    anyone, day = st.integers(0, len(people) - 1), st.integers(-2, 9).map(lambda days: MONDAY + timedelta(days=days))
    absences = draw(st.lists(st.builds(away, anyone, day, days=st.integers(0, 4)), max_size=5))
    standing = st.builds(lambda one, other: Substitute(person=f"p{one}", substitute=f"p{other}"), anyone, anyone)
    dated = st.builds(
        lambda one, other, first: Substitute(person=f"p{one}", substitute=f"p{other}", begins=first),
        anyone,
        anyone,
        day,
    )
    rows = draw(st.lists(st.one_of(standing, dated), max_size=5))
    shifts = draw(st.lists(st.builds(shift, anyone, st.integers(0, count - 1)), max_size=3))
    return Directory(
        places=(),
        units=units,
        people=people,
        absences=tuple(absences),
        substitutes=tuple(rows),
        rosters=tuple(shifts),
    )


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(directory=directories(), hours=st.integers(0, 24 * 20))
def test_for_every_unit_duty_and_instant_somebody_is_found_or_the_import_refuses(
    directory: Directory, hours: int
) -> None:
    refused = any(each.refuses for each in reach_findings(book_of(directory), DEMANDS))
    staff, local = Staff.of(directory), datetime.combine(MONDAY, time()) + timedelta(hours=hours)
    found = {(each.code, duty): staff.find(each.code, duty, local=local) for each in directory.units for duty in DUTIES}
    assert refused or None not in found.values()
    for answer in filter(None, found.values()):
        absent = [row for row in directory.absences if row.person == answer.person.person and row.holds(local.date())]
        assert absent == []


@settings(max_examples=200, deadline=None)
@given(directory=directories())
def test_an_import_is_refused_only_when_on_some_day_nobody_is_a_duty_officer_anywhere_above(
    directory: Directory,
) -> None:
    bare = directory.model_copy(update={"rosters": ()})
    staff = Staff.of(bare)
    days = [MONDAY + timedelta(days=days) for days in range(20)]
    nobody = any(
        staff.find(each.code, "duty_officer", local=datetime.combine(day, time(12))) is None
        for each in bare.units
        for day in days
    )
    assert nobody == any(each.refuses for each in reach_findings(book_of(bare), DEMANDS))


def staffed(*people: Person, **tables: Sequence[object]) -> Staff:
    units = (unit(0, 1), unit(1, None))
    return Staff.of(Directory.model_validate({"places": (), "units": units, "people": people, **tables}))


OFFICER, HEAD, BOSS = person(0, 0, "duty_officer"), person(1, 0, "principal_head"), person(2, 1, "duty_officer")
AWAY = away(1, MONDAY, days=0)


@pytest.mark.parametrize(
    ("staff", "duty", "expected"),
    [
        (staffed(OFFICER, HEAD, BOSS), "principal_head", ("p1", "holder", "单位0主要负责人在任。")),
        (
            staffed(OFFICER, HEAD, BOSS, absences=[AWAY], substitutes=[Substitute(person="p1", substitute="p2")]),
            "principal_head",
            ("p2", "substitute", "单位0主要负责人请假，由替岗人承担。"),
        ),
        (
            staffed(OFFICER, HEAD, BOSS, absences=[AWAY]),
            "principal_head",
            ("p0", "holder", "单位0主要负责人请假，没有替岗人；单位0值班员在任。"),
        ),
        (
            staffed(HEAD, BOSS),
            "duty_officer",
            ("p2", "holder", "没有单位0值班员；转到上级单位1；单位1值班员在任。"),
        ),
        (staffed(OFFICER, HEAD, rosters=[shift(1)]), "duty_officer", ("p1", "roster", "按单位0值班员值班表当班。")),
        (
            staffed(
                OFFICER, HEAD, BOSS, rosters=[shift(1)], absences=[AWAY],
                substitutes=[Substitute(person="p1", substitute="p2")],
            ),
            "duty_officer",
            ("p2", "substitute", "单位0值班员值班表上的人请假，由替岗人当班。"),
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_how_somebody_was_found(staff: Staff, duty: str, expected: tuple[str, str, str]) -> None:
    found = staff.find("u0", duty, local=NOON)
    assert found is not None
    assert expected == (found.person.person, found.step, found.why)
    assert found.climbed == (found.unit == "u1")


def test_nobody_is_nobody_and_a_circle_ends() -> None:
    circle = Directory(places=(), units=(unit(0, 1), unit(1, 0)), people=())
    assert Staff.of(circle).find("u0", "duty_officer", local=NOON) is None
    assert Staff.of(circle).find("unknown", "duty_officer", local=NOON) is None


@pytest.mark.parametrize(
    ("row", "moment", "expected"),
    [
        (shift(0), "2026-11-23T08:00", True),
        (shift(0), "2026-11-23T20:00", False),
        (shift(0, weekdays="一", from_time="20:00", to_time="08:00"), "2026-11-24T07:59", True),
        (shift(0, weekdays="二", from_time="20:00", to_time="08:00"), "2026-11-24T07:59", False),
        (shift(0, from_time="00:00", to_time="00:00"), "2026-11-23T23:59", True),
        (shift(0, begins="2026-11-24", ends="2026-11-24"), "2026-11-24T12:00", True),
        (shift(0, begins="2026-11-24", ends="2026-11-24"), "2026-11-25T12:00", False),
        (shift(0, from_time="20:00", to_time="08:00", ends="2026-11-23"), "2026-11-24T03:00", True),
    ],
)
def test_a_shift_covers_its_hours_also_past_midnight(row: Shift, moment: str, expected: bool) -> None:  # noqa: FBT001
    assert expected == is_on(row, datetime.fromisoformat(moment))


@given(rows=st.lists(st.builds(
    shift,
    st.just(0),
    weekdays=st.text(WEEK, min_size=1, max_size=7),
    from_time=st.integers(0, 23).map(time),
    to_time=st.integers(0, 23).map(time),
), max_size=6))  # fmt: skip
def test_a_gap_is_where_no_shift_is_on(rows: list[Shift]) -> None:
    hours = [datetime.combine(MONDAY, time()) + timedelta(hours=hour) for hour in range(7 * 24)]
    free = [hour for hour in hours if not any(is_on(row, hour) for row in rows)]
    gap = first_gap(rows, MONDAY, days=7)
    assert (free[0] if free else None) == (gap[0] if gap else None)
