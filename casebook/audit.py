"""The audit trail: who did what to which request, and when. Only ever appended to."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

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
