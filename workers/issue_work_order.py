"""Issue a work order to one unit; what is the city's goes into the city's outbox in the same transaction.

Safe to run twice: the process instance of the work order is its business key, so a repeated job
gets the number that was issued first.
"""

from datetime import datetime

from casebook import city_replies, requests, work_orders
from casebook.engine import AsyncConnection
from workers.job import EngineJob
from workers.variables import Variables

CHINESE_NAME = "派发工单"


class IssueWorkOrder(Variables):
    """What is asked of whom."""

    request_id: str
    kind: str
    unit: str
    level: str
    round: int
    form: str


class WorkOrderIssued(Variables):
    """The number by which everybody knows this work order."""

    work_order_id: str


async def issue_work_order(
    read: IssueWorkOrder, *, casebook: AsyncConnection, now: datetime, job: EngineJob
) -> WorkOrderIssued:
    """Write the work order; a lead's handling order also names the request's lead unit."""
    order = work_orders.NewWorkOrder(process_instance_key=job.process_instance_key, **read.model_dump())
    work_order_id = await work_orders.issue(casebook, order, now=now)
    await city_replies.note_issued(casebook, work_order_id, now=now)
    if read.kind == "handling":
        await requests.note_facts(casebook, read.request_id, lead_unit=read.unit)
    return WorkOrderIssued(work_order_id=work_order_id)
