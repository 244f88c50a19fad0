"""Co-tasks (协办任务): what one co-unit owes a request, from being called to its report, release or replacement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from casebook import audit, requests
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import unit_name
from casebook.schema import co_tasks

WORK, ARBITRATION = "co_handling", "co_arbitration"
IS_OPEN = co_tasks.c.ended_at.is_(None)
ENDINGS_OF_RULINGS = {"released": "ruled_out"}


@dataclass(frozen=True, kw_only=True)
class NewCoTask:
    """A co-unit to be asked: by the response list (`rule`), by the lead (`called`), with its team (`team`)."""

    request_id: str
    round: int
    unit: str
    origin: str
    team: str | None = None
    called_by: str | None = None
    call_reason: str | None = None
    process_instance_key: int | None = None


async def begin(casebook: AsyncConnection, task: NewCoTask, *, now: datetime) -> str | None:
    """Write a co-task and return its number; None when this unit is being asked already."""
    await requests.take_turn(casebook, task.request_id)
    mine = co_tasks.c.request_id == task.request_id
    being_asked = select(co_tasks.c.co_task_id).where(mine, co_tasks.c.unit == task.unit, IS_OPEN)
    if (await casebook.execute(being_asked)).first() is not None:
        return None
    number = int((await casebook.execute(select(func.count()).where(mine))).scalar_one()) + 1
    co_task_id = f"{task.request_id}-XB{number:02d}"
    await casebook.execute(insert(co_tasks).values(co_task_id=co_task_id, called_at=now, **vars(task)))
    details = {"request_id": task.request_id, "co_task_id": co_task_id, "unit": task.unit, "origin": task.origin}
    await audit.note(casebook, "co_unit_called", actor=task.called_by or "engine", now=now, **details)
    return co_task_id


async def engaged(casebook: AsyncConnection, process_instance_key: int) -> dict[str, Any] | None:
    """Return the co-task that a process instance works on, or None."""
    rows = await casebook.execute(select(co_tasks).where(co_tasks.c.process_instance_key == process_instance_key))
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def engage(casebook: AsyncConnection, co_task_id: str, *, process_instance_key: int) -> dict[str, Any]:
    """Note the process instance that works on a called co-task; the first one stays."""
    await casebook.execute(
        update(co_tasks)
        .where(co_tasks.c.co_task_id == co_task_id, co_tasks.c.process_instance_key.is_(None))
        .values(process_instance_key=process_instance_key)
    )
    return await get(casebook, co_task_id)


async def get(casebook: AsyncConnection, co_task_id: str) -> dict[str, Any]:
    """Return one co-task; RejectedInput when there is none of that number."""
    rows = await casebook.execute(select(co_tasks).where(co_tasks.c.co_task_id == co_task_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise RejectedInput(f"没有编号为 {co_task_id} 的协办任务。请核对编号后重试。")
    return dict(row)


async def of_request(casebook: AsyncConnection, request_id: str) -> list[dict[str, Any]]:
    """Return the co-tasks of a request with their units' names, oldest first."""
    rows = await casebook.execute(
        select(co_tasks, unit_name(co_tasks.c.unit))
        .where(co_tasks.c.request_id == request_id)
        .order_by(co_tasks.c.co_task_id)
    )
    return [dict(row) for row in rows.mappings()]


async def open_of_request(casebook: AsyncConnection, request_id: str) -> list[dict[str, Any]]:
    """Return the co-tasks of a request that have not come to an end."""
    return [task for task in await of_request(casebook, request_id) if task["ended_at"] is None]


async def end(
    casebook: AsyncConnection, co_task_id: str, ending: str, *, reason: str | None = None, now: datetime
) -> bool:
    """End a co-task: `reported`, `released`, `not_in`, `ruled_out`, `withdrawn`; tell whether it was open."""
    changed = await casebook.execute(
        update(co_tasks)
        .where(co_tasks.c.co_task_id == co_task_id, IS_OPEN)
        .values(ending=ending, end_reason=reason, ended_at=now)
        .returning(co_tasks.c.co_task_id)
    )
    return changed.first() is not None


async def note_report(casebook: AsyncConnection, order: dict[str, Any], answer: Any, *, now: datetime) -> None:
    """Note what a co-unit's report, or the superior centre's ruling about it, means for its co-task."""
    task = await get(casebook, order["about"])
    if order["kind"] == ARBITRATION:
        await _note_ruling(casebook, task, answer, now=now)
    elif answer.outcome != "disagrees":
        await end(casebook, task["co_task_id"], "reported", now=now)
    elif task["ruling"]:
        raise RejectedInput(f"协办任务 {task['co_task_id']} 已经上级裁定，不能再提异议。请按裁定办理后回单。")
    elif not answer.reason_code:
        raise RejectedInput(f"工单 {order['work_order_id']}：提出异议须选择理由。请选择后再提交。")
    else:
        await _set(casebook, task, disagreement=answer.reason_code, disagreed_at=now)


async def _note_ruling(casebook: AsyncConnection, task: dict[str, Any], answer: Any, *, now: datetime) -> None:
    await _set(casebook, task, ruling=answer.outcome, ruled_at=now)
    if answer.outcome in ENDINGS_OF_RULINGS:
        await end(casebook, task["co_task_id"], ENDINGS_OF_RULINGS[answer.outcome], now=now)
    elif answer.outcome == "assigned" and answer.assigned_unit != task["unit"]:
        await requests.take_turn(casebook, task["request_id"])
        lead = (await requests.get(casebook, task["request_id"]))["lead_unit"]
        asked = [other["unit"] for other in await open_of_request(casebook, task["request_id"])]
        if answer.assigned_unit in (lead, *asked):
            raise RejectedInput("所选单位已经牵头或协办这件诉求。请另选一个单位。")
        await _set(casebook, task, unit=answer.assigned_unit)


async def _set(casebook: AsyncConnection, task: dict[str, Any], **values: Any) -> None:
    await casebook.execute(update(co_tasks).where(co_tasks.c.co_task_id == task["co_task_id"]).values(values))
