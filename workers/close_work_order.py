"""Close a work order after its unit reported; a total that stood still with it goes on.

Safe to run twice: closing is noted once, and the total has one entry for each number of changes.
"""

from datetime import datetime

from casebook import total_clock, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import as_incident
from workers.variables import Variables

CHINESE_NAME = "办结工单"


class CloseWorkOrder(Variables):
    """The work order that was reported, and how."""

    work_order_id: str
    outcome: str


async def close_work_order(
    read: CloseWorkOrder, *, casebook: AsyncConnection, now: datetime, district: District
) -> None:
    """Note that the engine has taken the report in."""
    await work_orders.close(casebook, read.work_order_id, now=now, outcome=read.outcome)
    order = await work_orders.get(casebook, read.work_order_id)
    if order["kind"] == work_orders.LEAD:
        with as_incident():
            await total_clock.plan_again(casebook, order["request_id"], now=now, district=district)
