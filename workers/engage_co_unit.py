"""Note that a co-unit is being asked: one of the response list, or one that the lead called in later.

Safe to run twice: the process instance is the business key of a co-task, so a repeated job gets the
one that was noted first. A unit that is being asked already, or was released before the engine got
here, is not asked again.
"""

from datetime import datetime

from casebook import co_tasks
from casebook.engine import AsyncConnection
from workers.errors import refuse_second_process
from workers.job import EngineJob
from workers.variables import Variables

CHINESE_NAME = "登记协办"


class EngageCoUnit(Variables):
    """The unit; `co_task_id` is known when the lead called it, null when the response list names it."""

    request_id: str
    round: int
    co_unit: str
    co_task_id: str | None = None


class CoUnitEngaged(Variables):
    """The co-task, and whether the unit is still to be asked."""

    co_task_id: str | None
    wanted: bool


async def engage_co_unit(
    read: EngageCoUnit, *, casebook: AsyncConnection, now: datetime, job: EngineJob
) -> CoUnitEngaged:
    """Write or take up the co-task of this process instance."""
    key = job.process_instance_key
    if read.co_task_id:
        task = await co_tasks.engage(casebook, read.co_task_id, process_instance_key=key)
        refuse_second_process(f"协办任务 {read.co_task_id}", noted=task["process_instance_key"], own=key)
        return CoUnitEngaged(co_task_id=read.co_task_id, wanted=task["ended_at"] is None)
    known = await co_tasks.engaged(casebook, key)
    if known:
        return CoUnitEngaged(co_task_id=known["co_task_id"], wanted=known["ended_at"] is None)
    new = co_tasks.NewCoTask(
        request_id=read.request_id, round=read.round, unit=read.co_unit, origin="rule", process_instance_key=key
    )
    co_task_id = await co_tasks.begin(casebook, new, now=now)
    return CoUnitEngaged(co_task_id=co_task_id, wanted=co_task_id is not None)
