"""Requests: taken in once, never twice, and accounted for until they end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, func, literal, select, update

from casebook import audit, facts, merge_notes, merges, one_at_a_time, registering, repeats, supplements
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.reports import RequestReport
from casebook.schema import callers, requests
from casebook.schema.sealed import sealer_of
from casebook.urgency import urgency_of

ENDED = (requests.c.closed_at, requests.c.withdrawn_at, requests.c.merged_into)
IS_OPEN = and_(*(column.is_(None) for column in ENDED))


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a report at the door, and the number it is known by."""

    result: Literal["accepted", "already_known", "supplemented", "merged"]
    request_id: str


async def receive(casebook: AsyncConnection, report: RequestReport, *, now: datetime, district: District) -> Taken:
    """Take a report into the register, exactly once for each (platform, external id).

    The same caller about the same category in the same community within the merge window is
    the same matter: it is kept as a request of its own, merged into the open one. A row that
    comes again with another text leaves that text as a supplement.
    """
    await one_at_a_time.hold(casebook, identities(report))
    if known := await supplements.known(casebook, report.platform, report.external_id):
        effect = await supplements.note(casebook, known, report, now=now)
        return Taken(result=effect, request_id=known["request_id"])
    window = timedelta(days=district.limits.merge_window_days)
    merged_into = await _same_matter(casebook, report, since=now - window)
    urgency, raised_by = await urgency_of(casebook, report, now=now, district=district)
    report = report.model_copy(update={"urgency": urgency})
    fresh = registering.NewRequest(report=report, merged_into=merged_into, raised_by=raised_by)
    [request_id] = await registering.write(casebook, [fresh], district=district, now=now)
    if merged_into:
        same = merges.SameMatter(request_id=request_id, main_id=merged_into, person="intake")
        await merges.note(casebook, same, now=now, taken_back_at=now)
        await merge_notes.tell_caller(casebook, request_id, main_id=merged_into, district=district, now=now)
        await repeats.note(casebook, merged_into, district=district, now=now)
        return Taken(result="merged", request_id=request_id)
    return Taken(result="accepted", request_id=request_id)


def identities(report: RequestReport) -> set[str]:
    """Return by what a report may be one that is known: its platform's number, and its caller's matter."""
    keys = {f"{report.platform}/{report.external_id}"}
    if report.caller_phone:
        keys.add(f"{report.caller_phone}/{report.category}/{report.community}")
    return keys


async def _same_matter(casebook: AsyncConnection, report: RequestReport, *, since: datetime) -> str | None:
    if not report.caller_phone:
        return None
    mine = (
        callers.c.phone_index.in_(sealer_of(casebook.dialect).indexes(report.caller_phone)),
        requests.c.category == report.category,
        requests.c.community == report.community,
        requests.c.taken_in_at >= since,
    )
    main_id = func.coalesce(requests.c.merged_into, requests.c.request_id)
    main = requests.alias("main")
    main_is_open = and_(*(main.c[column.name].is_(None) for column in ENDED))
    rows = await casebook.execute(
        select(main.c.request_id)
        .select_from(requests.join(callers).join(main, main.c.request_id == main_id))
        .where(*mine, main_is_open)
        .order_by(main.c.request_id)
        .limit(1)
    )
    found: str | None = rows.scalar_one_or_none()
    return found


async def get(casebook: AsyncConnection, request_id: str) -> dict[str, Any]:
    """Return a request without its caller's data; RejectedInput when there is none."""
    rows = await casebook.execute(select(requests).where(requests.c.request_id == request_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise RejectedInput(f"没有编号为 {request_id} 的诉求。请核对编号后重试。")
    return dict(row)


async def caller_of(casebook: AsyncConnection, request_id: str) -> dict[str, Any]:
    """Return the caller's name, telephone number and address (personal data)."""
    rows = await casebook.execute(select(callers).where(callers.c.request_id == request_id))
    return dict(rows.mappings().one())


async def note_facts(casebook: AsyncConnection, request_id: str, **columns: Any) -> bool:
    """Write facts about a request; an instant already set stays. Tell whether one was new."""
    instants = [name for name in columns if name.endswith("_at")]
    fresh = [requests.c[name].is_(None) for name in instants]
    changed = await casebook.execute(
        update(requests).where(requests.c.request_id == request_id, *fresh).values(columns).returning(literal(1))
    )
    return changed.first() is not None


async def ask_withdrawal(casebook: AsyncConnection, request_id: str, *, now: datetime) -> None:
    """Take an open request back for its caller; the engine is told in the same transaction.

    What other callers brought about the same matter goes on, each as a request of its own.
    """
    await take_turn(casebook, request_id)
    row = await get(casebook, request_id)
    if row["closed_at"] or row["merged_into"]:
        raise RejectedInput(f"诉求 {request_id} 已办结或已并案，不能撤回。")
    if not await note_facts(casebook, request_id, withdrawal_asked_at=now):
        return
    await merges.part_other_callers(casebook, request_id, now=now)
    await audit.note(casebook, "withdrawal_asked", actor="caller", now=now, request_id=request_id)
    fact = facts.Fact(name="request_withdrawn", request_id=request_id, correlation_key=request_id, variables={})
    await facts.append(casebook, fact, now=now)


async def account(casebook: AsyncConnection) -> dict[str, int]:
    """Balance the books: received = closed + open + withdrawn + merged."""
    rows = await casebook.execute(
        select(
            func.count().label("received"),
            func.count(requests.c.closed_at).label("closed"),
            func.count().filter(IS_OPEN).label("open"),
            func.count(requests.c.withdrawn_at).label("withdrawn"),
            func.count(requests.c.merged_into).label("merged"),
        )
    )
    return dict(rows.mappings().one())


async def count_open(casebook: AsyncConnection, request_ids: Sequence[str]) -> int:
    """Count those of the given requests that are neither closed nor withdrawn nor merged."""
    statement = select(func.count()).where(requests.c.request_id.in_(request_ids), IS_OPEN)
    return int((await casebook.execute(statement)).scalar_one())


async def take_turn(casebook: AsyncConnection, request_id: str) -> None:
    """Let one transaction at a time number, end or report what belongs to a request."""
    await casebook.execute(select(requests.c.request_id).where(requests.c.request_id == request_id).with_for_update())
