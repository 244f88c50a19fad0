"""Running deadlines that the working calendar, or a changed limit, no longer agrees with: found, shown, planned again.

A provisional deadline becomes firm when its years are confirmed; a notice may also change days of a confirmed year.
The rule, the start and all changes stay what the ledger says; only the days are counted anew (`changed_limits.py`: only
the hours). Each found work order is told to the engine like an extension, so that its running timers are armed anew;
the total is written at once.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from casebook import audit, clock_changes, facts, total_clock
from casebook import requests as register
from casebook.deadline_rule import DeadlineRule
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.newest import deadlines_in_force, totals_in_force
from casebook.schema import replans, requests, work_orders
from casebook.work_orders import IS_OPEN

INSTANTS = ("yellow_at", "red_at", "inspect_at")
SAME = timedelta(seconds=2)
BY_THE_CALENDAR, BY_THE_LIMITS = "calendar", "limits"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A deadline that would be another one today; `work_order_id` None: the total of the request.

    `limit`: hours and basis of the changed limit by which it would be planned; None when the calendar moved it.
    """

    request_id: str
    work_order_id: str | None
    limit_name: str
    was_provisional: bool
    provisional: bool
    red_before: datetime
    red_at: datetime
    limit: dict[str, Any] | None = None


async def find(casebook: AsyncConnection, *, district: District, only_provisional: bool) -> list[Moved]:
    """Return the running deadlines that would be others by the calendar of today; nothing is written.

    `only_provisional`: only those that were not certain. NoDeadline when the calendar does not reach one of them.
    """
    found = []
    async for about, entry, changes in _running(casebook, only_provisional=only_provisional):
        rule = DeadlineRule.of_entry(entry, about=about)
        hours = entry["unit_hours"]
        now_it_is = rule.entry(entry["started_at"], changes=changes, district=district, unit_hours=hours)
        same = all(abs(now_it_is[name] - entry[name]) < SAME for name in INSTANTS)
        if same and now_it_is["provisional"] == entry["provisional"]:
            continue
        moved = Moved(
            request_id=entry["request_id"],
            work_order_id=entry.get("work_order_id"),
            limit_name=entry["limit_name"],
            was_provisional=entry["provisional"],
            provisional=now_it_is["provisional"],
            red_before=entry["red_at"],
            red_at=now_it_is["red_at"],
        )
        found.append(moved)
    return found


async def plan_again(casebook: AsyncConnection, moved: Sequence[Moved], *, district: District, now: datetime) -> None:
    """Have these deadlines planned again, in the caller's transaction."""
    for each in moved:
        await register.take_turn(casebook, each.request_id)
        ids, by = {"request_id": each.request_id, "work_order_id": each.work_order_id}, BY_THE_CALENDAR
        if each.limit:
            by = BY_THE_LIMITS
        await casebook.execute(insert(replans).values(replanned_at=now, replanned_by=by, **ids, **(each.limit or {})))
        await audit.note(casebook, "deadline_replanned", actor=by, now=now, **ids)
        if each.work_order_id:
            order = {"request_id": each.request_id, "work_order_id": each.work_order_id}
            await facts.append(casebook, facts.deadline_changed(order), now=now)
        else:
            await total_clock.plan_again(casebook, each.request_id, now=now, district=district)


async def _running(
    casebook: AsyncConnection, *, only_provisional: bool
) -> AsyncIterator[tuple[str, dict[str, Any], clock_changes.Changes]]:
    """Yield each running deadline in working hours: what it is about, its entry, what has changed it.

    One whose last change the engine has not planned yet is left out: it will be planned by today's calendar anyway.
    """
    stage, total = deadlines_in_force(), totals_in_force()
    of_stages = (
        select(stage, work_orders.c.request_id)
        .join(work_orders, work_orders.c.work_order_id == stage.c.work_order_id)
        .where(IS_OPEN, stage.c.basis == "working", stage.c.provisional | (not only_provisional))
        .order_by(stage.c.work_order_id)
    )
    for row in (await casebook.execute(of_stages)).mappings().all():
        changes = await clock_changes.of_order(casebook, row["work_order_id"])
        if row["version"] == changes.times + 1:
            yield f"工单 {row['work_order_id']}", dict(row), changes
    of_totals = (
        select(total)
        .join(requests, requests.c.request_id == total.c.request_id)
        .where(register.IS_OPEN, total.c.basis == "working", total.c.provisional | (not only_provisional))
        .order_by(total.c.request_id)
    )
    for row in (await casebook.execute(of_totals)).mappings().all():
        changes = await clock_changes.of_request(casebook, row["request_id"])
        if row["version"] == changes.times + 1:
            yield f"诉求 {row['request_id']}", dict(row), changes
