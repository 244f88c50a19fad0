"""Working-hour arithmetic on the Chinese calendar: make-up days, noon break, confirmed years, pauses.

A position is the working time since the first day of the calendar; adding hours is adding to the
position and looking the instant up again. Public holidays come from the `holidays` package; the
district's overrides (with the notice's number) win over it.

The State Council announces each year's holidays and make-up days in the autumn before. Until the
district confirms a year, its days are weekends and statutory holidays alone: a deadline that
touches such a year is provisional and says so.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import holidays

from casebook.district import District
from casebook.rules import Calendar

OfficeHours = tuple[tuple[time, time], ...]
Overrides = tuple[tuple[date, bool], ...]
Pause = tuple[datetime, datetime]
YEARS_AHEAD = 3
NOTHING, ONE_DAY = timedelta(0), timedelta(days=1)
MIDNIGHT = time(0)
SATURDAY = 5


class OutsideCalendar(LookupError):
    """The deadline lies too many years away from every year that the district has confirmed."""


@dataclass(frozen=True)
class WorkTime:
    """When work is done: periods of a day, on working days or every day. A period that ends at 00:00 ends at 24:00."""

    periods: OfficeHours
    every_day: bool = False

    @property
    def spans(self) -> list[tuple[timedelta, timedelta]]:
        """The periods, as time since midnight."""
        return [(_since_midnight(begin), _since_midnight(end) or ONE_DAY) for begin, end in self.periods]


ROUND_THE_CLOCK = WorkTime(periods=((MIDNIGHT, MIDNIGHT),), every_day=True)


class WorkingCalendar:
    """The working time of one district or of one of its units; all instants are aware."""

    def __init__(self, work: WorkTime, years: frozenset[int], *, overrides: Overrides, zone: tzinfo) -> None:
        """Build the list of working days of the confirmed years and of YEARS_AHEAD more."""
        self._every_day, self._spans = work.every_day, work.spans
        self._zone = zone
        self._confirmed = years
        self._years = range(min(years), max(years) + YEARS_AHEAD + 1)
        self._days = _every_day(self._years) if work.every_day else _working_days(self._years, overrides)
        self._names = _names(self._years)
        self._a_day = sum((end - begin for begin, end in self._spans), NOTHING)

    @classmethod
    def of(cls, district: District, *, hours: str | None = None) -> "WorkingCalendar":
        """Return the calendar of a district, or of its units with these named hours, if limits run on them.

        The same settings give the same object.
        """
        own = district.hours.get(hours or "")
        settings = district.calendar
        if own is None or own.limits == "office":
            return cls.keeping(WorkTime(settings.office_hours), settings, zone=district.zone)
        if own.round_the_clock:
            return cls.keeping(ROUND_THE_CLOCK, settings, zone=district.zone)
        work = WorkTime(own.periods or settings.office_hours, every_day=own.days == "every")
        return cls.keeping(work, settings, zone=district.zone)

    @classmethod
    def keeping(cls, work: WorkTime, settings: Calendar, *, zone: tzinfo) -> "WorkingCalendar":
        """Return the calendar of those who work at these hours on the district's days."""
        overrides = tuple((day.date, day.working) for day in settings.overrides)
        return _calendar(work=work, years=frozenset(settings.confirmed_years), overrides=overrides, zone=zone)

    def after(self, start: datetime, span: timedelta, *, basis: str, pauses: Iterable[Pause] = ()) -> datetime:
        """Return the instant `span` after `start`, in working or calendar time (`basis`), pauses not counted.

        Raises OutsideCalendar when a working-time span leaves the years of the calendar.
        """
        for begin, end in _apart(pauses, start):
            counted = self.between(start, begin, basis=basis)
            if counted >= span:
                break
            start, span = end, span - counted
        if basis == "calendar":
            return start + span
        return self._instant(self._position(start) + span)

    def between(self, start: datetime, end: datetime, *, basis: str) -> timedelta:
        """Return how much time counts between two instants, in working or calendar time."""
        return end - start if basis == "calendar" else self._position(end) - self._position(start)

    def after_days(self, start: datetime, days: int) -> datetime:
        """Return the midnight that ends the last of so many working days; the day of `start` is none of them.

        Raises OutsideCalendar like `after`.
        """
        last = bisect_left(self._days, start.astimezone(self._zone).date() + ONE_DAY) + days - 1
        if last >= len(self._days):
            self._must_know(date(max(self._years) + 1, 1, 1))
        return datetime.combine(self._days[last] + ONE_DAY, MIDNIGHT, self._zone)

    def skipped(self, start: datetime, end: datetime, *, basis: str) -> list[dict[str, str]]:
        """Return the days between two instants that did not count, each with the reason."""
        if basis == "calendar":
            return []
        return [
            {"day": day.isoformat(), "why": self._why_free(day)}
            for day in self._days_between(start, end)
            if not self._is_working(day)
        ]

    def make_up_days(self, start: datetime, end: datetime, *, basis: str) -> list[date]:
        """Return the Saturdays and Sundays between two instants that are worked because others are free."""
        if basis == "calendar" or self._every_day:
            return []
        days = self._days_between(start, end)
        return [day for day in days if day.weekday() >= SATURDAY and self._is_working(day)]

    def is_provisional(self, start: datetime, end: datetime, *, basis: str) -> bool:
        """Tell whether the working days between two instants still await confirmation."""
        years = range(start.astimezone(self._zone).year, end.astimezone(self._zone).year + 1)
        return basis != "calendar" and not self._every_day and not self._confirmed.issuperset(years)

    def _days_between(self, start: datetime, end: datetime) -> Iterator[date]:
        day, last = start.astimezone(self._zone).date(), end.astimezone(self._zone).date()
        while day <= last:
            yield day
            day += ONE_DAY

    def _must_know(self, day: date) -> None:
        if day.year not in self._years:
            raise OutsideCalendar(
                f"{day.year} 年离已确认的工作日历太远，无法计算时限。"
                "请按国务院办公厅放假通知补全 config/calendar.toml 的 confirmed_years 后重试。"
            )

    def _is_working(self, day: date) -> bool:
        index = bisect_left(self._days, day)
        return index < len(self._days) and self._days[index] == day

    def _why_free(self, day: date) -> str:
        return self._names.get(day) or ("周末" if day.weekday() >= SATURDAY else "休息日")

    def _position(self, instant: datetime) -> timedelta:
        local = instant.astimezone(self._zone)
        self._must_know(local.date())
        position = bisect_left(self._days, local.date()) * self._a_day
        if self._is_working(local.date()):
            now = _since_midnight(local.time())
            position += sum((max(NOTHING, min(now, end) - begin) for begin, end in self._spans), NOTHING)
        return position

    def _instant(self, position: timedelta) -> datetime:
        index, rest = divmod(position, self._a_day)
        if not rest and index > 0:
            index, rest = index - 1, self._a_day
        if index >= len(self._days):
            self._must_know(date(max(self._years) + 1, 1, 1))
        for begin, end in self._spans:
            if rest <= end - begin:
                return datetime.combine(self._days[index], MIDNIGHT, self._zone) + begin + rest
            rest -= end - begin
        raise ArithmeticError("a position lies within its day")


def whole_second(instant: datetime) -> datetime:
    """Return the first whole second that is not before an instant: timers know no fractions, and none burns early."""
    return instant.replace(microsecond=0) + timedelta(seconds=1 if instant.microsecond else 0)


def _apart(pauses: Iterable[Pause], start: datetime) -> Iterator[Pause]:
    """Yield the pauses after `start` one by one, none touching another twice."""
    for begin, end in sorted(pauses):
        if end > start:
            yield max(begin, start), end
            start = end


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)


@lru_cache(maxsize=8)
def _every_day(years: range) -> Sequence[date]:
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return [first + ONE_DAY * number for number in range((last - first).days + 1)]


@lru_cache(maxsize=8)
def _working_days(years: range, overrides: Overrides) -> Sequence[date]:
    decided, country = dict(overrides), holidays.country_holidays("CN", years=years)
    return [day for day in _every_day(years) if decided.get(day, country.is_working_day(day))]


@lru_cache(maxsize=8)
def _names(years: range) -> Mapping[date, str]:
    return dict(holidays.country_holidays("CN", years=years, language="zh_CN"))


@lru_cache(maxsize=16)
def _calendar(*, work: WorkTime, years: frozenset[int], overrides: Overrides, zone: tzinfo) -> WorkingCalendar:
    return WorkingCalendar(work, years, overrides=overrides, zone=zone)
