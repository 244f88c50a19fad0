"""Who takes work that is addressed to a unit which no longer has it: after a batch, or after the unit has ended.

A running process still knows units by the codes it was given at its start. Its next work order goes to the successor.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casebook import directory
from casebook.engine import AsyncConnection
from casebook.schema import redispatched_orders, redispatches, requests, work_orders

STEPS_MOST = 8


@dataclass(frozen=True, kw_only=True)
class Successor:
    """The unit that takes the work, and why in words; `why` is empty when it is the one that was named."""

    unit: str
    why: str


async def successor(casebook: AsyncConnection, unit: str, *, request_id: str, now: datetime) -> Successor:
    """Return who takes a work order of a request that is addressed to a unit.

    What was moved in a batch stays moved for the same request, unless a centre has assigned the unit anew since. A
    unit that has ended is followed by the one its last batch named, else by who plays its role there, else by the
    nearest superior in force.
    """
    at, why = unit, ""
    for _ in range(STEPS_MOST):
        following, reason = await _next(casebook, at, request_id=request_id, now=now)
        if following is None or following == at:
            break
        at, why = following, reason
    return Successor(unit=at, why=why)


async def _next(casebook: AsyncConnection, unit: str, *, request_id: str, now: datetime) -> tuple[str | None, str]:
    if moved := await _moved(casebook, unit, request_id=request_id):
        return moved, "本诉求的工单已整批改派"
    if await directory.is_in_force(casebook, unit, at=now):
        return None, ""
    if named := await _named(casebook, unit, now=now):
        return named, "原单位已撤销，工单已整批改派"
    known = await directory.unit(casebook, unit, at=now)
    if known is None:
        return None, ""
    community = (
        await casebook.execute(select(requests.c.community).where(requests.c.request_id == request_id))
    ).scalar_one()
    player = await directory.unit_for(casebook, known["role"], community=community, at=now)
    if player is not None:
        return player, "原单位已撤销，由承担同一角色的单位接续"
    return known["superior"], "原单位已撤销，由上级单位接续"


async def _moved(casebook: AsyncConnection, unit: str, *, request_id: str) -> str | None:
    """Return to whom a batch gave this request's work of the unit; None when a centre chose the unit again later."""
    again = (
        select(work_orders.c.work_order_id)
        .where(work_orders.c.request_id == request_id, work_orders.c.assigned_unit == unit)
        .where(work_orders.c.reported_at > redispatched_orders.c.moved_at)
        .exists()
    )
    rows = await casebook.execute(
        select(redispatched_orders.c.to_unit)
        .where(redispatched_orders.c.request_id == request_id, redispatched_orders.c.from_unit == unit)
        .where(redispatched_orders.c.undone_at.is_(None), ~again)
        .order_by(redispatched_orders.c.moved_at.desc())
        .limit(1)
    )
    found: str | None = rows.scalar_one_or_none()
    return found


async def _named(casebook: AsyncConnection, unit: str, *, now: datetime) -> str | None:
    rows = await casebook.execute(
        select(redispatches.c.to_unit)
        .where(redispatches.c.from_unit == unit, redispatches.c.undone_at.is_(None))
        .where(redispatches.c.to_unit.is_not(None), redispatches.c.done_at <= now)
        .order_by(redispatches.c.done_at.desc())
        .limit(1)
    )
    found: str | None = rows.scalar_one_or_none()
    return found
