"""From a named limit to instants: half of it, all of it, and the long delay, with the days that did not count."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from casebook.clock_changes import LIMIT, Changes
from casebook.district import District
from casebook.errors import MinhuError
from casebook.working_calendar import OutsideCalendar, WorkingCalendar, whole_second

SPREAD_SECONDS = 60


class NoDeadline(MinhuError):
    """A limit is missing, is none, or the calendar does not reach it: nothing is planned until somebody corrects it."""


@dataclass(frozen=True, kw_only=True)
class DeadlineRule:
    """What `time_limit.dmn` says of a limit, and the thing it is about; hours None when it has no row."""

    about: str
    limit: str
    limit_hours: float | None
    inspect_hours: float | None
    basis: str | None

    @classmethod
    def of_entry(cls, entry: dict[str, Any], *, about: str) -> "DeadlineRule":
        """Return the rule by which an entry of the ledger was planned."""
        return cls(about=about, limit=entry["limit_name"], **{name: entry[name] for name in LIMIT})

    def entry(
        self, started_at: datetime, *, changes: Changes, district: District, unit_hours: str | None = None
    ) -> dict[str, Any]:
        """Return the fields of a ledger entry; NoDeadline when the table or the calendar cannot say."""
        limit, inspect, basis = self._decided(changes)
        moved = changes.extended_hours - changes.shortened_hours
        hours = {"yellow_at": (limit + moved) / 2, "red_at": limit + moved, "inspect_at": inspect + moved}
        if limit + moved <= 0:
            raise NoDeadline(f"{self.about}：时限缩短后不剩时间。请核对缩短的小时数，更正后重试。")
        calendar = WorkingCalendar.of(district, hours=unit_hours)
        spread = timedelta(seconds=crc32(self.about.split()[-1].encode()) % SPREAD_SECONDS)
        try:
            instants = {
                name: whole_second(
                    calendar.after(started_at, timedelta(hours=count), basis=basis, pauses=changes.pauses)
                )
                + spread
                for name, count in hours.items()
            }
            skipped = calendar.skipped(started_at, instants["red_at"], basis=basis)
        except OutsideCalendar as outside:
            raise NoDeadline(f"{self.about}：{outside}") from outside
        return {
            "version": changes.times + 1,
            "limit_name": self.limit,
            "limit_hours": limit,
            "inspect_hours": inspect,
            "basis": basis,
            "extended_hours": changes.extended_hours,
            "started_at": started_at,
            "skipped": skipped,
            "provisional": calendar.is_provisional(started_at, instants["inspect_at"], basis=basis),
            "changes": list(changes.told),
            "unit_hours": unit_hours,
            **instants,
        }

    def _decided(self, changes: Changes) -> tuple[float, float, str]:
        """Return limit, long delay and basis; NoDeadline when one is missing or is none."""
        given = changes.limit or vars(self)
        limit, inspect, basis = (given[name] for name in LIMIT)
        if limit is None or inspect is None or basis is None:
            raise NoDeadline(
                f"{self.about}：time_limit.dmn 里没有时限“{self.limit}”的条目。"
                "请补一行并重新部署，再把本实例迁移到新版本后重试。"
            )
        if limit <= 0 or inspect < limit or basis not in {"working", "calendar"}:
            raise NoDeadline(
                f"{self.about}：time_limit.dmn 里时限“{self.limit}”写成了 {limit:g} 小时、"
                f"督查 {inspect:g} 小时、{basis}。时限应大于 0，督查不早于时限，"
                "计时方式为 working 或 calendar。请更正并重新部署，再把本实例迁移到新版本后重试。"
            )
        return limit, inspect, basis
