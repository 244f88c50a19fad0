"""Ratings: who was asked in which way, and what they answered; each answers once, and only until the limit."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit, facts, rating_links
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.rating_rules import NOBODY
from casebook.schema import ratings, requests

IS_OPEN = ratings.c.rated_at.is_(None) & ratings.c.closed_at.is_(None)
IS_AWAITED = ratings.c.awaited & IS_OPEN
WITH_A_LINK = ("link", "call")
RESOLVED = ("resolved", "partly", "unresolved")


async def invite(casebook: AsyncConnection, invitation: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Open an invitation (`rating_id, request_id, round, way, unit, due_at`) and return it.

    The same round invited again keeps its first way, link and limit.
    """
    signed = {}
    if invitation["way"] in WITH_A_LINK:
        signed["token_sha256"] = rating_links.digest(rating_links.made_for(casebook, invitation))
    await casebook.execute(upsert(ratings).values(invited_at=now, **signed, **invitation).on_conflict_do_nothing())
    return await get(casebook, invitation["rating_id"])


async def get(casebook: AsyncConnection, rating_id: str) -> dict[str, Any]:
    """Return one invitation; RejectedInput when there is none of that number."""
    rows = await casebook.execute(select(ratings).where(ratings.c.rating_id == rating_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise RejectedInput("没有这一次评价。请从本单位的工作台重新打开。")
    return dict(row)


async def of_round(casebook: AsyncConnection, request_id: str, *, round_: int) -> dict[str, Any] | None:
    """Return the invitation of one round of a request's own evaluation, answered or not."""
    own = (ratings.c.request_id == request_id) & ratings.c.main_id.is_(None)
    rows = await casebook.execute(select(ratings).where(own, ratings.c.round == round_))
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def rate(casebook: AsyncConnection, token: str, answer: dict[str, Any], *, now: datetime) -> None:
    """Write the answer (`resolved`, `satisfaction` 1 to 5, `comment`, `reason`) of whoever has the link, once."""
    await _write(casebook, await rating_links.behind(casebook, token), answer, now=now)


async def rate_at_desk(
    casebook: AsyncConnection, rating_id: str, answer: dict[str, Any], *, by: str, now: datetime
) -> None:
    """Write the answer of the unit that called, given at its desk by `by`; RejectedInput for any other unit."""
    invitation = await get(casebook, rating_id)
    if invitation["way"] != "desk" or invitation["unit"] != by:
        raise RejectedInput("这件诉求不是本单位提出的，不能由本单位评价。")
    await _write(casebook, invitation, answer | {"rated_by": by}, now=now)


async def rate_by_call(
    casebook: AsyncConnection, rating_id: str, answer: dict[str, Any], *, by: str, now: datetime
) -> None:
    """Write what a caller told the clerk `by` who rang; RejectedInput for who is not asked by telephone."""
    invitation = await get(casebook, rating_id)
    if invitation["way"] != "call":
        raise RejectedInput("这位诉求人不是用电话请其评价的，不能代为评价。抽样回访另记。")
    await _write(casebook, invitation, answer | {"rated_by": by}, now=now)


async def _write(
    casebook: AsyncConnection, invitation: dict[str, Any], answer: dict[str, Any], *, now: datetime
) -> None:
    """Write an answer; the engine is told when nobody else who was asked about the same matter is still awaited."""
    if answer["resolved"] not in RESOLVED or answer["satisfaction"] not in range(1, 6):
        raise RejectedInput("评价内容不完整。请选择是否解决，并给出一到五星。")
    matter = _of_matter(invitation)
    await casebook.execute(select(ratings.c.rating_id).where(matter).order_by(ratings.c.rating_id).with_for_update())
    mine = ratings.c.rating_id == invitation["rating_id"]
    changed = await casebook.execute(
        update(ratings)
        .where(mine, IS_OPEN, ratings.c.due_at > now)
        .values(rated_at=now, **answer)
        .returning(ratings.c.rating_id)
    )
    if changed.first() is None:
        raise RejectedInput("这一次评价已经提交或已经截止，谢谢您的关心。")
    actor = answer.get("rated_by") or "caller"
    await audit.note(casebook, "rated", actor=actor, now=now, request_id=invitation["request_id"])
    if (await casebook.execute(select(literal(1)).where(matter, IS_AWAITED).limit(1))).first():
        return
    request_id = invitation["main_id"] or invitation["request_id"]
    main = await casebook.execute(select(ratings.c.rating_id).where(matter, ratings.c.main_id.is_(None)))
    key = main.scalar_one()
    fact = facts.Fact(name="rating_received", request_id=request_id, correlation_key=key, variables={})
    await facts.append(casebook, fact, now=now)


def matter_of(table: FromClause) -> ColumnElement[Any]:
    """Return the request whose evaluation an invitation belongs to."""
    return func.coalesce(table.c.main_id, table.c.request_id)


def _of_matter(invitation: dict[str, Any]) -> ColumnElement[bool]:
    """Match the invitations about the same matter in the same round."""
    main_id = invitation["main_id"] or invitation["request_id"]
    own = (ratings.c.request_id == main_id) & ratings.c.main_id.is_(None)
    return and_(or_(own, ratings.c.main_id == main_id), ratings.c.round == invitation["round"])


async def close(casebook: AsyncConnection, request_id: str, *, round_: int, now: datetime) -> None:
    """Close the invitations of a round, those of merged reporters too: what comes later no longer counts."""
    mine = (ratings.c.request_id == request_id) | (ratings.c.main_id == request_id)
    await casebook.execute(
        update(ratings)
        .where(mine, ratings.c.round == round_)
        .where(ratings.c.closed_at.is_(None))
        .values(closed_at=now)
    )


async def waiting(casebook: AsyncConnection) -> list[dict[str, Any]]:
    """Return the invitations that somebody can still answer; `token` is that of the link."""
    asked = ratings.c.way.is_distinct_from(NOBODY)
    rows = await casebook.execute(select(ratings).where(IS_OPEN, asked).order_by(ratings.c.due_at))
    found = [dict(row) for row in rows.mappings()]
    return [row | {"token": rating_links.token_of(casebook, row)} for row in found]


async def at_desk_of(casebook: AsyncConnection, unit: str, *, now: datetime) -> list[dict[str, Any]]:
    """Return what a unit that called is asked to rate, the soonest limit first, with category and community."""
    mine = (ratings.c.unit == unit) & (ratings.c.way == "desk")
    rows = await casebook.execute(
        select(ratings, requests.c.category, requests.c.community)
        .join(requests, requests.c.request_id == ratings.c.request_id)
        .where(mine, IS_OPEN, ratings.c.due_at > now)
        .order_by(ratings.c.due_at, ratings.c.rating_id)
    )
    return [dict(row) for row in rows.mappings()]
