"""Ratings: who was asked, by which link, and what they answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit, facts
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import ratings

IS_AWAITED = ratings.c.awaited & ratings.c.rated_at.is_(None) & ratings.c.closed_at.is_(None)
RESOLVED = ("resolved", "partly", "unresolved")


async def invite(casebook: AsyncConnection, invitation: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Open an invitation (`rating_id, request_id, round, token, due_at`) and return it.

    The same round invited again keeps its first token and limit.
    """
    await casebook.execute(upsert(ratings).values(invited_at=now, **invitation).on_conflict_do_nothing())
    rows = await casebook.execute(select(ratings).where(ratings.c.rating_id == invitation["rating_id"]))
    return dict(rows.mappings().one())


async def by_token(casebook: AsyncConnection, token: str) -> dict[str, Any]:
    """Return the invitation behind a link; RejectedInput when the link is not ours."""
    rows = await casebook.execute(select(ratings).where(ratings.c.token == token))
    row = rows.mappings().one_or_none()
    if row is None:
        raise RejectedInput("评价链接无效。请使用短信中的完整链接。")
    return dict(row)


async def of_round(casebook: AsyncConnection, request_id: str, *, round_: int) -> dict[str, Any] | None:
    """Return the invitation of one round of a request's own evaluation, answered or not."""
    own = (ratings.c.request_id == request_id) & ratings.c.main_id.is_(None)
    rows = await casebook.execute(select(ratings).where(own, ratings.c.round == round_))
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def rate(casebook: AsyncConnection, token: str, answer: dict[str, Any], *, now: datetime) -> None:
    """Write a caller's answer (`resolved`, `satisfaction` 1 to 5, `comment`), once.

    The engine is told when nobody else who was asked about the same matter is still awaited.
    """
    if answer["resolved"] not in RESOLVED or answer["satisfaction"] not in range(1, 6):
        raise RejectedInput("评价内容不完整。请选择是否解决，并给出一到五星。")
    invitation = await by_token(casebook, token)
    matter = _of_matter(invitation)
    await casebook.execute(select(ratings.c.rating_id).where(matter).order_by(ratings.c.rating_id).with_for_update())
    changed = await casebook.execute(
        update(ratings)
        .where(ratings.c.token == token, ratings.c.rated_at.is_(None))
        .where(ratings.c.closed_at.is_(None))
        .values(rated_at=now, **answer)
        .returning(ratings.c.rating_id)
    )
    if changed.first() is None:
        raise RejectedInput("这一次评价已经提交或已经截止，谢谢您的关心。")
    await audit.note(casebook, "rated", actor="caller", now=now, request_id=invitation["request_id"])
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
    """Return the invitations that nobody has answered and that are still open."""
    rows = await casebook.execute(
        select(ratings).where(ratings.c.rated_at.is_(None), ratings.c.closed_at.is_(None)).order_by(ratings.c.due_at)
    )
    return [dict(row) for row in rows.mappings()]
