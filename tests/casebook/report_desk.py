"""What the engine, a person and the sender do with a report of the district, one after the other."""

import itertools
from datetime import datetime

from sqlalchemy import func, select

from casebook import district_reports
from casebook.district import District
from casebook.district_reports import Given
from casebook.engine import AsyncConnection
from casebook.report_periods import last_whole
from casebook.report_rules import Kind
from casebook.schema import fact_outbox, messages, report_versions
from workers.job import EngineJob
from workers.make_report import MakeReport, ReportMade, make_report
from workers.send_report import SendReport, send_report

PROCESSES = itertools.count(9 * 10**12)
PERSON, DESK = "district_centre", "https://minhu.example"
MONDAY = "2097-10-14T10:30"


def a_job(process: int) -> EngineJob:
    return EngineJob(
        key=1, job_type="make_report", process_instance_key=process, element_id="Task_MakeReport", retries=3
    )


class ReportDesk:
    """The engine's part and the person's, one after the other."""

    def __init__(self, casebook: AsyncConnection, district: District) -> None:
        self.casebook, self.district = casebook, district
        self.now = datetime.fromisoformat(MONDAY).replace(tzinfo=district.zone)

    async def asked(self, kind: Kind = "flash_report") -> str:
        period = last_whole(kind, self.now, zone=self.district.zone)
        return await district_reports.ask(self.casebook, period, person=PERSON, now=self.now)

    async def made(self, report_id: str | None, *, process: int, kind: Kind = "flash_report") -> ReportMade:
        read = MakeReport(kind=kind, report_id=report_id, asked_at=self.now.isoformat())
        job = a_job(process)
        return await make_report(read, casebook=self.casebook, now=self.now, district=self.district, job=job)

    async def decided(self, report_id: str, version: int, decision: str, remark: str = "") -> None:
        given = Given(version=version, decision=decision, person=PERSON, remark=remark)  # type: ignore[arg-type]
        rules = self.district.reports.approval
        await district_reports.decide(self.casebook, report_id, given, rules=rules, now=self.now)

    async def sent(self, report_id: str) -> None:
        read = SendReport(report_id=report_id)
        await send_report(read, casebook=self.casebook, now=self.now, district=self.district, base_url=DESK)

    async def told(self, report_id: str, event: str) -> list[str]:
        mine = messages.c.dedupe_key.startswith(f"{event}/{report_id}/", autoescape=True)
        return sorted((await self.casebook.execute(select(messages.c.recipient).where(mine))).scalars())

    async def facts(self, report_id: str) -> list[tuple[str, dict[str, str]]]:
        mine = select(fact_outbox.c.name, fact_outbox.c.variables).where(fact_outbox.c.correlation_key == report_id)
        return [tuple(row) for row in await self.casebook.execute(mine.order_by(fact_outbox.c.fact_id))]

    async def versions(self, report_id: str) -> int:
        mine = select(func.count()).where(report_versions.c.report_id == report_id)
        return int((await self.casebook.execute(mine)).scalar_one())
