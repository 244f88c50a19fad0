"""Address a supervision order (督办单) to the unit that answers for the request, and say what may steer the reply.

Safe to run twice: addressee and process instance are written once; a second process for the same
order is refused and ends as an incident instead of asking the unit a second time.
"""

from datetime import datetime

from casebook import directory, requests, supervision_orders
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator, refuse_second_process
from workers.job import EngineJob
from workers.variables import Variables

CHINESE_NAME = "下达督办单"
LEVEL_OF_A_STREET = "B"  # supervision may come before the response list has spoken


class OrderSupervision(Variables):
    """The order by its number, and the request."""

    request_id: str
    supervision_id: str


class SupervisionOrdered(Variables):
    """Who is asked, in whose name, and what limits and messages depend on; never a text."""

    unit: str
    ordered_by: str
    level: str
    urgency: str
    round: int


async def order_supervision(
    read: OrderSupervision, *, casebook: AsyncConnection, now: datetime, job: EngineJob
) -> SupervisionOrdered:
    """Send the order to the lead unit; before there is one, to the street's command centre."""
    row = await requests.get(casebook, read.request_id)
    unit = row["lead_unit"] or await directory.centre_for(casebook, "street", community=row["community"], at=now)
    if unit is None:
        raise NeedsOperator(f"诉求 {read.request_id}：既没有牵头单位，也没有街道指挥中心。请补全单位目录后重试。")
    key = job.process_instance_key
    order = await supervision_orders.issue(casebook, read.supervision_id, unit=unit, process_instance_key=key, now=now)
    refuse_second_process(f"督办单 {read.supervision_id}", noted=order["process_instance_key"], own=key)
    return SupervisionOrdered(
        unit=order["unit"],
        ordered_by=order["ordered_by"],
        level=row["level"] or LEVEL_OF_A_STREET,
        urgency=row["urgency"],
        round=row["round"],
    )
