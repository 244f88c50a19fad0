"""End the process of a request that a person merged into another, and take back what is still open of it.

Safe to run twice: each end is noted once.
"""

from datetime import datetime

from casebook import merges
from casebook.engine import AsyncConnection
from workers.taking_back import take_back
from workers.variables import Variables

CHINESE_NAME = "并入主诉求"


class MergeRequest(Variables):
    """The request by its number."""

    request_id: str


async def merge_request(read: MergeRequest, *, casebook: AsyncConnection, now: datetime) -> None:
    """Close the open work orders, co-tasks, calls of forces and the open rating, and note that the process is over."""
    await take_back(casebook, read.request_id, ending="merged", now=now)
    await merges.note_taken_back(casebook, read.request_id, now=now)
