"""Look up where a co-task stands after a report or a ruling: settled, disputed, or to be done as ruled.

Safe to run twice: it only reads what reports and rulings left in the casebook.
"""

from datetime import datetime

from casebook import co_tasks, requests
from casebook.command_chain import CentreMissing, centres_of
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "核对协办任务"


class SettleCoTask(Variables):
    """The co-task and the level of its request."""

    request_id: str
    co_task_id: str
    level: str


class CoTaskSettled(Variables):
    """Whether it has ended; whose it is from now on, and who rules where the unit disagrees."""

    settled: bool
    co_unit: str
    superior_centre: str


async def settle_co_task(read: SettleCoTask, *, casebook: AsyncConnection, now: datetime) -> CoTaskSettled:
    """Read the co-task and name the centre above the request's level."""
    task = await co_tasks.get(casebook, read.co_task_id)
    community = (await requests.get(casebook, read.request_id))["community"]
    try:
        _, superior = await centres_of(casebook, read.level, community=community, at=now)
    except CentreMissing as missing:
        raise NeedsOperator(f"诉求 {read.request_id}：{missing}") from missing
    return CoTaskSettled(settled=task["ended_at"] is not None, co_unit=task["unit"], superior_centre=superior)
