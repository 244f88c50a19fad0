"""Push a matter that drags on to the inspection office of the district (推送督查).

Safe to run twice: the list has a work order once.
"""

from datetime import datetime

from casebook import directory, requests, supervision
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "推送督查"


class PushToInspection(Variables):
    """The matter and the work order that drags on."""

    request_id: str
    work_order_id: str


async def push_to_inspection(read: PushToInspection, *, casebook: AsyncConnection, now: datetime) -> None:
    """Put the matter on the inspection office's list."""
    community = (await requests.get(casebook, read.request_id))["community"]
    office = await directory.unit_for(casebook, "inspection", community=community, at=now)
    if office is None:
        raise NeedsOperator(
            f"诉求 {read.request_id}：单位目录里没有督查部门。"
            "请在单位目录的表“单位”里补上角色为“督查部门”的单位，导入后再重试。"
        )
    await supervision.push_to_inspection(casebook, read.work_order_id, request_id=read.request_id, unit=office, now=now)
