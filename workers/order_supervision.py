"""Address a supervision order (督办单) to the unit that answers for the request.

Safe to run twice: the first addressee stays.
"""

from datetime import datetime

from casebook import directory, requests, supervision
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "下达督办单"


class OrderSupervision(Variables):
    """The order by its number, and the request."""

    request_id: str
    supervision_id: str


class SupervisionOrdered(Variables):
    """Whose head is told; the round, because supervision may come before registration is done."""

    unit: str
    round: int


async def order_supervision(read: OrderSupervision, *, casebook: AsyncConnection, now: datetime) -> SupervisionOrdered:
    """Send the order to the lead unit; before there is one, to the street's command centre."""
    row = await requests.get(casebook, read.request_id)
    unit = row["lead_unit"] or await directory.centre_for(casebook, "street", community=row["community"], at=now)
    if unit is None:
        raise NeedsOperator(f"诉求 {read.request_id}：既没有牵头单位，也没有街道指挥中心。请补全单位目录后重试。")
    await supervision.issue_order(casebook, read.supervision_id, unit=unit, now=now)
    return SupervisionOrdered(unit=unit, round=row["round"])
