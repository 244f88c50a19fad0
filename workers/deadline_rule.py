"""From a named limit to instants: half of it, all of it, and the long delay, with the days that did not count."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from casebook.deadlines import Extended
from casebook.district import District
from workers.errors import NeedsOperator
from workers.working_calendar import OutsideCalendar, WorkingCalendar

SPREAD_SECONDS = 60


def whole_second(instant: datetime) -> datetime:
    """Return the first whole second that is not before an instant: timers know no fractions, and none burns early."""
    return instant.replace(microsecond=0) + timedelta(seconds=1 if instant.microsecond else 0)


@dataclass(frozen=True, kw_only=True)
class DeadlineRule:
    """What `time_limit.dmn` says of a limit, and the thing it is about; hours None when it has no row."""

    about: str
    limit: str
    limit_hours: float | None
    inspect_hours: float | None
    basis: str | None

    def entry(self, started_at: datetime, *, extended: Extended, district: District) -> dict[str, Any]:
        """Return the fields of a ledger entry; NeedsOperator when the table or the calendar cannot say."""
        if self.limit_hours is None or self.inspect_hours is None or self.basis is None:
            raise NeedsOperator(
                f"{self.about}：time_limit.dmn 里没有时限“{self.limit}”的条目。"
                "请补一行并重新部署，再把本实例迁移到新版本后重试。"
            )
        calendar, limit = WorkingCalendar.of(district), self.limit_hours + extended.hours
        hours = {"yellow_at": limit / 2, "red_at": limit, "inspect_at": self.inspect_hours + extended.hours}
        spread = timedelta(seconds=crc32(self.about.split()[-1].encode()) % SPREAD_SECONDS)
        try:
            instants = {
                name: whole_second(calendar.after(started_at, timedelta(hours=count), basis=self.basis)) + spread
                for name, count in hours.items()
            }
            skipped = calendar.skipped(started_at, instants["red_at"], basis=self.basis)
        except OutsideCalendar as outside:
            raise NeedsOperator(f"{self.about}：{outside}") from outside
        return {
            "version": extended.times + 1,
            "limit_name": self.limit,
            "limit_hours": self.limit_hours,
            "inspect_hours": self.inspect_hours,
            "basis": self.basis,
            "extended_hours": extended.hours,
            "started_at": started_at,
            "skipped": skipped,
            "provisional": calendar.is_provisional(started_at, instants["inspect_at"], basis=self.basis),
            **instants,
        }
