"""Suspensions (暂停计时): the clock of a work order stands still while its unit waits for the caller or the weather.

A suspension has an end from the beginning; nobody has to remember it. Resumed earlier, the deadline is planned again,
and exactly the working time that was left is left again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from casebook import audit, deadlines, facts
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import suspensions

RUNNING = suspensions.c.resumed_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """Why a clock is to stand still, until when at the latest, and who says so; `note` stays in the casebook."""

    reason_code: str
    note: str
    until: datetime
    person: str


async def suspend(
    casebook: AsyncConnection, order: dict[str, Any], wish: Standstill, *, district: District, now: datetime
) -> None:
    """Let the clock of an open work order stand still; its lights are armed anew. `order`: see `get_in_turn`."""
    number = order["work_order_id"]
    rule = district.clock.suspension
    if order["kind"] not in rule.kinds:
        kind = district.kinds.get(order["kind"], order["kind"])
        raise RejectedInput(f"工单 {number}：“{kind}”工单不能暂停计时。可以暂停的种类见 config/deadlines.toml。")
    deadline = await deadlines.running(casebook, order)
    if deadline["red_at"] <= now:
        raise RejectedInput(f"工单 {number} 已经超期，不能再暂停计时。请申请延期。")
    if wish.reason_code not in rule.reasons or not wish.note.strip():
        raise RejectedInput(f"工单 {number}：暂停计时要选一个理由并写明情况。请补上后再提交。")
    if not now < wish.until <= now + timedelta(days=rule.days_most):
        raise RejectedInput(f"工单 {number}：暂停最迟到什么时候，应在今后 {rule.days_most} 天之内。请更正后再提交。")
    mine = suspensions.c.work_order_id == number
    if (await casebook.execute(select(suspensions.c.until).where(mine, RUNNING, suspensions.c.until > now))).first():
        raise RejectedInput(f"工单 {number} 正在暂停计时，不必再暂停。")
    count = int((await casebook.execute(select(func.count()).where(mine))).scalar_one())
    if count >= rule.times_most:
        raise RejectedInput(f"工单 {number} 已暂停过 {count} 次，不能再暂停。请申请延期。")
    await casebook.execute(update(suspensions).where(mine, RUNNING).values(resumed_at=suspensions.c.until))
    values = {"reason_code": wish.reason_code, "note": wish.note.strip(), "until": wish.until}
    await casebook.execute(
        insert(suspensions).values(work_order_id=number, suspended_at=now, suspended_by=wish.person, **values)
    )
    ids = {"request_id": order["request_id"], "work_order_id": number}
    await audit.note(casebook, "suspended", actor=wish.person, now=now, reason_code=wish.reason_code, **ids)
    await facts.append(casebook, facts.deadline_changed(order), now=now)


async def resume(casebook: AsyncConnection, order: dict[str, Any], *, person: str, now: datetime) -> None:
    """Let the clock of a work order go on before the suspension's end; its lights are armed anew."""
    number = order["work_order_id"]
    await deadlines.running(casebook, order)
    mine = (suspensions.c.work_order_id == number) & RUNNING & (suspensions.c.until > now)
    resumed = update(suspensions).where(mine).values(resumed_at=now, resumed_by=person)
    if (await casebook.execute(resumed.returning(suspensions.c.suspension_id))).first() is None:
        raise RejectedInput(f"工单 {number} 没有在暂停计时，不必恢复。")
    ids = {"request_id": order["request_id"], "work_order_id": number}
    await audit.note(casebook, "resumed", actor=person, now=now, **ids)
    await facts.append(casebook, facts.deadline_changed(order), now=now)


async def of_order(casebook: AsyncConnection, work_order_id: str) -> list[dict[str, Any]]:
    """Return the suspensions of a work order, oldest first; `note` may name people."""
    mine = select(suspensions).where(suspensions.c.work_order_id == work_order_id)
    rows = await casebook.execute(mine.order_by(suspensions.c.suspension_id))
    return [dict(row) for row in rows.mappings()]


async def standing(casebook: AsyncConnection, work_order_id: str, *, now: datetime) -> dict[str, Any] | None:
    """Return the suspension under which a work order's clock stands still now, or None."""
    mine = (suspensions.c.work_order_id == work_order_id) & RUNNING & (suspensions.c.until > now)
    row = (await casebook.execute(select(suspensions).where(mine))).mappings().one_or_none()
    return dict(row) if row else None
