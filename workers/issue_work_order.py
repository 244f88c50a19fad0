"""Issue a work order to one unit; what is the city's goes into the city's outbox in the same transaction.

A process may still know a unit that has been abolished or has given its work away: then its successor
gets the work order, and the engine hears of it. The time limit is looked up behind this step, so that a
request that became urgent meanwhile has an urgent one's limits from here on. Safe to run twice: the
process instance of the work order is its business key, so a repeated job gets the number that was issued
first, and its unit. What is issued about a matter that ended meanwhile (a co-unit released, a call
recalled) is taken back at once, which a repeated job finds done.
"""

from datetime import datetime

from casebook import audit, city_replies, matters, requests, succession, urgency, work_orders
from casebook.engine import AsyncConnection
from workers.job import EngineJob
from workers.variables import Variables

CHINESE_NAME = "派发工单"
DIVERTED = "work_order_diverted"


class IssueWorkOrder(Variables):
    """What is asked of whom."""

    request_id: str
    kind: str
    unit: str
    level: str
    round: int
    form: str
    about: str | None = None


class WorkOrderIssued(Variables):
    """The number by which everybody knows this work order, the unit that has it, and how urgent it is by now."""

    work_order_id: str
    unit: str
    urgency: str


async def issue_work_order(
    read: IssueWorkOrder, *, casebook: AsyncConnection, now: datetime, job: EngineJob
) -> WorkOrderIssued:
    """Write the work order; a lead's handling order also names the request's lead unit."""
    heir = await succession.successor(casebook, read.unit, request_id=read.request_id, now=now)
    wanted = read.model_dump() | {"unit": heir.unit}
    order = work_orders.NewWorkOrder(process_instance_key=job.process_instance_key, **wanted)
    work_order_id = await work_orders.issue(casebook, order, now=now)
    unit = (await work_orders.get(casebook, work_order_id))["unit"]
    if unit != read.unit and unit == heir.unit:
        ids = {"request_id": read.request_id, "work_order_id": work_order_id, "from_unit": read.unit, "to_unit": unit}
        if await audit.once(casebook, DIVERTED, **ids) is None:
            await audit.note(casebook, DIVERTED, actor="engine", now=now, why=heir.why, **ids)
        if read.about:
            await matters.follow(casebook, read.model_dump(), to_unit=unit)
    await city_replies.note_issued(casebook, work_order_id, now=now)
    if read.kind == "handling":
        await requests.note_facts(casebook, read.request_id, lead_unit=unit)
    if read.about and await matters.is_over(casebook, read.about):
        await work_orders.take_back_about(casebook, read.about, person=unit, now=now)
    by_now = await urgency.of_order(casebook, read.request_id, about=read.about)
    return WorkOrderIssued(work_order_id=work_order_id, unit=unit, urgency=by_now)
