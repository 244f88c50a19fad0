"""Record what accountability found, and take the points of `accountability_result.dmn` off the unit's score.

The score itself stays as it was given; the points stand beside it, whether they come before the scoring or
after it. Safe to run twice: one accountability has one adjustment and one end.
"""

from datetime import datetime
from decimal import Decimal

from casebook import accountabilities, inspections, score_adjustments
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "登记认定结果"


class RecordAccountability(Variables):
    """The finding, the points (0 to 100) taken off, and whether in later rounds too; both null without a row."""

    accountability_id: str
    finding: str
    points: Decimal | None = None
    lasting: bool | None = None


async def record_accountability(
    read: RecordAccountability, *, casebook: AsyncConnection, now: datetime, district: District
) -> None:
    """Keep the points beside the score and end both the accountability and its inspection."""
    if read.points is None:
        raise NeedsOperator(
            f"责任追究 {read.accountability_id}：accountability_result.dmn 没有认定“{read.finding}”的扣分。"
            "请补一行并重新部署，再把本实例迁移到新版本后重试。"
        )
    accountability = await accountabilities.get(casebook, read.accountability_id)
    if not await accountabilities.end(casebook, read.accountability_id, now=now):
        return  # recorded before, or the request was withdrawn meanwhile
    inspection = await inspections.get(casebook, accountability["inspection_id"])
    await inspections.end_found(casebook, inspection["inspection_id"], finding=read.finding, now=now)
    if read.points:
        adjustment = score_adjustments.Adjustment(
            request_id=accountability["request_id"],
            round=inspection["round"],
            unit=accountability["unit"],
            source=accountabilities.SOURCE,
            source_number=read.accountability_id,
            points=-read.points,
            lasting=bool(read.lasting),
            reason=read.finding,
            rules_version=district.rules_version,
        )
        await score_adjustments.record(casebook, adjustment, now=now)
