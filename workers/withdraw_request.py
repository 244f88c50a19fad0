"""End a request that its caller took back, and close what is still open of it.

Safe to run twice: each end is noted once.
"""

from datetime import datetime

from casebook import audit, requests
from casebook.engine import AsyncConnection
from workers.taking_back import take_back
from workers.variables import Variables

CHINESE_NAME = "撤回诉求"


class WithdrawRequest(Variables):
    """The request by its number."""

    request_id: str


async def withdraw_request(read: WithdrawRequest, *, casebook: AsyncConnection, now: datetime) -> None:
    """Close the open work orders, co-tasks, calls of forces and the open rating, and note the withdrawal."""
    await take_back(casebook, read.request_id, ending="withdrawn", now=now)
    if await requests.note_facts(casebook, read.request_id, withdrawn_at=now):
        await audit.note(casebook, "withdrawn", actor="engine", now=now, request_id=read.request_id)
