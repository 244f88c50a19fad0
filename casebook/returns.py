"""What went back: returns of work orders, rework after verification, reopening after rating."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit
from casebook.engine import AsyncConnection
from casebook.schema import reopenings, returns, reworks

ACTIONS = {"cannot_solve": "reported_up", "refused": "refused_by_the_city"}


async def count(casebook: AsyncConnection, request_id: str, *, but: str, outcome: str = "returned") -> int:
    """Count how often a request came back in one way, the work order `but` left out."""
    rows = await casebook.execute(
        select(func.count()).where(
            returns.c.request_id == request_id, returns.c.work_order_id != but, returns.c.outcome == outcome
        )
    )
    return int(rows.scalar_one())


async def record(casebook: AsyncConnection, values: dict[str, Any], *, now: datetime) -> None:
    """Record one return; the same work order recorded again changes nothing."""
    added = await casebook.execute(
        upsert(returns).values(recorded_at=now, **values).on_conflict_do_nothing().returning(returns.c.work_order_id)
    )
    if added.first() is not None:
        action = ACTIONS.get(values["outcome"], "returned")
        await audit.note(casebook, action, actor="engine", now=now, **values)


async def record_rework(casebook: AsyncConnection, request_id: str, *, round_: int, rework: int, now: datetime) -> None:
    """Record that verification sent the work back; harmless when repeated."""
    values = {"request_id": request_id, "round": round_, "rework": rework}
    await casebook.execute(upsert(reworks).values(recorded_at=now, **values).on_conflict_do_nothing())


async def record_reopening(casebook: AsyncConnection, request_id: str, *, round_: int, now: datetime) -> None:
    """Record that round `round_` was opened after a bad rating; harmless when repeated."""
    values = {"request_id": request_id, "round": round_}
    added = await casebook.execute(
        upsert(reopenings).values(reopened_at=now, **values).on_conflict_do_nothing().returning(reopenings.c.round)
    )
    if added.first() is not None:
        await audit.note(casebook, "reopened", actor="engine", now=now, **values)


async def reworked(casebook: AsyncConnection, request_id: str, *, round_: int) -> int:
    """Count the reworks of one round of a request."""
    rows = await casebook.execute(
        select(func.count()).where(reworks.c.request_id == request_id, reworks.c.round == round_)
    )
    return int(rows.scalar_one())
