"""Record that verification sent the work back, and say whether it may be done again.

Rework is bounded by `limits.reworks_most` in each round; after that inspection takes over. Safe to
run twice: the count comes from the variable, not from the number of runs.
"""

from datetime import datetime

from casebook import returns
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "登记返工"


class RecordRework(Variables):
    """How often this round has been reworked so far."""

    request_id: str
    round: int
    rework: int


class ReworkRecorded(Variables):
    """The new count, and whether the units get it again."""

    rework: int
    may_rework: bool


async def record_rework(
    read: RecordRework, *, casebook: AsyncConnection, now: datetime, district: District
) -> ReworkRecorded:
    """Count one failed verification; note the rework when there is to be one."""
    rework = read.rework + 1
    may_rework = rework <= district.limits.reworks_most
    if may_rework:
        await returns.record_rework(casebook, read.request_id, round_=read.round, rework=rework, now=now)
    return ReworkRecorded(rework=rework, may_rework=may_rework)
