"""Every reporter of a matter rates it: whoever was merged into a request is asked with its own caller.

The evaluation goes on when all who were asked have answered, or at its limit.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from casebook import audit, ratings
from casebook.asking import Asked
from casebook.engine import AsyncConnection
from casebook.rating_rules import NOBODY
from casebook.schema import ratings as invitations


async def invite(casebook: AsyncConnection, main: dict[str, Any], others: Iterable[Asked], *, now: datetime) -> None:
    """Open an invitation beside the main request's own for each other who can be asked; again changes nothing."""
    for each in others:
        if each.way == NOBODY:
            details = {"request_id": each.request_id, "recipient": "caller", "event": "rating_invited"}
            await audit.note(casebook, "no_number", actor="engine", now=now, **details)
            continue
        beside = {"request_id": each.request_id, "main_id": main["request_id"], "way": each.way, "unit": each.unit}
        named = {"rating_id": f"{main['rating_id']}/{each.request_id}"}
        await ratings.invite(casebook, {**_same(main), **beside, **named}, now=now)


def _same(main: dict[str, Any]) -> dict[str, Any]:
    return {"round": main["round"], "due_at": main["due_at"]}


async def invited(casebook: AsyncConnection, main_id: str, *, round_: int) -> list[dict[str, Any]]:
    """Return the invitations of those who were merged into a request."""
    mine = (invitations.c.main_id == main_id) & (invitations.c.round == round_)
    rows = await casebook.execute(select(invitations).where(mine).order_by(invitations.c.rating_id))
    return [dict(row) for row in rows.mappings()]


async def everyone(casebook: AsyncConnection, main_id: str, *, round_: int) -> list[dict[str, Any]]:
    """Return the invitations of a round: the request's own and those of all who were merged into it."""
    own = await ratings.of_round(casebook, main_id, round_=round_)
    return [*([own] if own else []), *await invited(casebook, main_id, round_=round_)]


def answers(everyone: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the ratings that were given, by whomever."""
    return [rating for rating in everyone if rating["rated_at"]]


def somebody_asked(everyone: Iterable[dict[str, Any]]) -> bool:
    """Tell whether anybody could be asked."""
    return any(rating["way"] != NOBODY for rating in everyone)
