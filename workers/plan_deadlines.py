"""Compute when a work order turns yellow and red and when inspection takes it over.

Source of the rule: half of the time limit used is yellow, over it and unfinished is red (一键督办).
The time counts from issue, in working or calendar hours, longer by the granted extensions. Safe to
run twice: the ledger has one entry for each number of extensions, and a repeated job returns it.
"""

from datetime import datetime

from casebook import deadlines, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from workers import total_clock
from workers.deadline_rule import DeadlineRule
from workers.variables import Variables

CHINESE_NAME = "计算时限"
LEADS = "handling"
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
        entry = _rule(read).entry(order["issued_at"], extended=extended, district=district)
        known = {"work_order_id": read.work_order_id, **entry}
        await deadlines.write(casebook, deadlines.Deadline(**known), now=now)
        if order["kind"] == LEADS and extended.times:
            await total_clock.plan_again(casebook, order["request_id"], now=now, district=district)
    return DeadlinesPlanned(**{name: _iso(known[name], district) for name in INSTANTS})


def _rule(read: PlanDeadlines) -> DeadlineRule:
    return DeadlineRule(
        about=f"工单 {read.work_order_id}",
        limit=read.limit,
        limit_hours=read.limit_hours,
        inspect_hours=read.inspect_hours,
        basis=read.basis,
    )


def _iso(instant: datetime, district: District) -> str:
    return instant.astimezone(district.zone).isoformat(timespec="seconds")
