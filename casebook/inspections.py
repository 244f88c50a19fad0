"""Inspections (督查): what drags on, is not right or is complex goes to an office that decides about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from casebook import accountabilities, audit, directory, facts, requests
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import inspections, work_orders

ROLE = "inspection"
DECISION = "inspection_decision"
OWN_KINDS = frozenset({DECISION, accountabilities.FINDING})
TO_ACCOUNT = "accountability"
ENDING = ("no_fault", "urge")
NOT_VERIFIED = "not_verified"
IS_OPEN = inspections.c.ended_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class Push:
    """Why a matter goes to which office; by the rule of complexity there is no work order to look at."""

    request_id: str
    work_order_id: str | None
    cause: str
    office: str


async def push(casebook: AsyncConnection, wanted: Push, *, now: datetime) -> str | None:
    """Put a matter on an office's list and tell the engine; return its number, or None when nothing is to be done.

    Once for each work order, and once for each round without one. A request that its caller took back has none.
    """
    await requests.take_turn(casebook, wanted.request_id)
    request = await requests.get(casebook, wanted.request_id)
    if request["withdrawal_asked_at"] or request["merged_into"] or await _pushed(casebook, wanted, request):
        return None
    mine = inspections.c.request_id == wanted.request_id
    number = int((await casebook.execute(select(func.count()).where(mine))).scalar_one()) + 1
    inspection_id = f"{wanted.request_id}-DC{number:02d}"
    ids = {"request_id": wanted.request_id, "inspection_id": inspection_id}
    values = {
        "work_order_id": wanted.work_order_id,
        "unit": wanted.office,
        "about_unit": await _about_unit(casebook, wanted, request),
        "cause": wanted.cause,
        "round": request["round"],
    }
    await casebook.execute(insert(inspections).values(pushed_at=now, **ids, **values))
    await audit.note(casebook, "pushed_to_inspection", actor="engine", now=now, **ids, **values)
    await _tell(casebook, "inspection_pushed", ids, now=now)
    return inspection_id


async def _pushed(casebook: AsyncConnection, wanted: Push, request: dict[str, Any]) -> bool:
    mine = inspections.c.work_order_id == wanted.work_order_id
    if wanted.work_order_id is None:
        of_round = (inspections.c.request_id == wanted.request_id) & (inspections.c.round == request["round"])
        mine = of_round & inspections.c.work_order_id.is_(None)
    return (await casebook.execute(select(inspections.c.inspection_id).where(mine))).first() is not None


async def _about_unit(casebook: AsyncConnection, wanted: Push, request: dict[str, Any]) -> str:
    """Return whose work is looked at: who has the work order; of work that is not verified, and else, the lead."""
    if wanted.work_order_id is None or wanted.cause == NOT_VERIFIED:
        return str(request["lead_unit"] or request["responsible_unit"])
    mine = work_orders.c.work_order_id == wanted.work_order_id
    return str((await casebook.execute(select(work_orders.c.unit).where(mine))).scalar_one())


async def is_own(casebook: AsyncConnection, order: dict[str, Any], *, at: datetime) -> bool:
    """Tell whether a work order is an inspection office's own: it is not pushed to the office it lies with."""
    if order["kind"] in OWN_KINDS:
        return True
    return (await directory.unit(casebook, order["unit"], at=at) or {}).get("role") == ROLE


async def get(casebook: AsyncConnection, inspection_id: str) -> dict[str, Any]:
    """Return one inspection; RejectedInput when there is none of that number."""
    rows = await casebook.execute(select(inspections).where(inspections.c.inspection_id == inspection_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise RejectedInput(f"没有编号为 {inspection_id} 的督查事项。请核对编号后重试。")
    return dict(row)


async def open_with(casebook: AsyncConnection, inspection_id: str, *, process_instance_key: int) -> dict[str, Any]:
    """Note the process that serves an inspection; the first one stays. Return the inspection."""
    fresh = (inspections.c.inspection_id == inspection_id) & inspections.c.process_instance_key.is_(None)
    await casebook.execute(update(inspections).where(fresh).values(process_instance_key=process_instance_key))
    return await get(casebook, inspection_id)


async def note_report(casebook: AsyncConnection, order: dict[str, Any], answer: Any, *, now: datetime) -> None:
    """Note what the office decided; its reason stays with the work order. RejectedInput without a reason.

    Unless somebody is called to account, that is the end of the inspection.
    """
    if answer.outcome not in (TO_ACCOUNT, *ENDING):
        raise RejectedInput(
            f"工单 {order['work_order_id']}：督查决定没有“{answer.outcome}”这个结果。请刷新页面后重填。"
        )
    if not answer.note.strip():
        raise RejectedInput(f"工单 {order['work_order_id']}：督查决定须写明理由。请补上后再提交。")
    values: dict[str, Any] = {"decision": answer.outcome, "decided_at": now}
    if answer.outcome in ENDING:
        values |= {"ending": answer.outcome, "ended_at": now}
    mine = (inspections.c.inspection_id == order["about"]) & IS_OPEN
    await casebook.execute(update(inspections).where(mine).values(values))


async def end_found(casebook: AsyncConnection, inspection_id: str, *, finding: str, now: datetime) -> None:
    """End an inspection with what was found about the unit; harmless when repeated."""
    mine = (inspections.c.inspection_id == inspection_id) & IS_OPEN
    await casebook.execute(update(inspections).where(mine).values(ending=finding, ended_at=now))


async def end_with_request(casebook: AsyncConnection, request_id: str, *, ending: str, now: datetime) -> None:
    """Take back what is still looked at of a request that was `withdrawn` or `merged`; harmless when repeated."""
    mine = (inspections.c.request_id == request_id) & IS_OPEN
    values = {"ending": ending, "ended_at": now}
    rows = await casebook.execute(update(inspections).where(mine).values(values).returning(inspections.c.inspection_id))
    await accountabilities.end_with_request(casebook, request_id, ending=ending, now=now)
    for inspection_id in rows.scalars().all():
        ids = {"request_id": request_id, "inspection_id": inspection_id}
        await audit.note(casebook, "inspection_recalled", actor="engine", now=now, **ids)
        await _tell(casebook, "inspection_recalled", ids, now=now)


async def _tell(casebook: AsyncConnection, name: str, ids: dict[str, str], *, now: datetime) -> None:
    fact = facts.Fact(
        name=name, request_id=ids["request_id"], correlation_key=ids["inspection_id"], variables=dict(ids)
    )
    await facts.append(casebook, fact, now=now)
