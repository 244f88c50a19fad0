"""Merging (并案): a person finds two requests to be one matter, and may part them again; every reporter stays known.

One step deep: a request that others were merged into is merged into nothing, so that each has one main request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit, facts, merge_notes, repeats
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import callers, different_matters, merges, ratings, requests

IN_FORCE = merges.c.undone_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class SameMatter:
    """What a person decided: this request is the same matter as the main one."""

    request_id: str
    main_id: str
    person: str


async def merge(casebook: AsyncConnection, decided: SameMatter, *, district: District, now: datetime) -> None:
    """Merge a request into its main one and tell the engine, which takes the request's work back.

    RejectedInput when one of them has ended, is being rated, or when others were merged into the one to be merged.
    """
    request_id, main_id = decided.request_id, decided.main_id
    rows = await _in_turn(casebook, request_id, main_id)
    for row in rows.values():
        await _refuse_what_is_over(casebook, row)
    if joined := await _count_of(casebook, request_id):
        raise RejectedInput(f"已有 {joined} 件诉求并入 {request_id}。请反过来，把 {main_id} 并入 {request_id}。")
    await casebook.execute(update(requests).where(requests.c.request_id == request_id).values(merged_into=main_id))
    await note(casebook, decided, now=now)
    await merge_notes.tell_caller(casebook, request_id, main_id=main_id, district=district, now=now)
    fact = facts.Fact(name="request_merged", request_id=request_id, correlation_key=request_id, variables={})
    await facts.append(casebook, fact, now=now)
    await repeats.note(casebook, main_id, district=district, now=now)


async def note(
    casebook: AsyncConnection, decided: SameMatter, *, now: datetime, taken_back_at: datetime | None = None
) -> None:
    """Keep who merged what and when; what never had a process of its own is taken back already."""
    ids = {"request_id": decided.request_id, "main_id": decided.main_id}
    await casebook.execute(
        insert(merges).values(merged_at=now, merged_by=decided.person, taken_back_at=taken_back_at, **ids)
    )
    about_main = {"request_id": decided.main_id, "joined": decided.request_id}
    await audit.note(casebook, "joined", actor=decided.person, now=now, **about_main)
    about = {"request_id": decided.request_id, "merged_into": decided.main_id}
    await audit.note(casebook, "merged", actor=decided.person, now=now, **about)


async def part(casebook: AsyncConnection, request_id: str, *, person: str, now: datetime) -> None:
    """Undo a merge: the request goes on as a matter of its own, with a new process and its number, round and total.

    The process that the merge ended is kept with it. RejectedInput when the matter is over or is being rated.
    """
    row = (await _in_turn(casebook, request_id))[request_id]
    if row["merged_into"] is None:
        raise RejectedInput(f"诉求 {request_id} 没有并案，不必撤销。")
    main = (await _in_turn(casebook, row["merged_into"]))[row["merged_into"]]
    await _refuse_what_is_over(casebook, main)
    await _begin_again(casebook, row, person=person, now=now)


async def part_other_callers(casebook: AsyncConnection, main_id: str, *, now: datetime) -> None:
    """Part what other callers brought before a main request is taken back: their matter goes on."""
    rows = await reporters(casebook, main_id)
    own = await casebook.execute(select(callers.c.phone).where(callers.c.request_id == main_id))
    phone = own.scalar_one()
    for row in rows:
        if row["phone"] is None or row["phone"] != phone:
            await _begin_again(casebook, row, person="engine", now=now)


async def _begin_again(casebook: AsyncConnection, row: dict[str, Any], *, person: str, now: datetime) -> None:
    request_id, old = row["request_id"], row["process_instance_key"]
    undone = {"undone_at": now, "undone_by": person, "process_instance_key": old}
    await casebook.execute(update(merges).where(merges.c.request_id == request_id, IN_FORCE).values(undone))
    afresh = {"merged_into": None, "process_instance_key": None, "registered_at": None}
    await casebook.execute(update(requests).where(requests.c.request_id == request_id).values(afresh))
    was = {"merged_into": row["merged_into"], "process_instance_key": old}
    await audit.note(casebook, "parted", actor=person, now=now, request_id=request_id, **was)
    fact = facts.Fact(
        name="request_received",
        request_id=request_id,
        correlation_key=request_id,
        variables={"request_id": request_id},
    )
    await facts.append(casebook, fact, now=now)


async def note_taken_back(casebook: AsyncConnection, request_id: str, *, now: datetime) -> None:
    """Note that the engine has ended the process of a merged request; the first instant stays."""
    waiting = (merges.c.request_id == request_id) & merges.c.taken_back_at.is_(None)
    await casebook.execute(update(merges).where(waiting).values(taken_back_at=now))


async def judge_different(casebook: AsyncConnection, pair: Sequence[str], *, person: str, now: datetime) -> None:
    """Keep that two requests are different matters, so that they are not proposed again; harmless when repeated."""
    one, other = sorted(pair)
    values = {"one_id": one, "other_id": other, "judged_at": now, "judged_by": person}
    kept = await casebook.execute(
        upsert(different_matters).values(values).on_conflict_do_nothing().returning(literal(1))
    )
    if kept.first() is not None:
        for request_id, against in ((one, other), (other, one)):
            details = {"request_id": request_id, "other": against}
            await audit.note(casebook, "judged_different", actor=person, now=now, **details)


async def reporters(casebook: AsyncConnection, main_id: str) -> list[dict[str, Any]]:
    """Return the requests merged into one, the earliest first, with when and by whom, and the caller's number."""
    in_force = and_(merges.c.request_id == requests.c.request_id, IN_FORCE)
    rows = await casebook.execute(
        select(requests, callers.c.phone, merges.c.merged_at, merges.c.merged_by)
        .join(callers, callers.c.request_id == requests.c.request_id)
        .outerjoin(merges, in_force)
        .where(requests.c.merged_into == main_id)
        .order_by(requests.c.request_id)
    )
    return [dict(row) for row in rows.mappings()]


async def of_request(casebook: AsyncConnection, request_id: str) -> dict[str, Any] | None:
    """Return the merge of a request that is in force, or None."""
    rows = await casebook.execute(select(merges).where(merges.c.request_id == request_id, IN_FORCE))
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def judged_different(casebook: AsyncConnection, request_id: str) -> set[str]:
    """Return the requests that a person found to be another matter than this one."""
    one, other = different_matters.c.one_id, different_matters.c.other_id
    rows = await casebook.execute(select(one, other).where((one == request_id) | (other == request_id)))
    return {each for row in rows for each in row} - {request_id}


async def _in_turn(casebook: AsyncConnection, *request_ids: str) -> dict[str, dict[str, Any]]:
    """Return requests by number, each held until the transaction ends, in one order for everybody."""
    if len(set(request_ids)) < len(request_ids):
        raise RejectedInput(f"诉求 {request_ids[0]} 不能并入自己。请选择另一件。")
    mine = requests.c.request_id.in_(request_ids)
    rows = await casebook.execute(select(requests).where(mine).order_by(requests.c.request_id).with_for_update())
    found = {row["request_id"]: dict(row) for row in rows.mappings()}
    if missing := sorted(set(request_ids) - set(found)):
        raise RejectedInput(f"没有编号为 {missing[0]} 的诉求。请核对编号后重试。")
    return found


async def _count_of(casebook: AsyncConnection, main_id: str) -> int:
    count = select(func.count()).where(requests.c.merged_into == main_id)
    return int((await casebook.execute(count)).scalar_one())


async def _refuse_what_is_over(casebook: AsyncConnection, row: dict[str, Any]) -> None:
    request_id = row["request_id"]
    if row["closed_at"] or row["withdrawal_asked_at"] or row["merged_into"]:
        raise RejectedInput(f"诉求 {request_id} 已办结、已撤回或已并案，不能再并案或撤销并案。")
    mine = (ratings.c.request_id == request_id) & ratings.c.closed_at.is_(None)
    if (await casebook.execute(select(literal(1)).where(mine).limit(1))).first():
        raise RejectedInput(f"诉求 {request_id} 已办理，正在请诉求人评价，不能再并案或撤销并案。")
