"""The deadline ledger: every deadline with its reason and what moved it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import deadlines_in_force
from casebook.schema import deadlines


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One entry of the ledger: the limit by name, the instants, and the days that were skipped.

    `changes`: what moved it, see `clock_changes`; `unit_hours`: the unit's own hours, if they count.
    `limit_hours`, `inspect_hours` and `extended_hours` are working hours when `basis` is
    `working`, else calendar hours. `provisional`: it touches a year without a confirmed calendar.
    """

    work_order_id: str
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


async def write(casebook: AsyncConnection, deadline: Deadline, *, now: datetime) -> None:
    """Add an entry to the ledger; the same version written again changes nothing."""
    values = asdict(deadline) | {"planned_at": now}
    await casebook.execute(upsert(deadlines).values(values).on_conflict_do_nothing())


async def newest(casebook: AsyncConnection, work_order_id: str) -> dict[str, Any] | None:
    """Return the entry in force, or None while nothing has been planned."""
    rows = await casebook.execute(
        select(deadlines)
        .where(deadlines.c.work_order_id == work_order_id)
        .order_by(deadlines.c.version.desc())
        .limit(1)
    )
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def running(casebook: AsyncConnection, order: dict[str, Any]) -> dict[str, Any]:
    """Return the entry in force of an open work order; RejectedInput when there is no clock to be changed."""
    number = order["work_order_id"]
    if order["reported_at"] or order["closed_at"]:
        raise RejectedInput(f"工单 {number} 已经回单或收回，期限不能再变动。")
    deadline = await newest(casebook, number)
    if deadline is None:
        raise RejectedInput(f"工单 {number} 的期限正在计算，请稍后再试。")
    return deadline


async def in_force(casebook: AsyncConnection, work_order_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the deadline in force of each of these work orders that has one, by its number."""
    newest = deadlines_in_force()
    rows = await casebook.execute(select(newest).where(newest.c.work_order_id.in_(work_order_ids)))
    return {row["work_order_id"]: dict(row) for row in rows.mappings()}


async def every_entry(casebook: AsyncConnection, work_order_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return all entries of these work orders, those that are no longer in force too."""
    rows = await casebook.execute(select(deadlines).where(deadlines.c.work_order_id.in_(work_order_ids)))
    return [dict(row) for row in rows.mappings()]
