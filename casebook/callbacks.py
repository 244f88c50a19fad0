"""回访: a clerk rings a caller, instead of a link or as one of a month's sample, and writes down what came of it.

Instead of a link, what the caller says is the caller's rating. Of a sample it stands beside the rating and never
changes it: who has answered by link has answered. A number is seen through `casebook/revealing.py` alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from casebook import audit, callback_samples, ratings
from casebook import requests as register
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.rating_rules import CallbackRules
from casebook.schema import callback_calls, requests
from casebook.schema import ratings as invitations

OUTCOMES = ("reached", "not_reached", "refused")
BY_CALL = (invitations.c.way == "call") & ratings.IS_OPEN


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: its outcome, what was said when somebody was reached, and the unit of the clerk who rang."""

    request_id: str
    outcome: str
    by: str
    answer: dict[str, Any] | None = None


async def instead_of_links(casebook: AsyncConnection, *, now: datetime) -> list[dict[str, Any]]:
    """Return who is to be asked by telephone now, the soonest limit first, with category and community."""
    rows = await casebook.execute(
        select(invitations, requests.c.category, requests.c.community)
        .join(requests, requests.c.request_id == invitations.c.request_id)
        .where(BY_CALL, invitations.c.due_at > now)
        .order_by(invitations.c.due_at, invitations.c.rating_id)
    )
    return [dict(row) for row in rows.mappings()]


async def record(casebook: AsyncConnection, call: Call, *, rules: CallbackRules, now: datetime) -> None:
    """Write down one call; RejectedInput when nobody is to be rung about the request (any more)."""
    answer = _fitting(call)
    await register.take_turn(casebook, call.request_id)
    drawn = await callback_samples.pending(casebook, call.request_id, calls_most=rules.calls_most)
    asked = await _invitation(casebook, call.request_id, now=now)
    if asked is None and drawn is None:
        raise RejectedInput("这件诉求不用回访，或者已经回访过了。请返回回访列表刷新。")
    row: dict[str, Any] = {"request_id": call.request_id, "outcome": call.outcome, **answer}
    if asked is not None:
        row |= {"round": asked["round"], "rating_id": asked["rating_id"]}
    elif drawn is not None:
        row |= {"round": drawn["round"], "callback_id": drawn["callback_id"]}
    await casebook.execute(insert(callback_calls).values(row | {"called_by": call.by, "called_at": now}))
    ids = {"request_id": call.request_id, "outcome": call.outcome}
    await audit.note(casebook, "called_back", actor=call.by, now=now, **ids)
    if asked is not None and call.outcome == "reached":
        await ratings.rate_by_call(casebook, asked["rating_id"], answer, by=call.by, now=now)


async def what_is_asked(casebook: AsyncConnection, request_id: str, *, rules: CallbackRules, now: datetime) -> str:
    """Return why a caller is rung: `instead`, `sample`; RejectedInput when nobody is to be rung."""
    if await _invitation(casebook, request_id, now=now):
        return "instead"
    if await callback_samples.pending(casebook, request_id, calls_most=rules.calls_most):
        return "sample"
    raise RejectedInput("这件诉求不用回访，或者已经回访过了。请返回回访列表刷新。")


async def _invitation(casebook: AsyncConnection, request_id: str, *, now: datetime) -> dict[str, Any] | None:
    mine = (invitations.c.request_id == request_id) & (invitations.c.due_at > now)
    newest = select(invitations).where(mine, BY_CALL).order_by(invitations.c.invited_at.desc()).limit(1)
    row = (await casebook.execute(newest)).mappings().one_or_none()
    return dict(row) if row else None


def _fitting(call: Call) -> dict[str, Any]:
    """Return the answer as it is kept; RejectedInput when it does not fit the outcome."""
    if call.outcome not in OUTCOMES:
        raise RejectedInput("请选择回访结果：接通并答复、没有接通、拒绝回访。")
    if call.outcome != "reached":
        return {}
    answer = call.answer or {}
    if answer.get("resolved") not in ratings.RESOLVED or answer.get("satisfaction") not in range(1, 6):
        raise RejectedInput("回访内容不完整。请记下是否解决和满意程度。")
    return answer
