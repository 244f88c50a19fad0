"""The audit trail: who did what to which request, and when. Only ever appended to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from casebook import one_at_a_time, platform_status
from casebook.engine import AsyncConnection
from casebook.schema import audit_trail

COLUMNS = ("request_id", "work_order_id")


async def note(casebook: AsyncConnection, action: str, *, actor: str, now: datetime, **details: Any) -> None:
    """Append one entry. `request_id` and `work_order_id` among the details get columns.

    What the request's platform is told (`platform_status.py`) is kept with it, in the same transaction.
    """
    await note_all(casebook, action, [details], actor=actor, now=now)


async def note_all(
    casebook: AsyncConnection, action: str, entries: Sequence[dict[str, Any]], *, actor: str, now: datetime
) -> None:
    """Append an entry for each of these details, all of one action."""
    if not entries:
        return
    await platform_status.note_all(casebook, action, entries, now=now)
    rows = [
        {
            "at": now,
            "actor": actor,
            "action": action,
            **{column: details.get(column) for column in COLUMNS},
            "details": {name: value for name, value in details.items() if name not in COLUMNS},
        }
        for details in entries
    ]
    await casebook.execute(insert(audit_trail).returning(audit_trail.c.entry_id), rows)


async def once(casebook: AsyncConnection, action: str, *, request_id: str, **details: Any) -> dict[str, Any] | None:
    """Return the details of the entry that has these among them (and this `work_order_id`, if given), or None.

    Until the transaction ends nobody else can ask the same, so that what follows happens once.
    """
    key = f"audit/{action}/{request_id}/{sorted(details.items())}"
    await one_at_a_time.hold(casebook, {key})
    mine = (audit_trail.c.request_id == request_id) & (audit_trail.c.action == action)
    if work_order_id := details.pop("work_order_id", None):
        mine &= audit_trail.c.work_order_id == work_order_id
    found = await casebook.execute(
        select(audit_trail.c.details).where(mine, audit_trail.c.details.contains(details)).limit(1)
    )
    known: dict[str, Any] | None = found.scalar_one_or_none()
    return known
