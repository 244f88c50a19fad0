"""Make a report (编制通报) as the casebook knew it at an instant, and put it before the person who decides.

Safe to run twice: a version that waits for its decision, or was approved, is not made again; only one that was sent
back is followed by another. The rows of a report are written by one process, the first that came. A report for which
the clock started the process is not made when its week or month has been reported already.
"""

import asyncio
from datetime import datetime, timedelta

from casebook import district_reports
from casebook.agreement import REPORT_WAITING
from casebook.district import District
from casebook.district_reports import Made, Report
from casebook.engine import AsyncConnection
from casebook.report_making import make_figures
from casebook.report_periods import as_of_for, engine_instant, last_whole, parse
from casebook.report_rules import Kind
from workers.bulletin.files import Issue, write_what_can_be
from workers.errors import refuse_second_process
from workers.job import EngineJob
from workers.report_notices import Notice, tell_approver
from workers.variables import Variables

CHINESE_NAME = "编制通报"


class MakeReport(Variables):
    """The report by its number, or, when the clock began it, its kind; since when it is wanted."""

    kind: Kind
    report_id: str | None
    asked_at: str


class ReportMade(Variables):
    """Which version of which report waits for a decision, and when its approver is reminded."""

    report_id: str | None
    version: int
    already_there: bool
    remind_at: str


async def make_report(
    read: MakeReport, *, casebook: AsyncConnection, now: datetime, district: District, job: EngineJob
) -> ReportMade:
    """Make the next version, unless one waits already, and tell who decides."""
    rules = district.reports.approval
    remind_at = (now + timedelta(hours=rules.remind_hours)).isoformat()
    report = await _report(casebook, read, district=district, key=job.process_instance_key)
    if report is None:
        return ReportMade(report_id=None, version=0, already_there=True, remind_at=remind_at)
    newest = await district_reports.newest_version(casebook, report["report_id"])
    version = newest["version"] if newest else 0
    if newest is None or newest["decision"] == "redo":
        version += 1
        await _make(casebook, report, version, district=district, now=now)
        notice = Notice.of(report, template=REPORT_WAITING, occasion=f"{version}", district=district)
        await tell_approver(casebook, notice, duty=rules.asked, district=district, now=now)
    return ReportMade(report_id=report["report_id"], version=version, already_there=False, remind_at=remind_at)


async def _report(casebook: AsyncConnection, read: MakeReport, *, district: District, key: int) -> Report | None:
    if read.report_id is not None:
        report = await district_reports.take(casebook, read.report_id, process_instance_key=key)
        refuse_second_process(f"通报 {read.report_id}", noted=report["process_instance_key"], own=key)
        return report
    asked_at = engine_instant(read.asked_at)
    period = last_whole(read.kind, asked_at, zone=district.zone)
    return await district_reports.begin(casebook, period, process_instance_key=key, now=asked_at)


async def _make(casebook: AsyncConnection, report: Report, version: int, *, district: District, now: datetime) -> None:
    """Make and keep a version: the first as of when it was asked for, a later one as of now, with what came since."""
    period = parse(report["kind"], report["period"], zone=district.zone)
    as_of = as_of_for(period, None, now=report["asked_at"]) if version == 1 else now.replace(microsecond=0)
    figures = await make_figures(casebook, period, as_of=as_of, district=district)
    issue = Issue(serial=report["serial"], cause=report["cause"])
    files = await asyncio.to_thread(write_what_can_be, figures, district=district, issue=issue)
    made = Made(version=version, as_of=as_of, word=files["docx"], pdf=files.get("pdf"))
    await district_reports.keep(casebook, report["report_id"], made, now=now)
