"""Record that a unit returned a request or reported it up, and say who dispatches it again.

A return goes to the dispatcher, the centre of its own level, which sends it to another unit or insists; after
`limits.returns_most` returns the superior centre arbitrates. Reporting up (上报) raises the level by one, and that
level's centre dispatches; above the district it goes to the city. What the city refuses falls back to the district's
centre, and is not reported there a second time. Safe to run twice: a return is kept once for each work order, and the
answer depends only on the others.
"""

from datetime import datetime

from casebook import requests, returns
from casebook.command_chain import CentreMissing, centres_of, level_above, level_below
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "登记退单"
CITY = "D"


class RecordReturn(Variables):
    """The sign-in that was not accepted."""

    request_id: str
    work_order_id: str
    level: str
    outcome: str


class ReturnRecorded(Variables):
    """The level from now on, who dispatches next, and whether that will be the final word.

    `decided_by`: `dispatcher` (own level's centre), `higher_centre`, `city`, or `superior` (arbitration).
    `times_returned` counts the returns so far, this one among them; reports up do not count.
    """

    level: str
    centre: str
    deciding_centre: str
    superior_centre: str
    decided_by: str
    final: bool
    times_returned: int


async def record_return(
    read: RecordReturn, *, casebook: AsyncConnection, now: datetime, district: District
) -> ReturnRecorded:
    """Count a return or a report up, and name the centre that decides next."""
    community = (await requests.get(casebook, read.request_id))["community"]
    decided_by = await _decided_by(casebook, read, most=district.limits.returns_most)
    level = _level(read, decided_by=decided_by)
    final = decided_by == "superior"
    values: dict[str, object] = {"work_order_id": read.work_order_id, "request_id": read.request_id}
    await returns.record(casebook, values | {"outcome": read.outcome, "level": level, "arbitration": final}, now=now)
    await requests.note_facts(casebook, read.request_id, level=level)
    try:
        centre, superior = await centres_of(casebook, level, community=community, at=now)
    except CentreMissing as missing:
        raise NeedsOperator(f"诉求 {read.request_id}：{missing}") from missing
    before = await returns.count(casebook, read.request_id, but=read.work_order_id)
    return ReturnRecorded(
        level=level,
        centre=centre,
        deciding_centre=centre,
        superior_centre=superior,
        decided_by=decided_by,
        final=final,
        times_returned=before + (read.outcome == "returned"),
    )


def _level(read: RecordReturn, *, decided_by: str) -> str:
    if read.outcome == "refused":
        return level_below(read.level)
    return level_above(read.level) if decided_by in ("higher_centre", "city") else read.level


async def _decided_by(casebook: AsyncConnection, read: RecordReturn, *, most: int) -> str:
    if read.outcome == "refused":
        return "higher_centre"
    if read.outcome == "cannot_solve" and level_above(read.level) != CITY:
        return "higher_centre"
    if read.outcome == "cannot_solve":
        refused = await returns.count(casebook, read.request_id, but=read.work_order_id, outcome="refused")
        return "superior" if refused else "city"
    before = await returns.count(casebook, read.request_id, but=read.work_order_id)
    return "dispatcher" if before < most else "superior"
