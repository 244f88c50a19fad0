"""Running deadlines for which `time_limit.dmn` says something else by now: a deployment leaves them, a person may not.

A running work order keeps the limit by which it began. Which of them a changed table would move is shown before it is
deployed, and they are planned again when somebody asks (`replanning.plan_again`). The total clock keeps its first rule.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from casebook import clock_changes
from casebook.deadline_rule import DeadlineRule
from casebook.decision_tables import Row, Table
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.newest import deadlines_in_force
from casebook.replanning import INSTANTS, Moved
from casebook.schema import enforcement_calls, requests, work_orders
from casebook.work_orders import IS_OPEN

SAME = timedelta(seconds=2)


async def find(casebook: AsyncConnection, table: Table, *, district: District) -> list[Moved]:
    """Return the running deadlines that this table would move; nothing is written.

    A limit that the table does not have any more moves nothing. `Undecidable` when only the engine can read a row,
    NoDeadline when the new hours make no deadline.
    """
    found = []
    async for entry, limit in _running_otherwise(casebook, table):
        changes = await clock_changes.of_order(casebook, entry["work_order_id"])
        if entry["version"] != changes.times + 1:
            continue  # the engine is about to plan it again; asked once more, it is found
        rule = DeadlineRule(about=f"工单 {entry['work_order_id']}", limit=entry["limit_name"], **limit)
        hours = entry["unit_hours"]
        unlimited = clock_changes.by_the_first_limit(changes)
        now_it_is = rule.entry(entry["started_at"], changes=unlimited, district=district, unit_hours=hours)
        if any(abs(now_it_is[name] - entry[name]) >= SAME for name in INSTANTS):
            moved = Moved(
                request_id=entry["request_id"],
                work_order_id=entry["work_order_id"],
                limit_name=entry["limit_name"],
                was_provisional=entry["provisional"],
                provisional=now_it_is["provisional"],
                red_before=entry["red_at"],
                red_at=now_it_is["red_at"],
                limit=limit,
            )
            found.append(moved)
    return found


async def _running_otherwise(
    casebook: AsyncConnection, table: Table
) -> AsyncIterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each running deadline whose limit reads differently now, and how it reads."""
    stage = deadlines_in_force()
    urgency = func.coalesce(enforcement_calls.c.urgency, requests.c.urgency).label("urgency")
    rows = await casebook.execute(
        select(stage, work_orders.c.request_id, work_orders.c.level, urgency)
        .join(work_orders, work_orders.c.work_order_id == stage.c.work_order_id)
        .join(requests, requests.c.request_id == work_orders.c.request_id)
        .outerjoin(enforcement_calls, enforcement_calls.c.enforcement_id == work_orders.c.about)
        .where(IS_OPEN)
        .order_by(stage.c.work_order_id)
    )
    decided: dict[tuple[str, str, str], Row | None] = {}
    for entry in rows.mappings().all():
        case = (entry["limit_name"], entry["level"], entry["urgency"])
        if case not in decided:
            decided[case] = table.decide(limit=case[0], level=case[1], urgency=case[2])
        row = decided[case]
        if row is None:
            continue
        limit = {name: row.says(name) for name in clock_changes.LIMIT}
        if limit != {name: entry[name] for name in clock_changes.LIMIT}:
            yield dict(entry), limit
