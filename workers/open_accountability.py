"""Call a unit to account (责任追究): give the matter a number under which the unit is heard and the office finds.

Safe to run twice: an inspection leads to one accountability, and a repeated job gets its number.
"""

from datetime import datetime

from casebook import accountabilities
from casebook.engine import AsyncConnection
from workers.job import EngineJob
from workers.variables import Variables

CHINESE_NAME = "登记责任追究"


class OpenAccountability(Variables):
    """The inspection that decided it."""

    inspection_id: str


class AccountabilityOpened(Variables):
    """The number under which everything about it is asked and told."""

    accountability_id: str


async def open_accountability(
    read: OpenAccountability, *, casebook: AsyncConnection, now: datetime, job: EngineJob
) -> AccountabilityOpened:
    """Write the accountability, once."""
    key = job.process_instance_key
    opened = await accountabilities.open_with(casebook, read.inspection_id, process_instance_key=key, now=now)
    return AccountabilityOpened(accountability_id=opened["accountability_id"])
