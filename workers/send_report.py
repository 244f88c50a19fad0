"""Send an approved report (发送通报): one message to each recipient from the directory, which says where to read it.

Safe to run twice: that it was sent is noted in the transaction in which all messages are queued, so the second run
finds it done; whoever holds two offices has one message. An office that nobody holds is noted in the audit trail.
"""

from dataclasses import replace
from datetime import datetime

from casebook import audit, directory, district_reports
from casebook.agreement import REPORT_PUBLISHED
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.report_notices import Notice, tell
from workers.variables import Variables

CHINESE_NAME = "发送通报"


class SendReport(Variables):
    """The report by its number."""

    report_id: str


async def send_report(
    read: SendReport, *, casebook: AsyncConnection, now: datetime, district: District, base_url: str
) -> None:
    """Queue the messages and note that the report is out."""
    report = await district_reports.get(casebook, read.report_id, lock=True)
    if report["sent_at"]:
        return
    notice = Notice.of(report, template=REPORT_PUBLISHED, occasion="sent", district=district)
    notice = replace(notice, link=f"{base_url}/reports/{read.report_id}")
    told: set[str] = set()
    vacant: list[str] = []
    for addressees in getattr(district.reports.recipients, report["kind"]):
        for unit in await directory.playing(casebook, addressees.role, at=now):
            for duty in addressees.duties:
                person = await tell(casebook, notice, office=(unit, duty), district=district, now=now)
                told |= {person} if person else set()
                vacant += [] if person else [f"{unit}/{duty}"]
    if not told:
        raise NeedsOperator(
            f"通报 {read.report_id}：单位目录里没有一个收件人。"
            "请核对 config/reports.toml 的 [recipients] 和单位目录后重试。"
        )
    await district_reports.note_sent(casebook, read.report_id, now=now)
    details = {"report_id": read.report_id, "told": len(told), "vacant": vacant}
    await audit.note(casebook, "report_sent", actor="engine", now=now, **details)
