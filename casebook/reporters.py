"""Every reporter of a matter rates it: whoever was merged into a request is asked with its own caller.

The evaluation goes on when all who were asked have answered, or at its limit.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from casebook import audit, merges, ratings
from casebook.engine import AsyncConnection
from casebook.schema import callers
from casebook.schema import ratings as invitations


async def invite(
    casebook: AsyncConnection, main: dict[str, Any], *, new_token: Callable[[], str], now: datetime
) -> None:
    """Open an invitation beside the main request's own for each other telephone; the same round again changes nothing.

    Who left no number cannot be asked; when the main request's caller left none, only the others are waited for.
    """
    own = await casebook.execute(select(callers.c.phone).where(callers.c.request_id == main["request_id"]))
    phone = own.scalar_one()
    asked = {phone} - {None}
    for row in await merges.reporters(casebook, main["request_id"]):
        if row["phone"] in asked:
            continue
        if row["phone"] is None:
            details = {"request_id": row["request_id"], "recipient": "caller", "event": "rating_invited"}
            await audit.note(casebook, "no_number", actor="engine", now=now, **details)
            continue
        asked.add(row["phone"])
        beside = {"request_id": row["request_id"], "main_id": main["request_id"], "token": new_token()}
        named = {"rating_id": f"{main['rating_id']}/{row['request_id']}"}
        await ratings.invite(casebook, {**_same(main), **beside, **named}, now=now)
    if phone is None and asked:
        mine = invitations.c.rating_id == main["rating_id"]
        await casebook.execute(update(invitations).where(mine).values(awaited=False))


def _same(main: dict[str, Any]) -> dict[str, Any]:
    return {"round": main["round"], "due_at": main["due_at"]}


async def invited(casebook: AsyncConnection, main_id: str, *, round_: int) -> list[dict[str, Any]]:
    """Return the invitations of those who were merged into a request."""
    mine = (invitations.c.main_id == main_id) & (invitations.c.round == round_)
    rows = await casebook.execute(select(invitations).where(mine).order_by(invitations.c.rating_id))
    return [dict(row) for row in rows.mappings()]


async def answers(casebook: AsyncConnection, main_id: str, *, round_: int) -> list[dict[str, Any]]:
    """Return the ratings of a round that were given, by whomever."""
    own = await ratings.of_round(casebook, main_id, round_=round_)
    everyone = [own] if own else []
    everyone += await invited(casebook, main_id, round_=round_)
    return [rating for rating in everyone if rating["rated_at"]]
