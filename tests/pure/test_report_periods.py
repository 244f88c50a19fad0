"""The stretch of time of a report: named by a person, ended by the calendar, compared with two others."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.errors import RejectedInput
from casebook.report_periods import Period, as_of_for, engine_instant, last_whole, parse, windows, wished
from casebook.report_rules import Kind

ZONE = ZoneInfo("Asia/Shanghai")
KINDS: list[Kind] = ["monthly_report", "weekly_report", "flash_report"]


def period(kind: Kind, label: str) -> Period:
    return parse(kind, label, zone=ZONE)


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("monthly_report", "2026-13"),
        ("monthly_report", "2026-00"),
        ("monthly_report", "2026-1"),
        ("monthly_report", "1999-12"),
        ("monthly_report", "2026-10-01"),
        ("monthly_report", ""),
        ("monthly_report", "２０２６-10"),
        ("weekly_report", "2026-W54"),
        ("weekly_report", "2026-10"),
        ("weekly_report", "2026-W00"),
        ("flash_report", "2026-02-30"),
        ("flash_report", "昨天"),
    ],
)
def test_a_malformed_period_is_refused_with_an_example(kind: Kind, label: str) -> None:
    with pytest.raises(RejectedInput, match="写法不对，应为"):
        period(kind, label)


def test_a_period_that_has_not_begun_is_refused() -> None:
    now = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)
    with pytest.raises(RejectedInput, match="还没有开始"):
        as_of_for(period("monthly_report", "2026-11"), None, now=now)
    assert now + timedelta(minutes=1) == period("monthly_report", "2026-11").begins


def test_what_is_known_by_is_the_end_of_a_period_or_now() -> None:
    october = period("monthly_report", "2026-10")
    amid, after = october.begins + timedelta(days=9), october.ends + timedelta(days=9)
    assert [amid, october.ends] == [as_of_for(october, None, now=now) for now in (amid, after)]
    assert amid == as_of_for(october, amid, now=after)
    for wrong, what in ((after + timedelta(1), "还没有到"), (october.begins, "早于统计期")):
        with pytest.raises(RejectedInput, match=what):
            as_of_for(october, wrong, now=after)


def test_a_month_under_way_is_compared_with_as_much_of_the_others() -> None:
    march = period("monthly_report", "2026-03")
    found = windows(march, march.begins + timedelta(days=30))
    assert [30, 28, 30] == [(found[name].ends - found[name].begins).days for name in ("now", "before", "year")]
    found = windows(march, march.ends + timedelta(days=1))
    assert [31, 28, 31] == [(found[name].ends - found[name].begins).days for name in ("now", "before", "year")]


@settings(deadline=None)  # the zone is read from the disk once
@given(
    kind=st.sampled_from(KINDS),
    now=st.datetimes(min_value=datetime(2001, 3, 1), max_value=datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_the_last_whole_period_has_ended_and_the_next_has_not(kind: Kind, now: datetime) -> None:
    found = last_whole(kind, now, zone=ZONE)
    assert found == period(kind, found.label)
    if kind == "flash_report":
        assert found.begins <= now < found.ends
    else:
        assert found.ends <= now < found.ends + timedelta(days=31 if kind == "monthly_report" else 7)
    compared = windows(found, max(now, found.begins + timedelta(seconds=1)))
    assert compared["before"].ends <= compared["now"].begins
    assert compared["year"].ends <= compared["before"].begins


@pytest.mark.parametrize(
    "told",
    ["2026-11-30T00:30:00.839@Asia/Shanghai", "2026-11-30T00:30:00.839+08:00", "2026-11-29T16:30:00.839Z"],
)
def test_the_engines_way_of_telling_an_instant_is_understood(told: str) -> None:
    instant = datetime(2026, 11, 29, 16, 30, 0, 839_000, tzinfo=UTC)
    assert instant == engine_instant(told)
    assert "2026-W48" == last_whole("weekly_report", engine_instant(told), zone=ZONE).label


def test_who_names_no_period_wishes_for_the_last_and_nobody_for_one_to_come() -> None:
    now = datetime(2026, 11, 30, 9, tzinfo=ZONE)
    assert ["2026-10", "2026-W48", "2026-11-30"] == [wished(kind, None, now=now, zone=ZONE).label for kind in KINDS]
    assert "2026-W49" == wished("weekly_report", "2026-W49", now=now, zone=ZONE).label
    with pytest.raises(RejectedInput, match="2026-12-01 还没有开始"):
        wished("flash_report", "2026-12-01", now=now, zone=ZONE)
