"""Close a work order after its unit reported. Safe to run twice: closing is noted once."""

from datetime import datetime

from casebook import work_orders
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "办结工单"


class CloseWorkOrder(Variables):
    """The work order that was reported, and how."""

    work_order_id: str
    outcome: str


async def close_work_order(read: CloseWorkOrder, *, casebook: AsyncConnection, now: datetime) -> None:
    """Note that the engine has taken the report in."""
    await work_orders.close(casebook, read.work_order_id, now=now, outcome=read.outcome)
