"""Working-hour arithmetic on the Chinese calendar: make-up days, noon break, confirmed years.

A position is the number of working seconds since the first day of the calendar; adding hours is
adding to the position and looking the instant up again. Public holidays come from the `holidays`
package; the district's overrides (with the notice's number) win over it.

The State Council announces each year's holidays and make-up days in the autumn before. Until the
district confirms a year, its days are weekends and statutory holidays alone: a deadline that
touches such a year is provisional and says so.
"""

from bisect import bisect_left
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import holidays

from casebook.district import District

OfficeHours = tuple[tuple[time, time], ...]
Overrides = tuple[tuple[date, bool], ...]
YEARS_AHEAD = 3


class OutsideCalendar(LookupError):
    """The deadline lies too many years away from every year that the district has confirmed."""


class WorkingCalendar:
    """The working time of one district; all instants are aware."""

    def __init__(self, office_hours: OfficeHours, years: frozenset[int], *, overrides: Overrides, zone: tzinfo) -> None:
        """Build the list of working days of the confirmed years and of YEARS_AHEAD more."""
        self._hours = office_hours
        self._zone = zone
        self._confirmed = years
        years = frozenset(range(min(years), max(years) + YEARS_AHEAD + 1))
        self._years = years
        self._names = dict(holidays.country_holidays("CN", years=years, language="zh_CN"))
        self._overrides = dict(overrides)
        self._days = self._working_days(years)
        self._day_seconds = sum(_seconds(begin, end) for begin, end in office_hours)

    @classmethod
    def of(cls, district: District) -> "WorkingCalendar":
        """Return the calendar of a district; the same settings give the same object."""
        settings = district.calendar
        return _calendar(
            office_hours=tuple((begin, end) for begin, end in settings.office_hours),
            years=frozenset(settings.confirmed_years),
            overrides=tuple((day.date, day.working) for day in settings.overrides),
            zone=district.zone,
        )

    def after(self, start: datetime, span: timedelta, *, basis: str) -> datetime:
        """Return the instant `span` after `start`, in working or calendar time (`basis`).

        Raises OutsideCalendar when a working-time span leaves the years of the calendar.
        """
        if basis == "calendar":
            return start + span
        local = start.astimezone(self._zone)
        self._must_know(local.date())
        return self._instant(self._position(local) + round(span.total_seconds()))

    def skipped(self, start: datetime, end: datetime, *, basis: str) -> list[dict[str, str]]:
        """Return the days between two instants that did not count, each with the reason."""
        if basis == "calendar":
            return []
        day, last = start.astimezone(self._zone).date(), end.astimezone(self._zone).date()
        days: list[dict[str, str]] = []
        while day <= last:
            if not self._is_working(day):
                days.append({"day": day.isoformat(), "why": self._why_free(day)})
            day += timedelta(days=1)
        return days

    def is_provisional(self, start: datetime, end: datetime, *, basis: str) -> bool:
        """Tell whether the working days between two instants still await confirmation."""
        years = range(start.astimezone(self._zone).year, end.astimezone(self._zone).year + 1)
        return basis != "calendar" and not self._confirmed.issuperset(years)

    def _must_know(self, day: date) -> None:
        if day.year not in self._years:
            raise OutsideCalendar(
                f"{day.year} 年离已确认的工作日历太远，无法计算时限。"
                "请按国务院办公厅放假通知补全 config/calendar.toml 的 confirmed_years 后重试。"
            )

    def _working_days(self, years: frozenset[int]) -> list[date]:
        days: list[date] = []
        for year in sorted(years):
            day = date(year, 1, 1)
            while day.year == year:
                if self._is_working(day):
                    days.append(day)
                day += timedelta(days=1)
        return days

    def _is_working(self, day: date) -> bool:
        if day in self._overrides:
            return self._overrides[day]
        return _country(self._years).is_working_day(day)

    def _why_free(self, day: date) -> str:
        return self._names.get(day) or ("周末" if day.weekday() >= 5 else "休息日")  # noqa: PLR2004 - Saturday

    def _position(self, local: datetime) -> int:
        index = bisect_left(self._days, local.date())
        seconds = index * self._day_seconds
        if index < len(self._days) and self._days[index] == local.date():
            seconds += sum(_seconds(begin, min(local.time(), end)) for begin, end in self._hours)
        return seconds

    def _instant(self, position: int) -> datetime:
        index, rest = divmod(position, self._day_seconds)
        if rest == 0 and index > 0:
            index, rest = index - 1, self._day_seconds
        if index >= len(self._days):
            self._must_know(date(max(self._years) + 1, 1, 1))
        day = self._days[index]
        for begin, end in self._hours:
            length = _seconds(begin, end)
            if rest <= length:
                return datetime.combine(day, begin, self._zone) + timedelta(seconds=rest)
            rest -= length
        raise ArithmeticError("a position lies within its day")


def _seconds(begin: time, end: time) -> int:
    """Seconds from `begin` to `end` of one day; 0 when `end` comes first."""
    midnight = date.min
    return max(0, int((datetime.combine(midnight, end) - datetime.combine(midnight, begin)).total_seconds()))


@lru_cache(maxsize=8)
def _country(years: frozenset[int]) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=years)


@lru_cache(maxsize=8)
def _calendar(
    *, office_hours: OfficeHours, years: frozenset[int], overrides: Overrides, zone: tzinfo
) -> WorkingCalendar:
    return WorkingCalendar(office_hours, years, overrides=overrides, zone=zone)
