"""Remind of a report that waits for its decision too long (提醒审批人): somebody above is told.

Safe to run twice: a version's reminder has one occasion, and each person is told of it once. What was decided
meanwhile needs no reminder.
"""

from datetime import datetime

from casebook import district_reports
from casebook.agreement import REPORT_WAITING
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.report_notices import Notice, tell_approver
from workers.variables import Variables

CHINESE_NAME = "提醒审批人"


class RemindApprover(Variables):
    """The report by its number, and which version waits."""

    report_id: str
    version: int


async def remind_approver(
    read: RemindApprover, *, casebook: AsyncConnection, now: datetime, district: District
) -> None:
    """Tell the duty that the district named for reports on which nobody decides."""
    report = await district_reports.get(casebook, read.report_id)
    newest = await district_reports.newest_version(casebook, read.report_id)
    if newest is None or newest["version"] != read.version or newest["decision"]:
        return
    occasion = f"{read.version}/reminder"
    notice = Notice.of(report, template=REPORT_WAITING, occasion=occasion, district=district)
    await tell_approver(casebook, notice, duty=district.reports.approval.reminded, district=district, now=now)
