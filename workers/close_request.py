"""Close a request: the loop is complete (办结). Safe to run twice: closing is noted once."""

from datetime import datetime

from casebook import audit, requests
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "办结诉求"


class CloseRequest(Variables):
    """The request by its number."""

    request_id: str


async def close_request(read: CloseRequest, *, casebook: AsyncConnection, now: datetime) -> None:
    """Note the end of the request."""
    if await requests.note_facts(casebook, read.request_id, closed_at=now):
        await audit.note(casebook, "closed", actor="engine", now=now, request_id=read.request_id)
