"""Record what was decided about an appeal (申诉): corrected facts as points, or an exclusion, beside the score.

The score itself stays as it was given. Safe to run twice: an appeal ends once and has one adjustment.
"""

from datetime import datetime

from casebook import appeal_rules, appeals
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "登记申诉结果"


class RecordAppeal(Variables):
    """The appeal by its number; what was decided stands in the casebook since the centre's report."""

    appeal_id: str


class AppealRecorded(Variables):
    """What the score is from now on: `changed`, `excluded` or `unchanged`."""

    result: str


async def record_appeal(read: RecordAppeal, *, casebook: AsyncConnection, now: datetime) -> AppealRecorded:
    """Let the decision count from now on."""
    await appeals.end(casebook, read.appeal_id, now=now)
    decision = (await appeals.get(casebook, read.appeal_id))["decision"]
    return AppealRecorded(result=appeal_rules.RESULTS[decision])
