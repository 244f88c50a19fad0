"""Extensions (延期): a unit asks for more time, and the centre that may grant so much decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from casebook import audit, directory, facts, requests, work_orders
from casebook.clock_changes import GRANTED
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import extensions

LEVELS = ("community", "street", "district", "city")
STEPS_MOST = 10


@dataclass(frozen=True, kw_only=True)
class MoreTime:
    """How many hours of the limit's own basis a unit asks for, and why; the reason stays in the casebook."""

    hours: float
    reason: str


async def ask(
    casebook: AsyncConnection, work_order_id: str, wish: MoreTime, *, district: District, now: datetime
) -> int:
    """Ask for more time; return the extension's number. Who may decide it follows from the hours and the unit."""
    order, rule = await work_orders.get(casebook, work_order_id), district.clock.extension
    if order["reported_at"] or order["closed_at"]:
        raise RejectedInput(f"工单 {work_order_id} 已经回单或收回，不能申请延期。")
    level = rule.level_for(wish.hours)
    if level is None or not wish.hours > 0:
        raise RejectedInput(f"工单 {work_order_id}：延期应大于 0、不超过 {rule.hours_most} 小时。")
    await _must_have_one_left(casebook, work_order_id, times_most=rule.times_most)
    values = {"hours": wish.hours, "reason": wish.reason, "requested_at": now}
    approver = await _approver(casebook, order, level=level, now=now)
    rows = await casebook.execute(
        insert(extensions)
        .values(work_order_id=work_order_id, approver=approver, **values)
        .returning(extensions.c.extension_id)
    )
    ids = {"request_id": order["request_id"], "work_order_id": work_order_id}
    await audit.note(casebook, "extension_asked", actor=order["unit"], now=now, hours=wish.hours, **ids)
    return int(rows.scalar_one())


async def decide(casebook: AsyncConnection, extension_id: int, *, granted: bool, person: str, now: datetime) -> None:
    """Grant or refuse an extension, as the centre that may, or one above it; a grant re-arms the running timers."""
    waiting = (extensions.c.extension_id == extension_id) & extensions.c.decided_at.is_(None)
    asked = (await casebook.execute(select(extensions).where(waiting).with_for_update())).mappings().one_or_none()
    if asked is None:
        raise RejectedInput(f"延期申请 {extension_id} 不存在或已经批复。")
    if asked["approver"] and not await _is_above(casebook, person, asked["approver"], now=now):
        raise RejectedInput(f"延期 {asked['hours']:g} 小时应由 {asked['approver']} 或其上级批复，{person} 不能批。")
    decision = {"granted": granted, "decided_at": now, "decided_by": person}
    await casebook.execute(update(extensions).where(waiting).values(decision))
    order = await work_orders.get(casebook, asked["work_order_id"])
    ids = {"request_id": order["request_id"], "work_order_id": order["work_order_id"]}
    action = "extension_granted" if granted else "extension_refused"
    await audit.note(casebook, action, actor=person, now=now, hours=asked["hours"], **ids)
    if granted and not order["reported_at"] and not order["closed_at"]:
        await facts.append(casebook, facts.deadline_changed(order), now=now)


async def undecided(casebook: AsyncConnection) -> list[dict[str, Any]]:
    """Return the extensions that a centre still has to decide, oldest first."""
    rows = await casebook.execute(
        select(extensions).where(extensions.c.decided_at.is_(None)).order_by(extensions.c.extension_id)
    )
    return [dict(row) for row in rows.mappings()]


async def _must_have_one_left(casebook: AsyncConnection, work_order_id: str, *, times_most: int) -> None:
    count = select(func.count()).where(extensions.c.work_order_id == work_order_id, GRANTED)
    if int((await casebook.execute(count)).scalar_one()) >= times_most:
        raise RejectedInput(
            f"工单 {work_order_id} 已延期 {times_most} 次，不能再延。请尽快办理，或请上级指挥中心协调。"
        )


async def _approver(casebook: AsyncConnection, order: dict[str, Any], *, level: str, now: datetime) -> str | None:
    """Return the centre of the level that may grant, of the unit's own level at least; None when there is none."""
    unit = await directory.unit(casebook, order["unit"], at=now)
    own = unit["level"] if unit else level
    highest = max(level, min(own, "district", key=LEVELS.index), key=LEVELS.index)
    community = (await requests.get(casebook, order["request_id"]))["community"]
    return await directory.centre_for(casebook, highest, community=community, at=now)


async def _is_above(casebook: AsyncConnection, person: str, approver: str, *, now: datetime) -> bool:
    step: str | None = approver
    for _ in range(STEPS_MOST):
        if step in {None, person}:
            break
        unit = await directory.unit(casebook, str(step), at=now)
        step = unit["superior"] if unit else None
    return step == person
