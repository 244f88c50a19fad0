"""Routing memory: what centres decided where the list did not help, how it ended, and what could become a rule.

A decision is remembered in the transaction of its report. It never routes anything by itself: it is shown with its
evidence at the next alike case, and becomes a row of the response list only when a person adopts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import DateTime, ScalarSelect, Subquery, case, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import deadlines_in_force, in_force, nearest_version
from casebook.schema import places, requests, returns, routing_decisions, routing_verdicts, units, work_orders

REMEMBERED = ("assigned", "insisted")
DECIDING = ("assignment", "review", "arbitration")
UNCLEAR = "unclear"
LEVEL_OF_UNITS = {"community": "A", "street": "B", "district": "C", "city": "D"}
Verdict = Literal["adopted", "rejected"]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known of the decisions for one role: how often, how recent, how they ended.

    `accepted` and `returned` count the unit's answers to the sign-in that followed; `on_time` and `late` its reports.
    """

    category: str
    role: str
    times: int
    here: int
    streets: int
    first_at: datetime
    last_at: datetime
    accepted: int
    returned: int
    on_time: int
    late: int
    situations: tuple[str, ...]
    decided_by: tuple[str, ...]
    request_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Decisions alike that could become a row of the response list, and what a person said about it."""

    evidence: Evidence
    level: str
    verdict: Verdict | None = None
    said_by: str | None = None
    said_at: datetime | None = None
    written_at: datetime | None = None


async def remember(
    casebook: AsyncConnection, order: dict[str, Any], *, outcome: str, unit: str | None, now: datetime
) -> None:
    """Keep a centre's decision about a unit; other reports are none of ours. Once for each work order."""
    if order["kind"] not in DECIDING or outcome not in REMEMBERED or unit is None:
        return
    why = (
        select(work_orders.c.reason_code)
        .join(returns, returns.c.work_order_id == work_orders.c.work_order_id)
        .where(returns.c.request_id == order["request_id"])
        .order_by(work_orders.c.work_order_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    role = select(units.c.role).where(units.c.code == unit).order_by(*nearest_version(None)).limit(1).scalar_subquery()
    known = (
        select(
            literal(order["work_order_id"]),
            requests.c.request_id,
            literal(order["kind"]),
            requests.c.category,
            requests.c.community,
            places.c.street,
            func.coalesce(why, UNCLEAR),
            literal(unit),
            role,
            literal(order["unit"]),
            literal(now, DateTime(timezone=True)),
        )
        .join(places, (places.c.code == requests.c.community) & in_force(places, None))
        .where(requests.c.request_id == order["request_id"])
    )
    columns = [column.name for column in routing_decisions.columns]
    await casebook.execute(insert(routing_decisions).from_select(columns, known))


async def earlier(casebook: AsyncConnection, order: dict[str, Any]) -> list[Evidence]:
    """Return what was decided in alike cases before a work order, the most frequent role first."""
    case_ = (
        select(requests.c.category, places.c.street)
        .join(places, (places.c.code == requests.c.community) & in_force(places, None))
        .where(requests.c.request_id == order["request_id"])
    )
    found = (await casebook.execute(case_)).one_or_none()
    if found is None:
        return []
    return await _evidence(casebook, category=found.category, street=found.street, but=order["request_id"])


async def proposals(casebook: AsyncConnection, *, least: int) -> list[Proposal]:
    """Return every role that was decided at least so often for a category, with what was said about it."""
    rows = (await casebook.execute(select(routing_verdicts))).mappings()
    verdicts = {(row["category"], row["role"]): dict(row) for row in rows}
    levels = {row.role: row.level for row in await casebook.execute(select(units.c.role, units.c.level).distinct())}
    found = []
    for evidence in await _evidence(casebook):
        said = verdicts.get((evidence.category, evidence.role), {})
        if evidence.times < least and not said:
            continue
        words_of = {name: value for name, value in said.items() if name not in ("category", "role")}
        found.append(Proposal(evidence=evidence, level=LEVEL_OF_UNITS[levels[evidence.role]], **words_of))
    return found


async def say(
    casebook: AsyncConnection, *, evidence: tuple[str, str], verdict: Verdict, person: str, now: datetime
) -> None:
    """Note what a person says about a proposal (category, role); what is written into the list stays written."""
    category, role = evidence
    if role not in {found.role for found in await _evidence(casebook, category=category)}:
        raise RejectedInput(f"没有关于类别 {category} 由 {role} 承办的派单记忆。请刷新页面后重试。")
    values = {"verdict": verdict, "said_by": person, "said_at": now}
    statement = upsert(routing_verdicts).values(category=category, role=role, **values)
    changed = await casebook.execute(
        statement.on_conflict_do_update(
            index_elements=["category", "role"], set_=values, where=routing_verdicts.c.written_at.is_(None)
        ).returning(routing_verdicts.c.role)
    )
    if changed.first() is None:
        raise RejectedInput("这一条已经写进响应清单，不能再改意见。要改请直接编辑 response_list.dmn。")
    await audit.note(casebook, f"proposal_{verdict}", actor=person, now=now, category=category, role=role)


async def note_written(casebook: AsyncConnection, adopted: Sequence[Proposal], *, now: datetime) -> None:
    """Note that adopted proposals stand in the response list."""
    for proposal in adopted:
        key = (routing_verdicts.c.category == proposal.evidence.category) & (
            routing_verdicts.c.role == proposal.evidence.role
        )
        await casebook.execute(update(routing_verdicts).where(key).values(written_at=now))


async def _evidence(
    casebook: AsyncConnection, *, category: str | None = None, street: str = "", but: str = ""
) -> list[Evidence]:
    ended = _ended(category, but=but)
    counted = {
        "accepted": ended.c.answer == "accepted",
        "returned": ended.c.answer == "returned",
        "on_time": ended.c.in_time.is_(True),
        "late": ended.c.in_time.is_(False),
        "here": ended.c.street == street,
    }
    lists = {"situations": ended.c.situation, "decided_by": ended.c.decided_by, "request_ids": ended.c.request_id}
    rows = await casebook.execute(
        select(
            ended.c.category,
            ended.c.role,
            func.count().label("times"),
            func.count(ended.c.street.distinct()).label("streets"),
            func.min(ended.c.decided_at).label("first_at"),
            func.max(ended.c.decided_at).label("last_at"),
            *(func.count(case((condition, 1))).label(name) for name, condition in counted.items()),
            *(func.array_agg(column.distinct()).label(name) for name, column in lists.items()),
        )
        .group_by(ended.c.category, ended.c.role)
        .order_by(func.count().desc(), func.max(ended.c.decided_at).desc(), ended.c.role)
    )
    return [Evidence(**row | {name: tuple(row[name]) for name in lists}) for row in map(dict, rows.mappings())]


def _ended(category: str | None, *, but: str) -> Subquery:
    """Each decision with the answer of the sign-in that followed, and whether the unit's report was in time."""
    chosen = literal(value=True) if category is None else routing_decisions.c.category == category
    return (
        select(routing_decisions, _answer().label("answer"), _in_time().label("in_time"))
        .where(chosen, routing_decisions.c.request_id != but)
        .subquery()
    )


def _answer() -> ScalarSelect[Any]:
    after = work_orders.alias("after")
    return (
        select(after.c.outcome)
        .where(after.c.request_id == routing_decisions.c.request_id, after.c.unit == routing_decisions.c.unit)
        .where(after.c.kind == "sign_in", after.c.issued_at >= routing_decisions.c.decided_at)
        .order_by(after.c.work_order_id)
        .limit(1)
        .scalar_subquery()
    )


def _in_time() -> ScalarSelect[Any]:
    newest, handling = deadlines_in_force(), work_orders.alias("handling")
    return (
        select(handling.c.reported_at <= newest.c.red_at)
        .join(newest, newest.c.work_order_id == handling.c.work_order_id)
        .where(handling.c.request_id == routing_decisions.c.request_id, handling.c.unit == routing_decisions.c.unit)
        .where(handling.c.kind == "handling", handling.c.reported_at.is_not(None))
        .order_by(handling.c.work_order_id)
        .limit(1)
        .scalar_subquery()
    )
