"""The audit trail: who did what to which request, and when. Only ever appended to."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from casebook.engine import AsyncConnection
from casebook.schema import audit_trail


async def note(casebook: AsyncConnection, action: str, *, actor: str, now: datetime, **details: Any) -> None:
    """Append one entry. `request_id` and `work_order_id` among the details get columns."""
    await casebook.execute(
        insert(audit_trail).values(
            at=now,
            actor=actor,
            action=action,
            request_id=details.pop("request_id", None),
            work_order_id=details.pop("work_order_id", None),
            details=details,
        )
    )


async def of_request(casebook: AsyncConnection, request_id: str) -> list[dict[str, Any]]:
    """Return the life of a request, oldest entry first."""
    rows = await casebook.execute(
        select(audit_trail).where(audit_trail.c.request_id == request_id).order_by(audit_trail.c.entry_id)
    )
    return [dict(row) for row in rows.mappings()]
