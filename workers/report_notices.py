"""Short messages about a report: that it waits for a decision, that it is out. No figure stands in them.

A flash report is told at any hour; the others wait for the end of the quiet hours.
"""

from dataclasses import dataclass
from datetime import datetime

from casebook import directory, district_reports, messages
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.officer_notes import name_of
from casebook.report_rules import Duty
from workers.errors import NeedsOperator
from workers.second_channel import tell_on_wecom

OF_FLASH = "flash_report"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What is told of which report on which occasion; `link` leads to the report's page."""

    report_id: str
    name: str
    template: str
    occasion: str
    at_any_hour: bool
    link: str = ""

    @classmethod
    def of(cls, report: district_reports.Report, *, template: str, occasion: str, district: District) -> "Notice":
        """Return the notice about a row of a report."""
        return cls(
            report_id=report["report_id"],
            name=district_reports.document_number(report, district=district),
            template=template,
            occasion=occasion,
            at_any_hour=report["kind"] == OF_FLASH,
        )


async def tell_approver(
    casebook: AsyncConnection, notice: Notice, *, duty: Duty, district: District, now: datetime
) -> None:
    """Tell a duty of the unit that decides about reports; without anybody it becomes an incident."""
    found = await directory.playing(casebook, district.reports.approval.role, at=now)
    told = [await tell(casebook, notice, office=(unit, duty), district=district, now=now) for unit in found[:1]]
    if not any(told):
        role = district.roles[district.reports.approval.role]
        raise NeedsOperator(
            f"通报 {notice.report_id}：单位目录里没有{role}，或者那里和上级都没有人值班，无人审批。"
            "请在单位目录里补上，导入后再重试。"
        )


async def tell(
    casebook: AsyncConnection, notice: Notice, *, office: tuple[str, Duty], district: District, now: datetime
) -> str | None:
    """Queue the message for whoever holds an office now, once for the occasion and person; return the person."""
    unit, duty = office
    found = await directory.person_on_duty(casebook, unit, duty=duty, at=now, zone=district.zone)
    if found is None:
        return None
    values = {"unit": await name_of(casebook, unit, now=now), "report": notice.name, "link": notice.link}
    message = messages.NewMessage(
        dedupe_key=f"{notice.template}/{notice.report_id}/{notice.occasion}/{found['person']}",
        request_id=None,
        work_order_id=None,
        event=notice.template,
        recipient=found["person"],
        phone=found["phone"],
        text=district.texts.fill(notice.template, values),
        template=notice.template,
        fields=district.texts.filled(notice.template, values),
        at_any_hour=notice.at_any_hour,
    )
    await messages.queue(casebook, message, now=now)
    await tell_on_wecom(casebook, message, district=district, now=now)
    return found["person"]
