"""Work orders: what one unit is asked to do, once; and what it reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from casebook import audit, city, clock_changes, co_tasks, dispatching, facts, matters, memory, responsibility
from casebook import requests as register
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import deadlines_in_force, unit_name
from casebook.schema import work_orders

LEAD = "handling"
RELEASABLE = co_tasks.WORK
IS_OPEN = work_orders.c.reported_at.is_(None) & work_orders.c.closed_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class NewWorkOrder:
    """A work order to be issued; the engine's process instance is its business key."""

    request_id: str
    process_instance_key: int
    kind: str
    unit: str
    level: str
    form: str
    round: int
    about: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """A unit's answer: a coded outcome, a text that never leaves the casebook; `corrected` is kept by its matter."""

    outcome: str
    person: str
    note: str = ""
    reason_code: str | None = None
    assigned_unit: str | None = None
    corrected: Mapping[str, str] = field(default_factory=dict)


async def issue(casebook: AsyncConnection, order: NewWorkOrder, *, now: datetime) -> str:
    """Issue a work order and return its number; the same process instance gets the same one."""
    await register.take_turn(casebook, order.request_id)
    key = work_orders.c.process_instance_key == order.process_instance_key
    found = await casebook.execute(select(work_orders.c.work_order_id).where(key))
    if issued := found.scalar_one_or_none():
        return str(issued)
    count = select(func.count()).where(work_orders.c.request_id == order.request_id)
    number = int((await casebook.execute(count)).scalar_one()) + 1
    work_order_id = f"{order.request_id}-{number:02d}"
    await casebook.execute(insert(work_orders).values(work_order_id=work_order_id, issued_at=now, **vars(order)))
    await responsibility.note_issued(casebook, request_id=order.request_id, kind=order.kind, unit=order.unit)
    await audit.note(
        casebook,
        "work_order_issued",
        actor="engine",
        now=now,
        request_id=order.request_id,
        work_order_id=work_order_id,
        unit=order.unit,
        kind=order.kind,
    )
    return work_order_id


async def get(casebook: AsyncConnection, work_order_id: str) -> dict[str, Any]:
    """Return one work order; RejectedInput when there is none of that number."""
    rows = await casebook.execute(select(work_orders).where(work_orders.c.work_order_id == work_order_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise RejectedInput(f"没有编号为 {work_order_id} 的工单。请核对编号后重试。")
    return dict(row)


async def get_in_turn(casebook: AsyncConnection, work_order_id: str) -> dict[str, Any]:
    """Return one work order, and let nobody else change anything of its request until this transaction ends.

    Whoever locks both locks the request first: issuing, reporting, calling in, releasing, re-dispatching.
    """
    await register.take_turn(casebook, (await get(casebook, work_order_id))["request_id"])
    return await get(casebook, work_order_id)


async def report(casebook: AsyncConnection, work_order_id: str, answer: Report, *, now: datetime) -> None:
    """Write a unit's report and the fact for the engine; a second report is refused.

    The lead's report waits for its co-units, or says by a coded reason why it does not. The city waits for
    nobody of ours: what it answers stands, and the process waits for the co-units.
    """
    order = await get_in_turn(casebook, work_order_id)
    answer = await dispatching.completed(casebook, order, answer, now=now)
    if order["kind"] == LEAD and not await city.is_the_city(casebook, order["unit"]):
        await _gather_co_units(casebook, order, answer, now=now)
    changed = await casebook.execute(
        update(work_orders)
        .where(work_orders.c.work_order_id == work_order_id, IS_OPEN)
        .values(reported_at=now, **{name: said for name, said in vars(answer).items() if name != "corrected"})
        .returning(work_orders.c.work_order_id)
    )
    if changed.first() is None:
        raise RejectedInput(f"工单 {work_order_id} 已经回单或收回，不能再次提交。")
    await clock_changes.end_with_work(casebook, work_order_id, person=answer.person, now=now)
    await matters.note_report(casebook, order, answer, now=now)
    await responsibility.note_reported(casebook, order, outcome=answer.outcome)
    await memory.remember(casebook, order, outcome=answer.outcome, unit=answer.assigned_unit, now=now)
    ids = {"request_id": order["request_id"], "work_order_id": work_order_id, "kind": order["kind"]}
    variables = {"outcome": answer.outcome, "assigned_unit": answer.assigned_unit}
    told = ids | variables | {"reason_code": answer.reason_code}
    await audit.note(casebook, "work_reported", actor=answer.person, now=now, **told)
    await _tell(casebook, "work_reported", order=order, variables=variables, now=now)


async def recall(casebook: AsyncConnection, work_order_id: str, *, person: str, now: datetime) -> None:
    """Take a co-unit's open work order back and release the unit; what waits for it goes on without it."""
    order = await get_in_turn(casebook, work_order_id)
    if order["kind"] != RELEASABLE:
        raise RejectedInput(f"工单 {work_order_id} 不是协办工单，不能收回。请改用撤回诉求或重新指派。")
    if order["about"]:
        await co_tasks.end(casebook, order["about"], "released", now=now)
    await take_back(casebook, order, person=person, now=now)


async def take_back_about(casebook: AsyncConnection, about: str, *, person: str, now: datetime) -> None:
    """Take back whatever is still asked about a co-task or a call of a force."""
    rows = await casebook.execute(select(work_orders).where(work_orders.c.about == about, IS_OPEN))
    for order in rows.mappings().all():
        await take_back(casebook, dict(order), person=person, now=now)


async def close_about(casebook: AsyncConnection, about: str, *, now: datetime) -> None:
    """Close the open work orders about a matter whose process is ended as a whole, so that none is told singly."""
    still_open = (work_orders.c.about == about) & IS_OPEN
    await casebook.execute(update(work_orders).where(still_open).values(closed_at=now, outcome="recalled"))


async def take_back(casebook: AsyncConnection, order: dict[str, Any], *, person: str, now: datetime) -> None:
    """Close an open work order without a report and tell the engine; RejectedInput when it is closed."""
    work_order_id = order["work_order_id"]
    if not await close(casebook, work_order_id, now=now, outcome="recalled"):
        raise RejectedInput(f"工单 {work_order_id} 已经回单或收回，不能再次收回。")
    ids = {"request_id": order["request_id"], "work_order_id": work_order_id}
    await audit.note(casebook, "work_order_recalled", actor=person, now=now, **ids)
    variables = {"outcome": "recalled", "assigned_unit": None}
    await _tell(casebook, "work_order_recalled", order=order, variables=variables, now=now)


async def _tell(
    casebook: AsyncConnection,
    name: str,
    *,
    order: dict[str, Any],
    variables: dict[str, Any],
    now: datetime,
) -> None:
    fact = facts.Fact(
        name=name,
        request_id=order["request_id"],
        correlation_key=order["work_order_id"],
        variables=variables,
    )
    await facts.append(casebook, fact, now=now)


async def close(casebook: AsyncConnection, work_order_id: str, *, now: datetime, outcome: str | None = None) -> bool:
    """Close a work order; tell whether it was still open. Harmless when repeated."""
    values: dict[str, Any] = {"closed_at": now}
    if outcome:
        values["outcome"] = func.coalesce(work_orders.c.outcome, outcome)
    changed = await casebook.execute(
        update(work_orders)
        .where(work_orders.c.work_order_id == work_order_id, work_orders.c.closed_at.is_(None))
        .values(values)
        .returning(work_orders.c.work_order_id)
    )
    return changed.first() is not None


async def open_of_request(casebook: AsyncConnection, request_id: str) -> list[str]:
    """Return the numbers of a request's work orders that nobody has closed; an appeal's goes on whatever ends."""
    own = (work_orders.c.request_id == request_id) & (work_orders.c.kind != matters.OUTLIVES)
    rows = await casebook.execute(
        select(work_orders.c.work_order_id)
        .where(own, work_orders.c.closed_at.is_(None))
        .order_by(work_orders.c.work_order_id)
    )
    return list(rows.scalars())


async def count_open(casebook: AsyncConnection, units: Sequence[str]) -> dict[str, int]:
    """Count the open work orders of each of these units that has any."""
    rows = await casebook.execute(
        select(work_orders.c.unit, func.count())
        .where(work_orders.c.unit.in_(units), IS_OPEN)
        .group_by(work_orders.c.unit)
    )
    return {row[0]: row[1] for row in rows}


async def of_request(casebook: AsyncConnection, request_id: str) -> list[dict[str, Any]]:
    """Return all work orders of a request with their units' names at that time, oldest first."""
    rows = await casebook.execute(
        select(work_orders, unit_name(work_orders.c.unit, at=work_orders.c.issued_at))
        .where(work_orders.c.request_id == request_id)
        .order_by(work_orders.c.work_order_id)
    )
    return [dict(row) for row in rows.mappings()]


async def waiting(
    casebook: AsyncConnection, *, most: int = 1000, of_requests: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return the open work orders that have a deadline, of all requests or of some, the soonest red light first."""
    newest = deadlines_in_force()
    columns = (newest.c.version, newest.c.yellow_at, newest.c.red_at, newest.c.inspect_at)
    chosen = [] if of_requests is None else [work_orders.c.request_id.in_(of_requests)]
    rows = await casebook.execute(
        select(work_orders, *columns, unit_name(work_orders.c.unit))
        .join(newest, newest.c.work_order_id == work_orders.c.work_order_id)
        .where(IS_OPEN, *chosen)
        .order_by(newest.c.red_at, work_orders.c.work_order_id)
        .limit(most)
    )
    return [dict(row) for row in rows.mappings()]


async def _gather_co_units(casebook: AsyncConnection, order: dict[str, Any], answer: Report, *, now: datetime) -> None:
    """Refuse the lead's report while co-units are out; with a reason their work orders are taken back."""
    out = await co_tasks.open_of_request(casebook, order["request_id"])
    if out and not answer.reason_code:
        names = "、".join(task["unit_name"] for task in out)
        raise RejectedInput(
            f"工单 {order['work_order_id']}：{names}的协办还没有结果。"
            "请等其回单，或先请其退出协办；确实等不到的，请选择“协办未到位”的理由后再提交。"
        )
    for task in out:
        await co_tasks.end(casebook, task["co_task_id"], "not_in", reason=answer.reason_code, now=now)
        await take_back_about(casebook, task["co_task_id"], person=order["unit"], now=now)
