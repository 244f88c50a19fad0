"""Reports on their way: asked for, made in versions, decided by a person, sent or dropped.

Only facts stand here: what comes next is drawn in `bpmn/district_report.bpmn`. A month and a week are reported once,
unless the report was dropped; flash reports of a day are numbered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit, facts, one_at_a_time
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import MinhuError, RejectedInput
from casebook.report_periods import Period, parse
from casebook.report_rules import Approval, Kind
from casebook.schema import district_reports as reports
from casebook.schema import report_versions as versions

PREFIXES: dict[Kind, str] = {"weekly_report": "ZB", "monthly_report": "YB", "flash_report": "KB"}
LONGEST_REMARK = 500
Decision = Literal["approved", "redo", "dropped"]
Origin = Literal["schedule", "demand", "surge", "grave"]
IS_OPEN = reports.c.sent_at.is_(None) & reports.c.dropped_at.is_(None)
Report = Mapping[str, Any]
WITHOUT_FILES = tuple(column for column in versions.c if column.name not in {"word", "pdf"})


class NoReport(MinhuError):
    """There is no report, or no version of it, of that number."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A report that somebody or something wants: of which period, why, and by whom; `cause_key` is wanted once."""

    period: Period
    origin: Origin
    asked_by: str | None = None
    cause: str | None = None
    cause_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Made:
    """A version of a report, byte by byte; without a PDF from a machine that has no Chinese letters."""

    version: int
    as_of: datetime
    word: bytes
    pdf: bytes | None


@dataclass(frozen=True, kw_only=True)
class Given:
    """A decision: about which version, what, by whom, and why."""

    version: int
    decision: Decision
    person: str
    remark: str = ""


def edition(period: Period, serial: int) -> str:
    """Return the number of an issue within its year; the second flash report of a day has its own."""
    return f"{period.number}-{serial}" if period.kind == "flash_report" and serial > 1 else period.number


def document_number(report: Report, *, district: District) -> str:
    """Return the number (文号) by which people call a report."""
    period = parse(report["kind"], report["period"], zone=district.zone)
    pattern: str = getattr(district.reports.numbers, period.kind)
    return pattern.format(year=period.year, number=edition(period, report["serial"]))


async def ask(casebook: AsyncConnection, period: Period, *, person: str, now: datetime) -> str:
    """Let a person ask for a report; `RejectedInput` when it is there or under way already."""
    report_id = await request(casebook, Wish(period=period, origin="demand", asked_by=person), now=now)
    if report_id is None:
        raise RejectedInput(f"{period.label} 的通报已经有了，或者正在编制、等待审批。请先看列表里的那一份。")
    return report_id


async def request(casebook: AsyncConnection, wish: Wish, *, now: datetime) -> str | None:
    """Note a wish with the fact that starts its process; None when it was noted before, or such a report exists."""
    report_id = await _note(casebook, wish, now=now)
    if report_id is None:
        return None
    fact = facts.Fact(
        name="report_requested",
        request_id=None,
        correlation_key=report_id,
        variables={"report_id": report_id, "kind": wish.period.kind, "asked_at": now.isoformat()},
    )
    await facts.append(casebook, fact, now=now)
    details = {"report_id": report_id, "origin": wish.origin}
    await audit.note(casebook, "report_requested", actor=wish.asked_by or "engine", now=now, **details)
    return report_id


async def begin(
    casebook: AsyncConnection, period: Period, *, process_instance_key: int, now: datetime
) -> Report | None:
    """Return the report for which the clock started a process; None when the period has been reported already."""
    found = await casebook.execute(select(reports).where(reports.c.process_instance_key == process_instance_key))
    if known := found.mappings().first():
        return dict(known)
    report_id = await _note(casebook, Wish(period=period, origin="schedule"), now=now)
    return await take(casebook, report_id, process_instance_key=process_instance_key) if report_id else None


async def _note(casebook: AsyncConnection, wish: Wish, *, now: datetime) -> str | None:
    kind, label = wish.period.kind, wish.period.label
    await one_at_a_time.hold(casebook, {f"report/{kind}/{label}"})
    mine = (reports.c.kind == kind, reports.c.period == label)
    if await _is_there(casebook, wish, mine=mine):
        return None
    last = (await casebook.execute(select(func.max(reports.c.serial)).where(*mine))).scalar_one()
    serial = (last or 0) + 1
    values = {"origin": wish.origin, "cause": wish.cause, "cause_key": wish.cause_key, "asked_by": wish.asked_by}
    added = await casebook.execute(
        upsert(reports)
        .values(report_id=f"{PREFIXES[kind]}{label}-{serial}", kind=kind, period=label, serial=serial, **values)
        .values(asked_at=now)
        .on_conflict_do_nothing(index_elements=["cause_key"])
        .returning(reports.c.report_id)
    )
    report_id: str | None = added.scalar_one_or_none()
    return report_id


async def _is_there(casebook: AsyncConnection, wish: Wish, *, mine: tuple[ColumnElement[bool], ...]) -> bool:
    """Tell whether a period is reported already; of flash reports only one that a person still waits for counts."""
    if wish.period.kind != "flash_report":
        same = (*mine, reports.c.dropped_at.is_(None))
    elif wish.origin == "demand":
        same = (*mine, IS_OPEN, reports.c.origin == "demand")
    else:
        return False
    return (await casebook.execute(select(reports.c.report_id).where(*same).limit(1))).first() is not None


async def take(casebook: AsyncConnection, report_id: str, *, process_instance_key: int) -> Report:
    """Return a report for changing, with the process that takes care of it: the first that came stays noted."""
    mine = reports.c.report_id == report_id
    unclaimed = mine & reports.c.process_instance_key.is_(None)
    await casebook.execute(update(reports).where(unclaimed).values(process_instance_key=process_instance_key))
    return await get(casebook, report_id, lock=True)


async def get(casebook: AsyncConnection, report_id: str, *, lock: bool = False) -> Report:
    """Return a report, with `lock` for changing; NoReport when there is none."""
    mine = select(reports).where(reports.c.report_id == report_id)
    found = await casebook.execute(mine.with_for_update() if lock else mine)
    if row := found.mappings().one_or_none():
        return dict(row)
    raise NoReport(f"没有编号为 {report_id} 的通报。请从“通报”页的列表里打开。")


async def newest_version(casebook: AsyncConnection, report_id: str) -> Report | None:
    """Return what was made last of a report, without the files."""
    mine = select(*WITHOUT_FILES).where(versions.c.report_id == report_id)
    found = await casebook.execute(mine.order_by(versions.c.version.desc()).limit(1))
    row = found.mappings().one_or_none()
    return dict(row) if row else None


async def keep(casebook: AsyncConnection, report_id: str, made: Made, *, now: datetime) -> None:
    """Keep what was made, with the digests by which it can be proved."""
    digests = {f"{name}_sha256": content and sha256(content).hexdigest() for name, content in _contents(made)}
    await casebook.execute(insert(versions).values(report_id=report_id, made_at=now, **vars(made), **digests))


def _contents(made: Made) -> tuple[tuple[str, bytes | None], ...]:
    return (("word", made.word), ("pdf", made.pdf))


async def decide(casebook: AsyncConnection, report_id: str, given: Given, *, rules: Approval, now: datetime) -> None:
    """Note what a person decided about the newest version, with the fact that tells the engine.

    `RejectedInput` when another version waits by now, when it is decided, or when it may not be made once more.
    """
    report, newest = await get(casebook, report_id, lock=True), await newest_version(casebook, report_id)
    if newest is None or newest["version"] != given.version:
        raise RejectedInput("这份通报已经有了新的一版，或者正在编制。请刷新后再看。")
    if newest["decision"] or report["dropped_at"]:
        raise RejectedInput("这一版已经有人批过了。请刷新后再看。")
    remark = given.remark.replace("\x00", "").strip()[:LONGEST_REMARK]
    if given.decision == "redo" and not remark:
        raise RejectedInput("退回重做要写明哪里要改。请补上意见后再按。")
    if given.decision == "redo" and given.version >= rules.versions_most:
        raise RejectedInput(f"已经做到第 {given.version} 版，不再重做。请批准，或者不发。")
    mine = (versions.c.report_id == report_id, versions.c.version == given.version)
    values = {"decision": given.decision, "decided_by": given.person, "decided_at": now, "remark": remark or None}
    await casebook.execute(update(versions).where(*mine).values(values))
    if given.decision == "dropped":
        await casebook.execute(update(reports).where(reports.c.report_id == report_id).values(dropped_at=now))
    decided = {"decision": given.decision}
    fact = facts.Fact(name="report_decided", request_id=None, correlation_key=report_id, variables=decided)
    await facts.append(casebook, fact, now=now)
    details = {"report_id": report_id, "version": given.version, "decision": given.decision}
    await audit.note(casebook, "report_decided", actor=given.person, now=now, **details)


async def note_sent(casebook: AsyncConnection, report_id: str, *, now: datetime) -> None:
    """Note that everybody who is to know has a message queued."""
    await casebook.execute(update(reports).where(reports.c.report_id == report_id).values(sent_at=now))


async def waiting(casebook: AsyncConnection) -> list[Report]:
    """Return the versions that wait for a person's decision, with their reports; the oldest first."""
    about = (reports.c.kind, reports.c.period, reports.c.serial)
    statement = select(*WITHOUT_FILES, *about).join(reports, reports.c.report_id == versions.c.report_id)
    rows = await casebook.execute(statement.where(versions.c.decision.is_(None)).order_by(versions.c.made_at))
    return [dict(row) for row in rows.mappings()]
