"""Working time is counted as the district's offices keep it."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.district import District, load_district
from casebook.working_calendar import OutsideCalendar, WorkingCalendar, WorkTime

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = ((time(9), time(12)), (time(13, 30), time(17, 30)))
CALENDAR = WorkingCalendar(WorkTime(HOURS), frozenset(range(2018, 2027)), overrides=(), zone=ZONE)
LAST = datetime(2029, 1, 1, tzinfo=ZONE)
FAR = (datetime(2026, 12, 31, tzinfo=ZONE), datetime(2027, 1, 2, tzinfo=ZONE))
DISTRICT = load_district(Path(__file__).resolve().parents[2] / "config")
INSTANTS = st.datetimes(datetime(2018, 1, 2), datetime(2026, 11, 1), timezones=st.just(ZONE))  # noqa: DTZ001


def district(name: str, *, limits: str) -> District:
    """The sample district with other named hours."""
    hours = {**DISTRICT.hours, name: DISTRICT.hours[name].model_copy(update={"limits": limits})}
    return DISTRICT.model_copy(update={"hours": hours})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-09-30T16:00", 4, "2026-10-08T11:30"),  # over the National Day holidays
        ("2026-02-13T17:00", 1, "2026-02-14T09:30"),  # into a make-up Saturday
        ("2026-10-10T10:00", 8, "2026-10-12T11:00"),  # from a make-up Saturday over a Sunday
        ("2026-11-20T11:30", 1, "2026-11-20T14:00"),  # over the noon break
        ("2026-11-20T20:00", 1, "2026-11-23T10:00"),  # from Friday night
        ("2026-11-20T12:30", 0, "2026-11-20T12:00"),  # no time at all ends where the last work ended
        ("2026-12-31T17:00", 1, "2027-01-04T09:30"),  # over New Year into a year nobody has confirmed
    ],
)
def test_working_hours_skip_nights_noon_and_holidays(start: str, hours: int, end: str) -> None:
    assert at(end) == CALENDAR.after(at(start), timedelta(hours=hours), basis="working")


def test_calendar_hours_never_stop() -> None:
    start = at("2026-09-30T16:00")
    assert start + timedelta(hours=48) == CALENDAR.after(start, timedelta(hours=48), basis="calendar")


def test_every_day_from_2018_to_2026_agrees_with_an_independent_calendar() -> None:
    day, differing = date(2018, 1, 1), []
    while day < date(2027, 1, 1):
        noon = datetime.combine(day, time(8), ZONE)
        works = CALENDAR.after(noon, timedelta(seconds=1), basis="working").date() == day
        if works != chinese_calendar.is_workday(day):  # type: ignore[no-untyped-call]
            differing.append(day)
        day += timedelta(days=1)
    assert [] == differing


@given(start=INSTANTS, first=st.integers(0, 200_000), second=st.integers(0, 200_000))
def test_adding_twice_is_adding_the_sum(start: datetime, first: int, second: int) -> None:
    one, two = timedelta(seconds=first), timedelta(seconds=second)
    step = CALENDAR.after(CALENDAR.after(start, one, basis="working"), two, basis="working")
    assert CALENDAR.after(start, one + two, basis="working") == step


@given(start=INSTANTS, seconds=st.integers(1, 400_000))
def test_a_deadline_lies_ahead_and_in_office_hours(start: datetime, seconds: int) -> None:
    end = CALENDAR.after(start, timedelta(seconds=seconds), basis="working")
    assert end > start
    assert any(begin <= end.timetz().replace(tzinfo=None) <= close for begin, close in HOURS)


@given(start=INSTANTS, seconds=st.integers(1, 400_000))
def test_the_clock_of_the_caller_does_not_matter(start: datetime, seconds: int) -> None:
    span = timedelta(seconds=seconds)
    in_utc = CALENDAR.after(start.astimezone(UTC), span, basis="working")
    assert CALENDAR.after(start, span, basis="working") == in_utc


def test_skipped_days_are_named_with_their_reason() -> None:
    skipped = CALENDAR.skipped(at("2026-09-30T16:00"), at("2026-10-08T11:30"), basis="working")
    assert [f"2026-10-0{n}" for n in range(1, 8)] == [day["day"] for day in skipped]
    assert "国庆节" in skipped[0]["why"]


def test_a_deadline_that_reaches_into_an_unconfirmed_year_is_provisional() -> None:
    start, end = at("2026-12-31T17:00"), at("2027-01-04T09:30")
    assert CALENDAR.is_provisional(start, end, basis="working")
    assert not CALENDAR.is_provisional(start, end, basis="calendar")
    assert not CALENDAR.is_provisional(at("2026-12-01T09:00"), at("2026-12-31T17:00"), basis="working")


def test_a_year_far_from_every_confirmed_one_is_refused_with_what_to_do() -> None:
    with pytest.raises(OutsideCalendar, match="confirmed_years"):
        CALENDAR.after(at("2031-01-05T09:00"), timedelta(hours=1), basis="working")
    with pytest.raises(OutsideCalendar, match="confirmed_years"):
        CALENDAR.after(at("2029-12-31T09:00"), timedelta(hours=500), basis="working")


def test_an_override_wins_over_the_package() -> None:
    overrides = ((date(2026, 11, 23), False), (date(2026, 11, 22), True))
    calendar = WorkingCalendar(WorkTime(HOURS), frozenset({2026}), overrides=overrides, zone=ZONE)
    assert at("2026-11-24T10:00") == calendar.after(at("2026-11-22T17:30"), timedelta(hours=1), basis="working")


PAUSES = st.lists(st.tuples(INSTANTS, st.integers(0, 3_000_000)), max_size=4)


@given(start=INSTANTS, seconds=st.integers(1, 400_000), paused=PAUSES, basis=st.sampled_from(["working", "calendar"]))
def test_pauses_give_exactly_their_time_back(
    start: datetime, seconds: int, paused: list[tuple[datetime, int]], basis: str
) -> None:
    span = timedelta(seconds=seconds)
    pauses = [(begin, min(begin + timedelta(seconds=length), LAST)) for begin, length in paused]
    end = CALENDAR.after(start, span, basis=basis, pauses=pauses)
    counted, at = timedelta(0), start
    for begin, resumed in [*sorted(pauses), (end, end)]:
        if at < begin:
            counted += CALENDAR.between(at, min(begin, end), basis=basis)
        at = max(at, min(resumed, end))
    assert span == counted
    assert end >= CALENDAR.after(start, span, basis=basis)


def test_a_pause_that_begins_after_the_deadline_changes_nothing() -> None:
    start, span = at("2026-11-23T09:00"), timedelta(hours=3)
    late = [(at("2026-11-23T12:00"), at("2026-11-25T12:00"))]
    assert at("2026-11-23T12:00") == CALENDAR.after(start, span, basis="working", pauses=late)


def test_a_unit_that_is_always_there_counts_every_hour_when_the_district_says_so() -> None:
    start, span = at("2026-09-30T20:00"), timedelta(hours=8)
    always = WorkingCalendar.of(district("always", limits="own"), hours="always")
    assert start + span == always.after(start, span, basis="working")
    assert ([], False) == (
        always.skipped(start, start + span, basis="working"),
        always.is_provisional(*FAR, basis="working"),
    )
    assert at("2026-10-09T10:00") == WorkingCalendar.of(DISTRICT, hours="always").after(start, span, basis="working")
    window = WorkingCalendar.of(district("window", limits="own"), hours="window")
    assert at("2026-10-01T16:00") == window.after(start, span, basis="working")
