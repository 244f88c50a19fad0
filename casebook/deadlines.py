"""The deadline ledger: every deadline with its reason, and the extensions that moved it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit, facts, work_orders
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import deadlines_in_force
from casebook.schema import deadlines, extensions

EXTENSION_HOURS_MOST = 240
GRANTED = extensions.c.granted.is_(True)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One entry of the ledger: the limit by name, the instants, and the days that were skipped.

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


@dataclass(frozen=True, kw_only=True)
class Extended:
    """How often and by how many hours in all a work order's limit was extended."""

    times: int
    hours: float


async def extended(casebook: AsyncConnection, work_order_id: str) -> Extended:
    """Return the sum of the granted extensions of a work order."""
    rows = await casebook.execute(
        select(func.count(), func.coalesce(func.sum(extensions.c.hours), 0.0)).where(
            extensions.c.work_order_id == work_order_id, GRANTED
        )
    )
    times, hours = rows.one()
    return Extended(times=times, hours=float(hours))


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


async def ask_extension(
    casebook: AsyncConnection, work_order_id: str, *, hours: float, reason: str, now: datetime
) -> int:
    """Ask for more time, in hours of the limit's own basis; return the extension's id."""
    order = await work_orders.get(casebook, work_order_id)
    if order["reported_at"] or order["closed_at"]:
        raise RejectedInput(f"工单 {work_order_id} 已经回单或收回，不能申请延期。")
    if not 0 < hours <= EXTENSION_HOURS_MOST:
        raise RejectedInput(f"工单 {work_order_id}：延期应在 0 到 {EXTENSION_HOURS_MOST} 小时之间。")
    rows = await casebook.execute(
        insert(extensions)
        .values(work_order_id=work_order_id, hours=hours, reason=reason, requested_at=now)
        .returning(extensions.c.extension_id)
    )
    ids = {"request_id": order["request_id"], "work_order_id": work_order_id}
    await audit.note(casebook, "extension_asked", actor=order["unit"], now=now, hours=hours, **ids)
    return int(rows.scalar_one())


async def decide_extension(
    casebook: AsyncConnection, extension_id: int, *, granted: bool, person: str, now: datetime
) -> None:
    """Grant or refuse an extension, as a centre; a grant re-arms the running timers."""
    rows = await casebook.execute(
        update(extensions)
        .where(extensions.c.extension_id == extension_id, extensions.c.decided_at.is_(None))
        .values(granted=granted, decided_at=now, decided_by=person)
        .returning(extensions.c.work_order_id, extensions.c.hours)
    )
    decided = rows.one_or_none()
    if decided is None:
        raise RejectedInput(f"延期申请 {extension_id} 不存在或已经批复。")
    order = await work_orders.get(casebook, decided.work_order_id)
    ids = {"request_id": order["request_id"], "work_order_id": decided.work_order_id}
    action = "extension_granted" if granted else "extension_refused"
    await audit.note(casebook, action, actor=person, now=now, hours=decided.hours, **ids)
    if not granted or order["reported_at"] or order["closed_at"]:
        return
    fact = facts.Fact(
        name="deadline_changed",
        request_id=order["request_id"],
        correlation_key=decided.work_order_id,
        variables={},
    )
    await facts.append(casebook, fact, now=now)


async def undecided(casebook: AsyncConnection) -> list[dict[str, Any]]:
    """Return the extensions that a centre still has to decide, oldest first."""
    rows = await casebook.execute(
        select(extensions).where(extensions.c.decided_at.is_(None)).order_by(extensions.c.extension_id)
    )
    return [dict(row) for row in rows.mappings()]


async def in_force(casebook: AsyncConnection, work_order_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the deadline in force of each of these work orders that has one, by its number."""
    newest = deadlines_in_force()
    rows = await casebook.execute(select(newest).where(newest.c.work_order_id.in_(work_order_ids)))
    return {row["work_order_id"]: dict(row) for row in rows.mappings()}
