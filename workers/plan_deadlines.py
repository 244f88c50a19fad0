"""Compute when a work order turns yellow and red and when inspection takes it over.

Source of the rule: half of the time limit used is yellow, over it and unfinished is red (一键督办).
The time counts from issue, in working or calendar hours, longer by granted extensions, shorter by
speed-ups, not at all during suspensions. Safe to run twice: the ledger has one entry for each number
of such changes, and a repeated job returns it.
"""

from datetime import datetime
from typing import Any

from casebook import clock_changes, deadlines, directory, total_clock, work_orders
from casebook.deadline_rule import DeadlineRule
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import as_incident
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
    changes = await clock_changes.of_order(casebook, read.work_order_id)
    known = await deadlines.newest(casebook, read.work_order_id)
    if known is None or known["version"] < changes.times + 1:
        order = await work_orders.get(casebook, read.work_order_id)
        hours = known["unit_hours"] if known else await _own_hours(casebook, order, district=district)
        with as_incident():
            entry = _rule(read).entry(order["issued_at"], changes=changes, district=district, unit_hours=hours)
        known = {"work_order_id": read.work_order_id, **entry}
        await deadlines.write(casebook, deadlines.Deadline(**known), now=now)
        if order["kind"] == LEADS and changes.times:
            await total_clock.plan_again(casebook, order["request_id"], now=now, district=district)
    return DeadlinesPlanned(**{name: _iso(known[name], district) for name in INSTANTS})


async def _own_hours(casebook: AsyncConnection, order: dict[str, Any], *, district: District) -> str | None:
    """Return the name of the unit's hours when limits run on them, else None."""
    unit = await directory.unit(casebook, order["unit"], at=order["issued_at"])
    hours = district.hours.get(unit["hours"]) if unit else None
    return unit["hours"] if unit and hours and hours.limits == "own" else None


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
