"""Record that a unit returned a request or reported it up, and say whether it may go out again.

Returns are bounded by `limits.returns_most`; after that the superior centre arbitrates. Reporting
up (上报) raises the level by one and lets that level's centre decide. Safe to run twice: a return
is kept once for each work order, and the answer depends only on the others.
"""

from datetime import datetime

from casebook import requests, returns
from casebook.command_chain import CentreMissing, centres_of, level_above
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "登记退单"


class RecordReturn(Variables):
    """The sign-in that was not accepted."""

    request_id: str
    work_order_id: str
    level: str
    lead_unit: str
    outcome: str


class ReturnRecorded(Variables):
    """The level from now on, who decides, and whether the dispatcher may try again."""

    level: str
    centre: str
    deciding_centre: str
    superior_centre: str
    may_reassign: bool


async def record_return(
    read: RecordReturn, *, casebook: AsyncConnection, now: datetime, district: District
) -> ReturnRecorded:
    """Count a return or a report up, and name the centre that decides next."""
    community = (await requests.get(casebook, read.request_id))["community"]
    before = await returns.count(casebook, read.request_id, but=read.work_order_id)
    may_reassign = before < district.limits.returns_most
    reported_up = read.outcome == "cannot_solve"
    level = level_above(read.level) if reported_up else read.level
    values: dict[str, object] = {"work_order_id": read.work_order_id, "request_id": read.request_id}
    values |= {"outcome": read.outcome, "level": level, "arbitration": not may_reassign}
    await returns.record(casebook, values, now=now)
    await requests.note_facts(casebook, read.request_id, level=level)
    try:
        centre, superior = await centres_of(casebook, level, community=community, at=now)
    except CentreMissing as missing:
        raise NeedsOperator(f"诉求 {read.request_id}：{missing}") from missing
    return ReturnRecorded(
        level=level,
        centre=centre,
        deciding_centre=centre,
        superior_centre=superior,
        may_reassign=may_reassign,
    )
