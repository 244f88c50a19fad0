"""Supervision: lights that were raised, matters pushed to inspection, supervision orders."""

from datetime import datetime

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit, facts, requests
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import inspections, lights, supervision_orders


async def raise_light(
    casebook: AsyncConnection, work_order_id: str, light: str, *, version: int, now: datetime
) -> bool:
    """Note a light of one version of a deadline; tell whether it is new."""
    values = {"work_order_id": work_order_id, "light": light, "version": version}
    added = await casebook.execute(
        upsert(lights).values(raised_at=now, **values).on_conflict_do_nothing().returning(literal(1))
    )
    return added.first() is not None


async def raised_before(casebook: AsyncConnection, work_order_id: str, light: str, *, version: int) -> datetime | None:
    """Return when this light was last raised under an earlier version of the deadline."""
    rows = await casebook.execute(
        select(func.max(lights.c.raised_at)).where(
            lights.c.work_order_id == work_order_id,
            lights.c.light == light,
            lights.c.version < version,
        )
    )
    raised_at: datetime | None = rows.scalar_one()
    return raised_at


async def push_to_inspection(
    casebook: AsyncConnection, work_order_id: str, *, request_id: str, unit: str, now: datetime
) -> None:
    """Put a matter on the list of an inspection office; once for each work order."""
    values = {"work_order_id": work_order_id, "request_id": request_id, "unit": unit}
    added = await casebook.execute(
        upsert(inspections).values(pushed_at=now, **values).on_conflict_do_nothing().returning(literal(1))
    )
    if added.first() is not None:
        await audit.note(casebook, "pushed_to_inspection", actor="engine", now=now, **values)


async def order(casebook: AsyncConnection, request_id: str, *, person: str, note: str, now: datetime) -> str:
    """One-key supervision: write a supervision order, tell the engine, return its number."""
    row = await requests.get(casebook, request_id)
    if row["closed_at"] or row["withdrawn_at"] or row["merged_into"]:
        raise RejectedInput(f"诉求 {request_id} 已结束，不能再督办。")
    count = select(func.count()).where(supervision_orders.c.request_id == request_id)
    number = int((await casebook.execute(count)).scalar_one()) + 1
    supervision_id = f"{request_id}-DB{number:02d}"
    values = {"supervision_id": supervision_id, "request_id": request_id, "note": note}
    await casebook.execute(insert(supervision_orders).values(ordered_by=person, ordered_at=now, **values))
    await audit.note(
        casebook,
        "supervision_ordered",
        actor=person,
        now=now,
        request_id=request_id,
        supervision_id=supervision_id,
    )
    fact = facts.Fact(
        name="supervision_ordered",
        request_id=request_id,
        correlation_key=request_id,
        variables={"supervision_id": supervision_id},
    )
    await facts.append(casebook, fact, now=now)
    return supervision_id


async def issue_order(casebook: AsyncConnection, supervision_id: str, *, unit: str, now: datetime) -> None:
    """Note to which unit a supervision order went; the first addressee stays."""
    await casebook.execute(
        update(supervision_orders)
        .where(
            supervision_orders.c.supervision_id == supervision_id,
            supervision_orders.c.issued_at.is_(None),
        )
        .values(unit=unit, issued_at=now)
    )
