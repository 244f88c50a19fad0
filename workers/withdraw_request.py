"""End a request that its caller took back, and close what is still open of it.

Safe to run twice: each end is noted once.
"""

from datetime import datetime

from casebook import audit, enforcement, matters, ratings, requests, work_orders
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "撤回诉求"


class WithdrawRequest(Variables):
    """The request by its number."""

    request_id: str


async def withdraw_request(read: WithdrawRequest, *, casebook: AsyncConnection, now: datetime) -> None:
    """Close the open work orders, co-tasks, calls of forces and the open rating, and note the withdrawal."""
    await requests.take_turn(casebook, read.request_id)
    for work_order_id in await work_orders.open_of_request(casebook, read.request_id):
        await work_orders.close(casebook, work_order_id, now=now, outcome="recalled")
    await matters.end_with_request(casebook, read.request_id, now=now)
    await enforcement.recall_all(casebook, read.request_id, now=now)
    row = await requests.get(casebook, read.request_id)
    await ratings.close(casebook, read.request_id, round_=row["round"], now=now)
    if await requests.note_facts(casebook, read.request_id, withdrawn_at=now):
        await audit.note(casebook, "withdrawn", actor="engine", now=now, request_id=read.request_id)
