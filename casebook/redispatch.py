"""Open work orders change hands in a batch (整批改派): looked at first, done at once, taken back within a window.

The work order stays the same: number, process, clock. The engine plans its deadline again with the new unit, finds the
same instants, and tells the new unit of a light that burns already. Who holds a work order when it is reported is who
it counts for.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, insert, select, update

from casebook import audit, directory, facts, handover_notes, matters, one_at_a_time
from casebook import requests as register
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import redispatched_orders, redispatches, requests, work_orders
from casebook.work_orders import IS_OPEN

OF_THE_LEAD = ("sign_in", "handling")


@dataclass(frozen=True, kw_only=True)
class Move:
    """One open work order that changes hands; without `to_unit` nobody else is found and it stays."""

    work_order_id: str
    request_id: str
    kind: str
    community: str
    from_unit: str
    to_unit: str | None


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a batch moved, and until when it can be undone; `stays` names what it could not move, and why not."""

    batch_id: str
    moves: Sequence[Move]
    stays: Sequence[Move]
    undo_until: datetime


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What went back, and what did not because it was reported or moved on meanwhile."""

    batch_id: str
    restored: Sequence[str]
    kept: Sequence[str]


async def preview(
    casebook: AsyncConnection, from_unit: str, *, to_unit: str | None, now: datetime
) -> tuple[list[Move], list[Move]]:
    """Return the open work orders of a unit that would move, and those that would stay; nothing is written.

    To a unit that is named; else to the one that plays the unit's role at the place of each request now. Of a unit
    that still plays it there, the work order stays.
    """
    unit = await directory.unit(casebook, from_unit, at=now)
    if unit is None:
        raise RejectedInput(f"单位目录里没有代码为 {from_unit} 的单位。请核对代码后重试。")
    if to_unit is not None:
        await _must_be_in_force(casebook, to_unit, from_unit=from_unit, now=now)
    await _take_turns(casebook, from_unit)
    rows = await casebook.execute(
        select(work_orders.c.work_order_id, work_orders.c.request_id, work_orders.c.kind, requests.c.community)
        .join(requests, requests.c.request_id == work_orders.c.request_id)
        .where(work_orders.c.unit == from_unit, IS_OPEN)
        .order_by(work_orders.c.work_order_id)
        .with_for_update(of=work_orders)
    )
    moves: list[Move] = []
    players: dict[str, str | None] = {}
    for row in rows.mappings().all():
        if to_unit is None and row["community"] not in players:
            community = row["community"]
            players[community] = await directory.unit_for(casebook, unit["role"], community=community, at=now)
        to = to_unit or players[row["community"]]
        moves.append(Move(**row, from_unit=from_unit, to_unit=None if to == from_unit else to))
    return [move for move in moves if move.to_unit], [move for move in moves if not move.to_unit]


async def _take_turns(casebook: AsyncConnection, from_unit: str) -> None:
    """Lock the requests before their work orders, as everybody does who locks both."""
    mine = work_orders.c.request_id == requests.c.request_id
    concerned = exists().where(mine, work_orders.c.unit == from_unit, IS_OPEN)
    turns = select(requests.c.request_id).where(concerned).order_by(requests.c.request_id)
    await casebook.execute(turns.with_for_update())


async def _must_be_in_force(casebook: AsyncConnection, to_unit: str, *, from_unit: str, now: datetime) -> None:
    if to_unit == from_unit:
        raise RejectedInput("--from 和 --to 是同一个单位，没有什么可改派的。")
    if not await directory.is_in_force(casebook, to_unit, at=now):
        raise RejectedInput(f"单位目录里现在没有代码为 {to_unit} 的单位，不能改派给它。请核对代码，或先导入目录。")


async def redispatch(
    casebook: AsyncConnection, from_unit: str, *, to_unit: str | None, district: District, now: datetime
) -> Batch | None:
    """Move the open work orders of a unit in the caller's transaction; None when there is nothing to move.

    Safe to repeat: what has moved is no longer the unit's.
    """
    await one_at_a_time.hold(casebook, {"redispatch"})
    moves, stays = await preview(casebook, from_unit, to_unit=to_unit, now=now)
    if not moves:
        return None
    day = f"GP{now.astimezone(district.zone):%Y%m%d}-"
    count = select(func.count()).where(redispatches.c.batch_id.startswith(day))
    batch_id = f"{day}{int((await casebook.execute(count)).scalar_one()) + 1:02d}"
    undo_until = now + timedelta(hours=district.directory.undo_hours)
    batch = Batch(batch_id=batch_id, moves=moves, stays=stays, undo_until=undo_until)
    values = {"batch_id": batch_id, "from_unit": from_unit, "to_unit": to_unit, "ordered_by": _centre(district)}
    await casebook.execute(insert(redispatches).values(done_at=now, undo_until=undo_until, **values))
    columns = ("work_order_id", "request_id", "from_unit", "to_unit")
    rows = [{name: asdict(move)[name] for name in columns} | {"batch_id": batch_id} for move in moves]
    await casebook.execute(insert(redispatched_orders), [row | {"moved_at": now} for row in rows])
    for row in rows:
        await _hand_over(casebook, row, action="redispatched", by=_centre(district), now=now)
    await handover_notes.tell_of_batch(casebook, batch_id, moved=rows, district=district, now=now)
    return batch


async def undo(casebook: AsyncConnection, batch_id: str, *, district: District, now: datetime) -> Undone:
    """Take a batch back within its window, but for what has been reported, closed or moved on since."""
    found = await casebook.execute(select(redispatches).where(redispatches.c.batch_id == batch_id).with_for_update())
    batch = found.mappings().one_or_none()
    if batch is None:
        raise RejectedInput(f"没有编号为 {batch_id} 的改派批次。请核对编号后重试。")
    if batch["undone_at"]:
        raise RejectedInput(f"批次 {batch_id} 已经撤销过，没有再动。")
    if now > batch["undo_until"]:
        until = f"{batch['undo_until'].astimezone(district.zone):%Y-%m-%d %H:%M}"
        raise RejectedInput(f"批次 {batch_id} 只能在 {until} 之前撤销。要改回去，请再做一次改派（--from、--to）。")
    statement = select(redispatched_orders).where(redispatched_orders.c.batch_id == batch_id)
    rows = [
        dict(row)
        for row in (await casebook.execute(statement.order_by(redispatched_orders.c.work_order_id))).mappings()
    ]
    restored: list[dict[str, Any]] = []
    for row in rows:
        back = row | {"from_unit": row["to_unit"], "to_unit": row["from_unit"]}
        if await _hand_over(casebook, back, action="redispatch_undone", by=_centre(district), now=now):
            restored.append(back)
    numbers = [row["work_order_id"] for row in restored]
    mine = (redispatched_orders.c.batch_id == batch_id) & redispatched_orders.c.work_order_id.in_(numbers)
    await casebook.execute(update(redispatched_orders).where(mine).values(undone_at=now))
    await casebook.execute(update(redispatches).where(redispatches.c.batch_id == batch_id).values(undone_at=now))
    if restored:
        await handover_notes.tell_of_undoing(casebook, batch_id, restored=restored, district=district, now=now)
    kept = [row["work_order_id"] for row in rows if row["work_order_id"] not in set(numbers)]
    return Undone(batch_id=batch_id, restored=numbers, kept=kept)


async def _hand_over(casebook: AsyncConnection, row: dict[str, Any], *, action: str, by: str, now: datetime) -> bool:
    """Give one open work order to another unit and let the engine know; tell whether it was still there to give."""
    await register.take_turn(casebook, row["request_id"])
    mine = (work_orders.c.work_order_id == row["work_order_id"]) & (work_orders.c.unit == row["from_unit"])
    changed = await casebook.execute(
        update(work_orders)
        .where(mine, IS_OPEN)
        .values(unit=row["to_unit"])
        .returning(work_orders.c.kind, work_orders.c.about)
    )
    moved = changed.mappings().one_or_none()
    if moved is None:
        return False
    await matters.follow(casebook, dict(moved) | {"unit": row["from_unit"]}, to_unit=row["to_unit"])
    answers = (requests.c.request_id == row["request_id"]) & (requests.c.responsible_unit == row["from_unit"])
    await casebook.execute(update(requests).where(answers).values(responsible_unit=row["to_unit"]))
    if moved["kind"] in OF_THE_LEAD:
        led = (requests.c.request_id == row["request_id"]) & (requests.c.lead_unit == row["from_unit"])
        await casebook.execute(update(requests).where(led).values(lead_unit=row["to_unit"]))
    ids = {"request_id": row["request_id"], "work_order_id": row["work_order_id"]}
    units = {"from_unit": row["from_unit"], "to_unit": row["to_unit"], "batch_id": row["batch_id"]}
    await audit.note(casebook, action, actor=by, now=now, kind=moved["kind"], **ids, **units)
    fact = facts.Fact(
        name="deadline_changed",
        request_id=row["request_id"],
        correlation_key=row["work_order_id"],
        variables={"unit": row["to_unit"]},
    )
    await facts.append(casebook, fact, now=now)
    return True


def _centre(district: District) -> str:
    return next(unit.code for unit in district.units if unit.role == "district_centre")
