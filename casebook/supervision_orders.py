"""Supervision orders (督办单): a leader or a centre presses one key, a unit replies within a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, select, update

from casebook import audit, facts, requests
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import deadlines_in_force, unit_name
from casebook.schema import requests as register
from casebook.schema import supervision_orders as orders
from casebook.schema import work_orders

KIND, OBSTACLE = "supervision_reply", "obstacle"
IS_OPEN = orders.c.ended_at.is_(None)
LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """What one press on many requests led to: the orders, and why each of the other requests got none."""

    ordered: tuple[str, ...]
    refused: dict[str, str]


async def order(casebook: AsyncConnection, request_id: str, *, person: str, note: str, now: datetime) -> str:
    """One-key supervision (一键督办): write a supervision order, tell the engine, return its number.

    RejectedInput when the request has ended, and while an order about it waits for its reply.
    """
    note = _note(note)
    await requests.take_turn(casebook, request_id)
    await _refuse_what_needs_none(casebook, request_id)
    mine = orders.c.request_id == request_id
    number = int((await casebook.execute(select(func.count()).where(mine))).scalar_one()) + 1
    supervision_id = f"{request_id}-DB{number:02d}"
    ids = {"request_id": request_id, "supervision_id": supervision_id}
    await casebook.execute(insert(orders).values(ordered_by=person, ordered_at=now, note=note, **ids))
    await audit.note(casebook, "supervision_ordered", actor=person, now=now, **ids)
    await _tell(casebook, "supervision_ordered", ids, now=now)
    return supervision_id


async def order_many(
    casebook: AsyncConnection, request_ids: Sequence[str], *, person: str, note: str, now: datetime
) -> Pressed:
    """One press on many requests: each gets an order of its own; what can have none is named, and stops no other.

    RejectedInput when none of them can have one.
    """
    if not request_ids:
        raise RejectedInput("没有选择诉求。请至少选择一件。")
    note = _note(note)
    ordered, refused = [], {}
    for request_id in sorted(set(request_ids)):
        try:
            ordered.append(await order(casebook, request_id, person=person, note=note, now=now))
        except RejectedInput as error:
            refused[request_id] = str(error)
    if not ordered:
        raise RejectedInput("\n".join(refused.values()))
    return Pressed(ordered=tuple(ordered), refused=refused)


def _note(note: str) -> str:
    note = note.strip()
    if not note:
        raise RejectedInput("没有填写督办意见。请写明要求后再下达。")
    if len(note) > LONGEST_NOTE:
        raise RejectedInput(f"督办意见有 {len(note)} 字，最多 {LONGEST_NOTE} 字。请删减后再下达。")
    return note


async def _refuse_what_needs_none(casebook: AsyncConnection, request_id: str) -> None:
    row = await requests.get(casebook, request_id)
    if row["closed_at"] or row["withdrawal_asked_at"] or row["merged_into"]:
        raise RejectedInput(f"诉求 {request_id} 已结束或已撤回，不能再督办。")
    waiting = select(orders.c.supervision_id).where(orders.c.request_id == request_id, IS_OPEN)
    if found := (await casebook.execute(waiting)).scalar_one_or_none():
        raise RejectedInput(f"诉求 {request_id} 的督办单 {found} 还没有回复，不必重复下达。")


async def issue(
    casebook: AsyncConnection, supervision_id: str, *, unit: str, process_instance_key: int, now: datetime
) -> dict[str, Any]:
    """Note to which unit an order went and by which process; the first of both stays. Return the order."""
    await casebook.execute(
        update(orders)
        .where(orders.c.supervision_id == supervision_id, orders.c.issued_at.is_(None))
        .values(unit=unit, issued_at=now, process_instance_key=process_instance_key)
    )
    rows = await casebook.execute(select(orders).where(orders.c.supervision_id == supervision_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise RejectedInput(f"没有编号为 {supervision_id} 的督办单。请核对编号后重试。")
    return dict(row)


async def note_report(casebook: AsyncConnection, order: dict[str, Any], answer: Any, *, now: datetime) -> None:
    """End an order with the unit's coded reply; the words stay with the work order."""
    await _end(casebook, orders.c.supervision_id == order["about"], answer.outcome, now=now)


async def end_with_request(casebook: AsyncConnection, request_id: str, *, ending: str, now: datetime) -> None:
    """Take back what a request that ended still has to reply, and tell the engine; harmless when repeated."""
    for supervision_id in await _end(casebook, orders.c.request_id == request_id, ending, now=now):
        about = (work_orders.c.about == supervision_id) & work_orders.c.reported_at.is_(None)
        closed = update(work_orders).where(about, work_orders.c.closed_at.is_(None))
        await casebook.execute(closed.values(closed_at=now, outcome="recalled"))
        ids = {"request_id": request_id, "supervision_id": supervision_id}
        await audit.note(casebook, "supervision_recalled", actor="engine", now=now, **ids)
        await _tell(casebook, "supervision_recalled", ids, now=now)


async def _end(casebook: AsyncConnection, which: Any, ending: str, *, now: datetime) -> list[str]:
    rows = await casebook.execute(
        update(orders).where(which, IS_OPEN).values(ending=ending, ended_at=now).returning(orders.c.supervision_id)
    )
    return list(rows.scalars())


async def waiting(casebook: AsyncConnection) -> list[dict[str, Any]]:
    """Return the orders that wait for a reply, with the unit's name and the reply's `red_at`, the soonest first."""
    newest = deadlines_in_force()
    reply = (work_orders.c.about == orders.c.supervision_id) & (work_orders.c.kind == KIND)
    rows = await casebook.execute(
        select(orders, unit_name(orders.c.unit), work_orders.c.work_order_id, newest.c.red_at)
        .outerjoin(work_orders, reply)
        .outerjoin(newest, newest.c.work_order_id == work_orders.c.work_order_id)
        .where(IS_OPEN)
        .order_by(newest.c.red_at.nulls_last(), orders.c.supervision_id)
    )
    return [dict(row) for row in rows.mappings()]


async def obstacles(casebook: AsyncConnection) -> list[dict[str, Any]]:
    """Return the replies that report trouble about open requests and that no later order has followed."""
    later = orders.alias("later")
    followed = exists().where(later.c.request_id == orders.c.request_id, later.c.ordered_at > orders.c.ordered_at)
    reply = (work_orders.c.about == orders.c.supervision_id) & (work_orders.c.kind == KIND)
    rows = await casebook.execute(
        select(orders, unit_name(orders.c.unit), work_orders.c.note.label("reply"))
        .join(register, register.c.request_id == orders.c.request_id)
        .outerjoin(work_orders, reply)
        .where(orders.c.ending == OBSTACLE, requests.IS_OPEN, ~followed)
        .order_by(orders.c.ended_at)
    )
    return [dict(row) for row in rows.mappings()]


async def counts(casebook: AsyncConnection, *, since: datetime | None = None) -> dict[str, int]:
    """Count orders written since an instant: all, those that wait, replied in time or late, taken back, in trouble.

    In time means before the red light of the reply.
    """
    newest = deadlines_in_force()
    reply = (work_orders.c.about == orders.c.supervision_id) & (work_orders.c.kind == KIND)
    replied = work_orders.c.reported_at.is_not(None)
    in_time = work_orders.c.reported_at <= newest.c.red_at
    everything = (
        select(
            func.count().label("ordered"),
            func.count().filter(IS_OPEN).label("waiting"),
            func.count().filter(replied, in_time).label("in_time"),
            func.count().filter(replied, ~in_time).label("late"),
            func.count().filter(~IS_OPEN, work_orders.c.reported_at.is_(None)).label("recalled"),
            func.count().filter(orders.c.ending == OBSTACLE).label("obstacle"),
        )
        .outerjoin(work_orders, reply)
        .outerjoin(newest, newest.c.work_order_id == work_orders.c.work_order_id)
    )
    chosen = everything if since is None else everything.where(orders.c.ordered_at >= since)
    return dict((await casebook.execute(chosen)).mappings().one())


async def _tell(casebook: AsyncConnection, name: str, ids: dict[str, str], *, now: datetime) -> None:
    fact = facts.Fact(
        name=name, request_id=ids["request_id"], correlation_key=ids["supervision_id"], variables=dict(ids)
    )
    await facts.append(casebook, fact, now=now)
