"""The stretch of time that a report is about, and the two stretches that it is compared with."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict

from casebook.errors import RejectedInput
from casebook.report_rules import Kind

ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)
SAME_WEEKDAY_LAST_YEAR = timedelta(weeks=52)
YEARS = range(2000, 2101)
EXAMPLES: dict[Kind, str] = {
    "monthly_report": "月份，例如 2026-10",
    "weekly_report": "年份和周次，例如 2026-W44",
    "flash_report": "日期，例如 2026-10-12",
}
PATTERNS: dict[Kind, str] = {
    "monthly_report": r"(\d{4})-(\d{2})",
    "weekly_report": r"(\d{4})-W(\d{2})",
    "flash_report": r"(\d{4})-(\d{2})-(\d{2})",
}
Name = Literal["now", "before", "year"]


class Window(BaseModel):
    """From an instant on, until before another."""

    model_config = ConfigDict(frozen=True)

    begins: AwareDatetime
    ends: AwareDatetime


class Period(Window):
    """One month, one ISO week or one day of the district's zone."""

    kind: Kind
    label: str
    first: date
    year: int
    number: str


def parse(kind: Kind, label: str, *, zone: tzinfo) -> Period:
    """Return the period that a person named; `RejectedInput` when there is none of that name."""
    found = re.fullmatch(PATTERNS[kind], label, flags=re.ASCII)
    parts = [int(part) for part in found.groups()] if found else [0]
    if parts[0] not in YEARS:
        raise RejectedInput(_not_so(kind, label))
    try:
        if kind == "monthly_report":
            return _month(date(parts[0], parts[1], 1), zone)
        if kind == "weekly_report":
            return _week(date.fromisocalendar(parts[0], parts[1], 1), zone)
        return _day(date(*parts), zone)
    except (ValueError, OverflowError):
        raise RejectedInput(_not_so(kind, label)) from None


def _not_so(kind: Kind, label: str) -> str:
    return f"统计期“{label}”写法不对，应为{EXAMPLES[kind]}。"


def last_whole(kind: Kind, now: datetime, *, zone: tzinfo) -> Period:
    """Return the month or week that ended last before an instant; of a flash report the day that is under way."""
    today = now.astimezone(zone).date()
    if kind == "monthly_report":
        return _month((today.replace(day=1) - ONE_DAY).replace(day=1), zone)
    if kind == "weekly_report":
        return _week(today - timedelta(days=today.weekday()) - ONE_WEEK, zone)
    return _day(today, zone)


def wished(kind: Kind, label: str | None, *, now: datetime, zone: tzinfo) -> Period:
    """Return the period that a person named, or the last one; `RejectedInput` when it has not begun."""
    period = parse(kind, label, zone=zone) if label else last_whole(kind, now, zone=zone)
    if period.begins > now:
        raise RejectedInput(f"统计期 {period.label} 还没有开始，没有可以统计的。请改用已经开始的统计期。")
    return period


def engine_instant(told: str) -> datetime:
    """Return an instant as the engine's FEEL writes it: with an offset, or as `2026-11-30T00:30:00@Asia/Shanghai`."""
    local, _, zone = told.partition("@")
    at = datetime.fromisoformat(local)
    return at.replace(tzinfo=ZoneInfo(zone)) if zone else at


def as_of_for(period: Period, as_of: datetime | None, *, now: datetime) -> datetime:
    """Return the instant whose knowledge counts: the wished one, else the period's end, or now when that is earlier.

    `RejectedInput` for a period that has not begun by then, and for an instant that has not come.
    """
    if period.begins > now:
        raise RejectedInput(f"统计期 {period.label} 还没有开始，没有可以统计的。请改用已经开始的统计期。")
    if as_of is None:
        return min(period.ends, now.replace(microsecond=0))
    if as_of > now:
        raise RejectedInput("统计截至的时刻还没有到。请改用已经过去的时刻。")
    if as_of <= period.begins:
        raise RejectedInput(f"统计截至的时刻早于统计期 {period.label} 的开始。请改用更晚的时刻。")
    return as_of


def windows(period: Period, as_of: datetime) -> dict[Name, Window]:
    """Return the period as far as it is known, the one before (环比) and that of last year (同比), each cut alike."""
    ends = min(period.ends, as_of)
    return {
        "now": Window(begins=period.begins, ends=ends),
        "before": _cut(_before(period), period, until=ends),
        "year": _cut(_last_year(period), period, until=ends),
    }


def _cut(other: Period, period: Period, *, until: datetime) -> Window:
    whole = until == period.ends
    ends = other.ends if whole else min(other.begins + (until - period.begins), other.ends)
    return Window(begins=other.begins, ends=ends)


def _before(period: Period) -> Period:
    zone = _zone_of(period)
    if period.kind == "monthly_report":
        return _month((period.first - ONE_DAY).replace(day=1), zone)
    if period.kind == "weekly_report":
        return _week(period.first - ONE_WEEK, zone)
    return _day(period.first - ONE_DAY, zone)


def _last_year(period: Period) -> Period:
    zone = _zone_of(period)
    if period.kind == "monthly_report":
        return _month(period.first.replace(year=period.first.year - 1), zone)
    if period.kind == "weekly_report":
        return _week(period.first - SAME_WEEKDAY_LAST_YEAR, zone)
    return _day(period.first - SAME_WEEKDAY_LAST_YEAR, zone)


def _zone_of(period: Period) -> tzinfo:
    zone = period.begins.tzinfo
    if zone is None:
        raise TypeError("a period begins at an aware instant")
    return zone


def _month(first: date, zone: tzinfo) -> Period:
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    span = {"begins": _midnight(first, zone), "ends": _midnight(following, zone), "first": first}
    names = {"label": f"{first:%Y-%m}", "year": first.year, "number": str(first.month)}
    return Period.model_validate({"kind": "monthly_report", **span, **names})


def _week(monday: date, zone: tzinfo) -> Period:
    year, week, _ = monday.isocalendar()
    span = {"begins": _midnight(monday, zone), "ends": _midnight(monday + ONE_WEEK, zone), "first": monday}
    names = {"label": f"{year}-W{week:02d}", "year": year, "number": str(week)}
    return Period.model_validate({"kind": "weekly_report", **span, **names})


def _day(day: date, zone: tzinfo) -> Period:
    span = {"begins": _midnight(day, zone), "ends": _midnight(day + ONE_DAY, zone), "first": day}
    names = {"label": day.isoformat(), "year": day.year, "number": f"{day:%m%d}"}
    return Period.model_validate({"kind": "flash_report", **span, **names})


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
