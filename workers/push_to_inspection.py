"""Push a matter that drags on, is not right or is complex to the inspection office of the district (推送督查).

The inspection office's own work is not pushed to it again, else that would have no end: whoever the plan of
notifications names is told instead. A unit that has not stated its side by then has nothing to say: its work order is
taken back, and the finding goes on without it. Safe to run twice: a work order, or a round without one, is pushed once.
"""

from datetime import datetime
from typing import Any

from casebook import accountabilities, directory, inspections, requests, work_orders
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "推送督查"


class PushToInspection(Variables):
    """The matter, the work order it is about (null by the rule of complexity), and why; older models say no cause."""

    request_id: str
    work_order_id: str | None = None
    cause: str = "not_stated"


async def push_to_inspection(read: PushToInspection, *, casebook: AsyncConnection, now: datetime) -> None:
    """Put the matter on the inspection office's list."""
    await requests.take_turn(casebook, read.request_id)
    order = await work_orders.get(casebook, read.work_order_id) if read.work_order_id else None
    if order and await _is_left_alone(casebook, order, now=now):
        return
    community = (await requests.get(casebook, read.request_id))["community"]
    office = await directory.unit_for(casebook, inspections.ROLE, community=community, at=now)
    if office is None:
        raise NeedsOperator(
            f"诉求 {read.request_id}：单位目录里没有督查部门。"
            "请在单位目录的表“单位”里补上角色为“督查部门”的单位，导入后再重试。"
        )
    wanted = inspections.Push(
        request_id=read.request_id, work_order_id=read.work_order_id, cause=read.cause, office=office
    )
    await inspections.push(casebook, wanted, now=now)


async def _is_left_alone(casebook: AsyncConnection, order: dict[str, Any], *, now: datetime) -> bool:
    if order["kind"] == accountabilities.STATEMENT:
        if not (order["reported_at"] or order["closed_at"]):
            await work_orders.take_back(casebook, order, person="engine", now=now)
        return True
    return await inspections.is_own(casebook, order, at=now)
