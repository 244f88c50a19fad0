"""Calls of posted forces (执法呼叫): one force called by a street, until it confirmed, arrived and reported."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from casebook import audit, requests
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import unit_name
from casebook.schema import enforcement_calls

KINDS = CONFIRMATION, ARRIVAL, REPORT = "enforcement_call", "enforcement_arrival", "enforcement_report"
IS_OPEN = enforcement_calls.c.ended_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class NewCall:
    """One force to be called; `note` says what for and never leaves the casebook."""

    request_id: str
    force: str
    called_by: str
    urgency: str
    note: str


async def begin(casebook: AsyncConnection, call: NewCall, *, now: datetime) -> str:
    """Write a call and return its number; RejectedInput while the same force is under way already."""
    await requests.take_turn(casebook, call.request_id)
    mine = enforcement_calls.c.request_id == call.request_id
    under_way = select(enforcement_calls.c.enforcement_id).where(mine, enforcement_calls.c.force == call.force, IS_OPEN)
    if found := (await casebook.execute(under_way)).scalar_one_or_none():
        raise RejectedInput(f"该执法力量已在呼叫 {found} 中，尚未办结，不必重复呼叫。请去掉它再提交。")
    number = int((await casebook.execute(select(func.count()).where(mine))).scalar_one()) + 1
    enforcement_id = f"{call.request_id}-ZF{number:02d}"
    await casebook.execute(insert(enforcement_calls).values(enforcement_id=enforcement_id, called_at=now, **vars(call)))
    details = {"request_id": call.request_id, "enforcement_id": enforcement_id, "unit": call.force}
    await audit.note(casebook, "enforcement_called", actor=call.called_by, now=now, **details)
    return enforcement_id


async def get(casebook: AsyncConnection, enforcement_id: str) -> dict[str, Any]:
    """Return one call; RejectedInput when there is none of that number."""
    rows = await casebook.execute(select(enforcement_calls).where(enforcement_calls.c.enforcement_id == enforcement_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise RejectedInput(f"没有编号为 {enforcement_id} 的执法呼叫。请核对编号后重试。")
    return dict(row)


async def open_with(casebook: AsyncConnection, enforcement_id: str, *, process_instance_key: int) -> dict[str, Any]:
    """Note the process instance that works on a call; the first one stays."""
    await casebook.execute(
        update(enforcement_calls)
        .where(enforcement_calls.c.enforcement_id == enforcement_id, enforcement_calls.c.process_instance_key.is_(None))
        .values(process_instance_key=process_instance_key)
    )
    return await get(casebook, enforcement_id)


async def of_request(casebook: AsyncConnection, request_id: str) -> list[dict[str, Any]]:
    """Return the calls of a request with the forces' names as `unit_name`, oldest first."""
    rows = await casebook.execute(
        select(enforcement_calls, unit_name(enforcement_calls.c.force))
        .where(enforcement_calls.c.request_id == request_id)
        .order_by(enforcement_calls.c.enforcement_id)
    )
    return [dict(row) for row in rows.mappings()]


async def open_of_request(casebook: AsyncConnection, request_id: str) -> list[dict[str, Any]]:
    """Return the calls of a request that have not come to an end."""
    return [call for call in await of_request(casebook, request_id) if call["ended_at"] is None]


async def note(casebook: AsyncConnection, enforcement_id: str, **values: Any) -> bool:
    """Write values into an open call; tell whether it was open."""
    changed = await casebook.execute(
        update(enforcement_calls)
        .where(enforcement_calls.c.enforcement_id == enforcement_id, IS_OPEN)
        .values(values)
        .returning(enforcement_calls.c.enforcement_id)
    )
    return changed.first() is not None


async def note_report(casebook: AsyncConnection, order: dict[str, Any], answer: Any, *, now: datetime) -> None:
    """Note what a force's report means for its call: confirmed, declined, arrived, or done."""
    number = order["about"]
    if answer.outcome == "declined":
        if not answer.reason_code:
            raise RejectedInput(f"工单 {order['work_order_id']}：不能出动须选择理由。请选择后再提交。")
        refusal = {"refusal": answer.reason_code, "refused_at": now, "ending": "refused", "ended_at": now}
        await note(casebook, number, **refusal)
    elif order["kind"] == CONFIRMATION:
        await note(casebook, number, confirmed_at=now)
    elif order["kind"] == ARRIVAL:
        await note(casebook, number, arrived_at=now)
    else:
        await note(casebook, number, ending=answer.outcome, ended_at=now)
