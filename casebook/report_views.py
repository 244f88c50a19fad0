"""What the page of reports shows: the list with its newest versions, one report with all of them, who was told."""

from typing import Any, Literal

from sqlalchemy import case, select, true

from casebook import directory
from casebook.district_reports import IS_OPEN, WITHOUT_FILES, NoReport
from casebook.engine import AsyncConnection
from casebook.schema import district_reports as reports
from casebook.schema import messages
from casebook.schema import report_versions as versions

Rows = list[dict[str, Any]]
Ending = Literal["pdf", "docx"]
STATES = {
    "making": "正在编制",
    "remaking": "退回，正在重做",
    "waiting": "等待审批",
    "approved": "已批准，正在发送",
    "sent": "已发送",
    "dropped": "不发",
}
ORIGINS = {"schedule": "按期编制", "demand": "有人要求", "surge": "激增", "grave": "重大事项"}
KINDS = {"flash_report": "实时快报", "weekly_report": "周动态", "monthly_report": "月通报"}
DECISIONS = {"approved": "批准", "redo": "退回重做", "dropped": "不发"}
UNDER_WAY = frozenset({"making", "remaking", "approved"})


def state(row: dict[str, Any]) -> str:
    """Return where a report stands, from its facts."""
    if row["sent_at"] or row["dropped_at"]:
        return "sent" if row["sent_at"] else "dropped"
    if row["version"] is None:
        return "making"
    return {None: "waiting", "redo": "remaking"}.get(row["decision"], "approved")


async def listed(casebook: AsyncConnection, *, most: int) -> Rows:
    """Return the reports with what was made last of each: open ones first, then the newest."""
    newest = (
        select(*WITHOUT_FILES)
        .where(versions.c.report_id == reports.c.report_id)
        .order_by(versions.c.version.desc())
        .limit(1)
        .lateral("newest")
    )
    of_version = [column for column in newest.c if column.name != "report_id"]
    statement = select(reports, *of_version).outerjoin(newest, true())
    rows = await casebook.execute(
        statement.order_by(case((IS_OPEN, 0), else_=1), reports.c.asked_at.desc(), reports.c.report_id).limit(most)
    )
    return [dict(row) | {"state": state(dict(row))} for row in rows.mappings()]


async def versions_of(casebook: AsyncConnection, report_id: str) -> Rows:
    """Return what was made of a report and what was decided about it, the newest first."""
    mine = select(*WITHOUT_FILES).where(versions.c.report_id == report_id)
    return [dict(row) for row in (await casebook.execute(mine.order_by(versions.c.version.desc()))).mappings()]


async def told(casebook: AsyncConnection, report_id: str) -> Rows:
    """Return who was told that a report is out, by the name then, and whether the message arrived."""
    mine = messages.c.request_id.is_(None) & messages.c.dedupe_key.startswith(f"report_published/{report_id}/")
    columns = (messages.c.recipient, messages.c.state, messages.c.channel, messages.c.queued_at)
    rows = (await casebook.execute(select(*columns).where(mine).order_by(messages.c.message_id))).mappings().all()
    people = [await directory.person_at(casebook, row["recipient"], at=row["queued_at"]) for row in rows]
    return [{**row, "name": person["name"] if person else None} for row, person in zip(rows, people, strict=True)]


async def file_of(casebook: AsyncConnection, report_id: str, *, version: int, ending: Ending) -> bytes:
    """Return a version as it was put before the approver; NoReport when there is none."""
    column = versions.c.pdf if ending == "pdf" else versions.c.word
    mine = select(column).where(versions.c.report_id == report_id, versions.c.version == version)
    content: bytes | None = (await casebook.execute(mine)).scalar_one_or_none()
    if content is None:
        raise NoReport(f"没有通报 {report_id} 的第 {version} 版。请从“通报”页的列表里打开。")
    return content
