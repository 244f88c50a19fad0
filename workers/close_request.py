"""Close a request: the loop is complete (办结). Safe to run twice: closing is noted once.

One that was merged in the moment in which it ended stays merged, and is not counted twice.
"""

from datetime import datetime

from casebook import audit, merges, requests, supervision_orders
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "办结诉求"


class CloseRequest(Variables):
    """The request by its number."""

    request_id: str


async def close_request(read: CloseRequest, *, casebook: AsyncConnection, now: datetime) -> None:
    """Note the end of the request; a supervision order that waits for a reply has what it wanted."""
    await requests.take_turn(casebook, read.request_id)
    await supervision_orders.end_with_request(casebook, read.request_id, ending="request_closed", now=now)
    if (await requests.get(casebook, read.request_id))["merged_into"]:
        await merges.note_taken_back(casebook, read.request_id, now=now)
    elif await requests.note_facts(casebook, read.request_id, closed_at=now):
        await audit.note(casebook, "closed", actor="engine", now=now, request_id=read.request_id)
