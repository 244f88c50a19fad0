"""What the city answers becomes a report of the work order that waits for it: accepted, refused, later done.

Replies come at least once and in any order. Each authentic reply is kept under its nonce with what it led to. The
first answer counts; `done` before `accepted` says both; `done` before the handling was issued waits for it.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import insert, select, update

from casebook import audit, city, requests, work_orders
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import city_hand_overs, city_replies
from casebook.schema import requests as register
from casebook.schema import work_orders as orders

Effect = Literal["taken", "kept", "already_known", "contradicts"]
PERSON = "city_platform"
DONE_NOTE = "市级平台回复：已办结。"


class CityReply(BaseModel):
    """One reply of the city about a work order of ours, which is its `key`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    key: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    kind: Literal["accepted", "refused", "done"]
    city_number: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    reason: Annotated[str, StringConstraints(max_length=500)] | None = None


class Replayed(RejectedInput):
    """A message with this nonce has been taken in before."""


async def take(casebook: AsyncConnection, reply: CityReply, *, nonce: str, now: datetime) -> Effect:
    """Keep a reply and let it have its effect; RejectedInput for a key that is not ours, Replayed for an old nonce."""
    seen = await casebook.execute(select(city_replies.c.nonce).where(city_replies.c.nonce == nonce))
    if seen.first() is not None:
        raise Replayed("这条回复已经收过，没有再处理。请用新的随机数重新签名。")
    row = await _hand_over(casebook, reply.key)
    if row is None:
        raise RejectedInput("没有上报过这个编号的工单。请核对 key。")
    effect = await _effect(casebook, row, reply=reply, now=now)
    values = reply.model_dump(include={"kind", "city_number"}) | {"note": reply.reason, "effect": effect}
    values |= {"nonce": nonce, "work_order_id": reply.key, "received_at": now}
    await casebook.execute(insert(city_replies).values(values))
    ids = {"request_id": row["request_id"], "work_order_id": reply.key}
    await audit.note(casebook, f"city_{reply.kind}", actor=PERSON, now=now, effect=effect, **ids)
    return effect


async def contradictions(casebook: AsyncConnection) -> list[dict[str, Any]]:
    """Return replies that say the opposite of an earlier one, of open requests, oldest first: a person must ask."""
    rows = await casebook.execute(
        select(city_hand_overs.c.request_id, city_hand_overs.c.answer, city_replies.c.kind, city_replies.c.received_at)
        .join(city_replies, city_replies.c.work_order_id == city_hand_overs.c.work_order_id)
        .join(register, register.c.request_id == city_hand_overs.c.request_id)
        .where(city_replies.c.effect == "contradicts", requests.IS_OPEN)
        .order_by(city_replies.c.received_at)
    )
    return [dict(row) for row in rows.mappings()]


async def note_issued(casebook: AsyncConnection, work_order_id: str, *, now: datetime) -> None:
    """Hand a new work order over when it is the city's, or close it at once with a result that came before."""
    order = await work_orders.get(casebook, work_order_id)
    about = {"request_id": order["request_id"], "now": now}
    if order["kind"] == city.REPORTED:
        await city.hand_over(casebook, work_order_id, **about)
    elif order["kind"] == "handling" and await city.is_the_city(casebook, order["unit"]):
        newest = await _newest(casebook, order["request_id"])
        if newest is None or await _is_used_up(casebook, newest, but=work_order_id):
            await city.hand_over(casebook, work_order_id, **about)
        elif newest["done_at"]:
            await _report(casebook, order, outcome="done", note=DONE_NOTE, now=now)


async def _effect(casebook: AsyncConnection, row: dict[str, Any], *, reply: CityReply, now: datetime) -> Effect:
    said = "refused" if reply.kind == "refused" else "accepted"
    if row["answer"] and row["answer"] != said:
        return "contradicts"
    if reply.kind == "done" and row["done_at"]:
        return "already_known"
    effect: Effect = "already_known"
    if not row["answer"]:
        await _note(casebook, row, answer=said, city_number=reply.city_number, answered_at=now)
        effect = await _answered(casebook, row, reply=reply, said=said, now=now)
    if reply.kind == "done":
        await _note(casebook, row, done_at=now)
        return await _finished(casebook, row["request_id"], now=now)
    return effect


async def _answered(
    casebook: AsyncConnection, row: dict[str, Any], *, reply: CityReply, said: str, now: datetime
) -> Effect:
    order = await work_orders.get(casebook, row["work_order_id"])
    if order["kind"] != city.REPORTED or order["reported_at"] or order["closed_at"]:
        return "kept"
    number = f"市级编号：{reply.city_number}。" if reply.city_number else ""
    await _report(casebook, order, outcome=said, note=number + (reply.reason or ""), now=now)
    return "taken"


async def _finished(casebook: AsyncConnection, request_id: str, *, now: datetime) -> Effect:
    """Report the city's open handling; when it is not issued yet, the result waits in the hand-over."""
    rows = await casebook.execute(
        select(orders).where(orders.c.request_id == request_id, orders.c.kind == "handling", work_orders.IS_OPEN)
    )
    for order in map(dict, rows.mappings().all()):
        if await city.is_the_city(casebook, order["unit"]):
            await _report(casebook, order, outcome="done", note=DONE_NOTE, now=now)
            return "taken"
    return "kept"


async def _report(casebook: AsyncConnection, order: dict[str, Any], *, outcome: str, note: str, now: datetime) -> None:
    answer = work_orders.Report(outcome=outcome, person=PERSON, note=note)
    await work_orders.report(casebook, order["work_order_id"], answer, now=now)


async def _note(casebook: AsyncConnection, row: dict[str, Any], **columns: Any) -> None:
    mine = city_hand_overs.c.work_order_id == row["work_order_id"]
    await casebook.execute(update(city_hand_overs).where(mine).values(columns))


async def _hand_over(casebook: AsyncConnection, work_order_id: str) -> dict[str, Any] | None:
    """Return a hand-over and lock it, after its request: in that order a work order that is issued locks them too."""
    mine = city_hand_overs.c.work_order_id == work_order_id
    request_id = (await casebook.execute(select(city_hand_overs.c.request_id).where(mine))).scalar_one_or_none()
    if request_id is None:
        return None
    await requests.take_turn(casebook, request_id)
    row = (await casebook.execute(select(city_hand_overs).where(mine).with_for_update())).mappings().one()
    return dict(row)


async def _newest(casebook: AsyncConnection, request_id: str) -> dict[str, Any] | None:
    rows = await casebook.execute(
        select(city_hand_overs)
        .where(city_hand_overs.c.request_id == request_id)
        .order_by(city_hand_overs.c.work_order_id.desc())
        .limit(1)
        .with_for_update()
    )
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def _is_used_up(casebook: AsyncConnection, newest: dict[str, Any], *, but: str) -> bool:
    """Tell whether a handling after this hand-over was answered already, so that the city has to be asked again."""
    rows = await casebook.execute(
        select(orders.c.work_order_id).where(
            orders.c.request_id == newest["request_id"],
            orders.c.kind == "handling",
            orders.c.work_order_id >= newest["work_order_id"],
            orders.c.work_order_id != but,
            orders.c.reported_at.is_not(None),
        )
    )
    return rows.first() is not None
