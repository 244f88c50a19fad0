"""What a caller told of themselves, shown to who asks for it, one field at a time, and written down each time."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select

from casebook import audit
from casebook.engine import AsyncConnection
from casebook.schema import callers

Field = Literal["name", "phone", "address"]


async def reveal(casebook: AsyncConnection, request_id: str, field: Field, *, by: str, now: datetime) -> str | None:
    """Return one field of a request's caller; who saw which is in the audit trail before anybody sees it."""
    await audit.note(casebook, "personal_shown", actor=by, now=now, request_id=request_id, field=field)
    found = await casebook.execute(select(callers.c[field]).where(callers.c.request_id == request_id))
    value: str | None = found.scalar_one()
    return value
