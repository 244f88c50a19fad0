"""The total clock's entry in the ledger, written at first and again whenever the lead's handling was changed."""

from datetime import datetime

from casebook import clock_changes, requests, total_deadlines
from casebook.deadline_rule import DeadlineRule
from casebook.district import District
from casebook.engine import AsyncConnection


async def plan(
    casebook: AsyncConnection, request_id: str, *, rule: DeadlineRule, now: datetime, district: District
) -> None:
    """Write the entry in force; the same number of changes writes nothing twice."""
    started_at = (await requests.get(casebook, request_id))["taken_in_at"]
    changes = await clock_changes.of_request(casebook, request_id)
    entry = rule.entry(started_at, changes=changes, district=district)
    await total_deadlines.write(casebook, total_deadlines.TotalDeadline(request_id=request_id, **entry), now=now)


async def plan_again(casebook: AsyncConnection, request_id: str, *, now: datetime, district: District) -> None:
    """Move the total by what has changed meanwhile; its rule stays the first one."""
    known = await total_deadlines.newest(casebook, request_id)
    changes = await clock_changes.of_request(casebook, request_id)
    if known is not None and known["version"] <= changes.times:
        rule = DeadlineRule.of_entry(known, about=f"诉求 {request_id}")
        await plan(casebook, request_id, rule=rule, now=now, district=district)
