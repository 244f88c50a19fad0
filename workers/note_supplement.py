"""Tell whoever works on a request that something was added to it (补充).

Safe to run twice: each unit has one text for each supplement, known by its occasion.
"""

from datetime import datetime

from casebook import supplement_notes
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "告知在办单位"


class NoteSupplement(Variables):
    """The request, and which supplement of it; never its words."""

    request_id: str
    supplement: str


async def note_supplement(
    read: NoteSupplement, *, casebook: AsyncConnection, now: datetime, district: District
) -> None:
    """Queue the text for the units that have open work orders of the matter."""
    await supplement_notes.tell_units(casebook, read.request_id, supplement=read.supplement, district=district, now=now)
