"""Scores: the four degrees with the facts they rest on, and the sum by weights."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import score_adjustments
from casebook.engine import AsyncConnection
from casebook.newest import deadlines_in_force, last_scores
from casebook.schema import scores, work_orders


async def record(casebook: AsyncConnection, score: dict[str, Any], *, now: datetime) -> None:
    """Keep the score of one round; the same round scored again changes nothing."""
    await casebook.execute(upsert(scores).values(scored_at=now, **score).on_conflict_do_nothing())


async def of_request(casebook: AsyncConnection, request_id: str) -> list[dict[str, Any]]:
    """Return the scores of a request by round."""
    rows = await casebook.execute(select(scores).where(scores.c.request_id == request_id).order_by(scores.c.round))
    return [dict(row) for row in rows.mappings()]


async def summary(casebook: AsyncConnection) -> dict[str, Any]:
    """Return how many requests are scored, and their mean (last round of each), two decimals.

    `mean_score` is what the scores come to with their adjustments, excluded ones left out; `mean_original_score` what
    was first given.
    """
    last = last_scores()
    counted = func.avg(score_adjustments.effective_score(last)).filter(~score_adjustments.is_excluded(last))
    columns = (func.count(), counted, func.avg(last.c.score))
    scored, mean, original = (await casebook.execute(select(*columns).select_from(last))).one()
    return {"scored": scored, "mean_score": _rounded(mean), "mean_original_score": _rounded(original)}


def _rounded(mean: Decimal | None) -> float | None:
    return round(float(mean), 2) if mean is not None else None


async def conduct(casebook: AsyncConnection, request_id: str, *, round_: int) -> list[dict[str, Any]]:
    """Return each closed work order of a round with the red light it was held to."""
    newest = deadlines_in_force()
    rows = await casebook.execute(
        select(
            work_orders.c.work_order_id,
            work_orders.c.kind,
            work_orders.c.unit,
            work_orders.c.about,
            work_orders.c.person,
            work_orders.c.outcome,
            work_orders.c.reported_at,
            newest.c.red_at,
        )
        .outerjoin(newest, newest.c.work_order_id == work_orders.c.work_order_id)
        .where(work_orders.c.request_id == request_id)
        .where((work_orders.c.round == round_) | work_orders.c.kind.in_(("sign_in", "arbitration", "city_report")))
        .order_by(work_orders.c.work_order_id)
    )
    return [dict(row) for row in rows.mappings()]
