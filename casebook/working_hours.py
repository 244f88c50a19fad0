"""When a unit is at work: named hours of `config/working_hours.toml`, on the district's calendar."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal

import holidays
from pydantic import field_validator

from casebook.configuration import Configured, Text
from casebook.rules import Calendar, follow_each_other


class WorkingHours(Configured):
    """Hours by name: on working days or every day, in periods; every day without periods is round the clock.

    `limits`: whether time limits in working hours run at these hours of the unit's own, or at office hours like all.
    """

    name: Text
    days: Literal["working", "every"]
    periods: tuple[tuple[time, time], ...] = ()
    limits: Literal["own", "office"] = "office"

    @field_validator("periods")
    @classmethod
    def _follow_each_other(cls, periods: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
        return follow_each_other(periods)

    @property
    def round_the_clock(self) -> bool:
        """Tell whether somebody is there at every instant (7×24)."""
        return self.days == "every" and not self.periods

    def hold(self, local: datetime, *, calendar: Calendar) -> bool:
        """Tell whether the unit is at work at an instant, given in the district's zone."""
        if self.round_the_clock:
            return True
        if self.days == "working" and not is_working_day(local.date(), calendar=calendar):
            return False
        return any(begin <= local.time() < end for begin, end in self.periods or calendar.office_hours)


def is_working_day(day: date, *, calendar: Calendar) -> bool:
    """Tell whether a day is worked: the district's overrides first, then the national calendar."""
    for override in calendar.overrides:
        if override.date == day:
            return override.working
    return _country(day.year).is_working_day(day)


@lru_cache(maxsize=8)
def _country(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)
