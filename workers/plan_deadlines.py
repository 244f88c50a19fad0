"""Compute when a work order turns yellow and red and when inspection takes it over.

Source of the rule: half of the time limit used is yellow, over it and unfinished is red (一键督办).
The time counts from issue, in working or calendar hours, longer by the granted extensions. Safe to
run twice: the ledger has one entry for each number of extensions, and a repeated job returns it.
"""

from datetime import datetime, timedelta
from zlib import crc32

from casebook import deadlines, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables
from workers.working_calendar import OutsideCalendar, WorkingCalendar

CHINESE_NAME = "计算时限"
SPREAD_SECONDS = 60
INSTANTS = ("yellow_at", "red_at", "inspect_at")


class PlanDeadlines(Variables):
    """The limit by name and what `time_limit.dmn` says of it; null when it has no row."""

    work_order_id: str
    limit: str
    limit_hours: float | None = None
    inspect_hours: float | None = None
    basis: str | None = None


class DeadlinesPlanned(Variables):
    """Instants in ISO 8601 with offset, for the timer boundary events; no light burns at a new deadline."""

    yellow_at: str
    red_at: str
    inspect_at: str
    light: str = "green"


async def plan_deadlines(
    read: PlanDeadlines, *, casebook: AsyncConnection, now: datetime, district: District
) -> DeadlinesPlanned:
    """Write the deadline in force into the ledger and return its instants."""
    extended = await deadlines.extended(casebook, read.work_order_id)
    known = await deadlines.newest(casebook, read.work_order_id)
    if known is None or known["version"] < extended.times + 1:
        order = await work_orders.get(casebook, read.work_order_id)
        entry = _entry(read, started_at=order["issued_at"], extended=extended, district=district)
        await deadlines.write(casebook, entry, now=now)
        known = vars(entry)
    return DeadlinesPlanned(**{name: _iso(known[name], district) for name in INSTANTS})


def _entry(
    read: PlanDeadlines, *, started_at: datetime, extended: deadlines.Extended, district: District
) -> deadlines.Deadline:
    if read.limit_hours is None or read.inspect_hours is None or read.basis is None:
        raise NeedsOperator(
            f"工单 {read.work_order_id}：time_limit.dmn 里没有时限“{read.limit}”的条目。"
            "请补一行并重新部署，再把本实例迁移到新版本后重试。"
        )
    calendar = WorkingCalendar.of(district)
    limit = read.limit_hours + extended.hours
    hours = {"yellow_at": limit / 2, "red_at": limit, "inspect_at": read.inspect_hours + extended.hours}
    spread = timedelta(seconds=crc32(read.work_order_id.encode()) % SPREAD_SECONDS)
    try:
        instants = {
            name: calendar.after(started_at, timedelta(hours=count), basis=read.basis) + spread
            for name, count in hours.items()
        }
        skipped = calendar.skipped(started_at, instants["red_at"], basis=read.basis)
    except OutsideCalendar as outside:
        raise NeedsOperator(f"工单 {read.work_order_id}：{outside}") from outside
    return deadlines.Deadline(
        work_order_id=read.work_order_id,
        version=extended.times + 1,
        limit_name=read.limit,
        limit_hours=read.limit_hours,
        inspect_hours=read.inspect_hours,
        basis=read.basis,
        extended_hours=extended.hours,
        started_at=started_at,
        skipped=skipped,
        provisional=calendar.is_provisional(started_at, instants["inspect_at"], basis=read.basis),
        **instants,
    )


def _iso(instant: datetime, district: District) -> str:
    return instant.astimezone(district.zone).isoformat(timespec="seconds")
