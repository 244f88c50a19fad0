"""Take a request up again after a bad rating: a new round (重办).

Safe to run twice: the new round is computed from the variable, and kept once.
"""

from datetime import datetime

from casebook import requests, returns
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "重办诉求"


class ReopenRequest(Variables):
    """The round that ended badly."""

    request_id: str
    round: int


class RequestReopened(Variables):
    """The round that begins."""

    round: int


async def reopen_request(read: ReopenRequest, *, casebook: AsyncConnection, now: datetime) -> RequestReopened:
    """Begin the next round."""
    round_ = read.round + 1
    await returns.record_reopening(casebook, read.request_id, round_=round_, now=now)
    await requests.note_facts(casebook, read.request_id, round=round_)
    return RequestReopened(round=round_)
