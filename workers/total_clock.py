"""The total clock's entry in the ledger, written at first and again whenever the handling was extended."""

from datetime import datetime

from casebook import requests, total_deadlines
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.deadline_rule import DeadlineRule


async def plan(
    casebook: AsyncConnection, request_id: str, *, rule: DeadlineRule, now: datetime, district: District
) -> None:
    """Write the entry in force; the same number of extensions writes nothing twice."""
    started_at = (await requests.get(casebook, request_id))["taken_in_at"]
    extended = await total_deadlines.extended(casebook, request_id)
    entry = rule.entry(started_at, extended=extended, district=district)
    await total_deadlines.write(casebook, total_deadlines.TotalDeadline(request_id=request_id, **entry), now=now)


async def plan_again(casebook: AsyncConnection, request_id: str, *, now: datetime, district: District) -> None:
    """Move the total by what has been granted meanwhile; its rule stays the first one."""
    known = await total_deadlines.newest(casebook, request_id)
    if known is not None:
        rule = DeadlineRule(
            about=f"诉求 {request_id}",
            limit=known["limit_name"],
            limit_hours=known["limit_hours"],
            inspect_hours=known["inspect_hours"],
            basis=known["basis"],
        )
        await plan(casebook, request_id, rule=rule, now=now, district=district)
