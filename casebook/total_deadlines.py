"""The total clock of a request: from reception to completion, moved by what moves the lead's handling.

Returns and reporting up never restart it: its rule is the one of the level at which the request came in.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.schema import total_deadlines


@dataclass(frozen=True, kw_only=True)
class TotalDeadline:
    """One entry: as of a work order's deadline, for the request as a whole."""

    request_id: str
    version: int
    limit_name: str
    limit_hours: float
    inspect_hours: float
    basis: str
    extended_hours: float
    started_at: datetime
    yellow_at: datetime
    red_at: datetime
    inspect_at: datetime
    skipped: list[dict[str, str]]
    provisional: bool
    changes: list[dict[str, Any]] = field(default_factory=list)
    unit_hours: str | None = None


async def write(casebook: AsyncConnection, deadline: TotalDeadline, *, now: datetime) -> None:
    """Add an entry; the same version written again changes nothing."""
    values = asdict(deadline) | {"planned_at": now}
    await casebook.execute(upsert(total_deadlines).values(values).on_conflict_do_nothing())


async def newest(casebook: AsyncConnection, request_id: str) -> dict[str, Any] | None:
    """Return the entry in force, or None while nothing has been planned."""
    rows = await casebook.execute(
        select(total_deadlines)
        .where(total_deadlines.c.request_id == request_id)
        .order_by(total_deadlines.c.version.desc())
        .limit(1)
    )
    row = rows.mappings().one_or_none()
    return dict(row) if row else None
