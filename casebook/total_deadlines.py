"""The total clock of a request: from reception to completion, moved by extensions alone.

Returns and reporting up never restart it: its rule is the one of the level at which the request came in.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.deadlines import GRANTED, Extended
from casebook.engine import AsyncConnection
from casebook.schema import extensions, total_deadlines, work_orders


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


async def extended(casebook: AsyncConnection, request_id: str) -> Extended:
    """Return the sum of the extensions granted to the lead's handling; they alone lengthen the whole."""
    rows = await casebook.execute(
        select(func.count(), func.coalesce(func.sum(extensions.c.hours), 0.0))
        .join(work_orders, work_orders.c.work_order_id == extensions.c.work_order_id)
        .where(work_orders.c.request_id == request_id, work_orders.c.kind == "handling", GRANTED)
    )
    times, hours = rows.one()
    return Extended(times=times, hours=float(hours))


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
