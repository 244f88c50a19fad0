"""What a work order may be about besides its request: co-task, call, supervision order, inspection, appeal."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, literal, select, update

from casebook import accountabilities, appeals, co_tasks, enforcement_calls, inspections, supervision_orders
from casebook.engine import AsyncConnection
from casebook.schema import accountabilities as called_to_account
from casebook.schema import co_tasks as tasks
from casebook.schema import enforcement_calls as calls
from casebook.schema import inspections as looked_at
from casebook.schema import supervision_orders as supervised

OF_CO_TASKS = frozenset({co_tasks.WORK, co_tasks.ARBITRATION})
OUTLIVES = appeals.KIND  # about a round that is over: it does not end with its request
OF_CALLS = frozenset(enforcement_calls.KINDS)


async def note_report(casebook: AsyncConnection, order: dict[str, Any], answer: Any, *, now: datetime) -> None:
    """Pass a report on to the matter that its work order is about; RejectedInput where it cannot stand."""
    if order["about"] and order["kind"] in OF_CO_TASKS:
        await co_tasks.note_report(casebook, order, answer, now=now)
    elif order["about"] and order["kind"] in OF_CALLS:
        await enforcement_calls.note_report(casebook, order, answer, now=now)
    elif order["about"] and order["kind"] == supervision_orders.KIND:
        await supervision_orders.note_report(casebook, order, answer, now=now)
    elif order["about"] and order["kind"] == inspections.DECISION:
        await inspections.note_report(casebook, order, answer, now=now)
    elif order["about"] and order["kind"] in accountabilities.KINDS:
        await accountabilities.note_report(casebook, order, answer, now=now)
    elif order["about"] and order["kind"] == appeals.KIND:
        await appeals.note_report(casebook, order, answer, now=now)


async def follow(casebook: AsyncConnection, order: dict[str, Any], *, to_unit: str) -> None:
    """Let a matter follow its work order to another unit; harmless when repeated.

    `order` names the unit from which it goes. A unit that has such a matter of the same request open already does not
    get it twice: then only the work order moves.
    """
    if order["kind"] == co_tasks.WORK:
        table, number, column = tasks, tasks.c.co_task_id, tasks.c.unit
    elif order["kind"] in OF_CALLS:
        table, number, column = calls, calls.c.enforcement_id, calls.c.force
    elif order["kind"] == supervision_orders.KIND:
        table, number, column = supervised, supervised.c.supervision_id, supervised.c.unit
    else:
        return
    other = table.alias()
    has_one = exists().where(
        other.c.request_id == table.c.request_id, other.c[column.name] == to_unit, other.c.ended_at.is_(None)
    )
    mine = (number == order["about"]) & (column == order["unit"]) & table.c.ended_at.is_(None)
    await casebook.execute(update(table).where(mine, ~has_one).values({column.name: to_unit}))


async def is_over(casebook: AsyncConnection, about: str) -> bool:
    """Tell whether a matter has ended: a work order issued about it now comes too late."""
    task = exists().where(tasks.c.co_task_id == about, tasks.c.ended_at.is_not(None))
    call = exists().where(calls.c.enforcement_id == about, calls.c.ended_at.is_not(None))
    asked = exists().where(supervised.c.supervision_id == about, supervised.c.ended_at.is_not(None))
    seen = exists().where(looked_at.c.inspection_id == about, looked_at.c.ended_at.is_not(None))
    heard = exists().where(called_to_account.c.accountability_id == about, called_to_account.c.ended_at.is_not(None))
    return bool((await casebook.execute(select(literal(1)).where(task | call | asked | seen | heard))).first())


async def end_with_request(casebook: AsyncConnection, request_id: str, *, ending: str, now: datetime) -> None:
    """End what is about a request that was `withdrawn` or `merged`; harmless when repeated."""
    mine = (tasks.c.request_id == request_id) & tasks.c.ended_at.is_(None)
    await casebook.execute(update(tasks).where(mine).values(ending=ending, ended_at=now))
    await supervision_orders.end_with_request(casebook, request_id, ending=ending, now=now)
    await inspections.end_with_request(casebook, request_id, ending=ending, now=now)
