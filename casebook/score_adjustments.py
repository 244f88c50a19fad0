"""What is taken off a unit's score, or given back, by somebody's decision: beside the score, which stays as it was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, exists, func, select, true
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit
from casebook.engine import AsyncConnection
from casebook.schema import score_adjustments

LOWEST, HIGHEST = Decimal(0), Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """Points (negative: taken off) for one unit and round, with the decision they come from.

    `lasting`: they also count in later rounds, because what was found does not go away with a new score.
    `excludes`: the score counts nowhere. `corrected`: by aspect, the facts from which the points come.
    """

    request_id: str
    round: int
    unit: str
    source: str
    source_number: str
    points: Decimal
    lasting: bool
    reason: str
    rules_version: str
    excludes: bool = False
    corrected: dict[str, str] | None = None


async def record(casebook: AsyncConnection, adjustment: Adjustment, *, now: datetime) -> bool:
    """Keep an adjustment, once for each decision; tell whether it is new. The round need not be scored yet."""
    added = await casebook.execute(
        upsert(score_adjustments)
        .values(adjusted_at=now, **vars(adjustment))
        .on_conflict_do_nothing(index_elements=["source", "source_number"])
        .returning(score_adjustments.c.adjustment_id)
    )
    if added.first() is None:
        return False
    details = {"source": adjustment.source, "source_number": adjustment.source_number, "unit": adjustment.unit}
    points = str(adjustment.points)
    ids = {"request_id": adjustment.request_id, "points": points}
    await audit.note(casebook, "score_adjusted", actor="engine", now=now, **ids, **details)
    return True


async def of_requests(casebook: AsyncConnection, request_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return what was decided beside the scores of these requests, oldest first."""
    mine = score_adjustments.c.request_id.in_(list(request_ids))
    rows = await casebook.execute(select(score_adjustments).where(mine).order_by(score_adjustments.c.adjustment_id))
    return [dict(row) for row in rows.mappings()]


def counting(score: dict[str, Any], adjustments: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the adjustments that count with the score of a round: of its unit, of that round, lasting ones before."""
    return [
        each
        for each in adjustments
        if each["unit"] == score["unit"]
        and (each["round"] == score["round"] or (each["lasting"] and each["round"] < score["round"]))
    ]


def effective(score: dict[str, Any], adjustments: Iterable[dict[str, Any]]) -> Decimal:
    """Return what a score comes to (0 to 100) with the adjustments that count."""
    total: Decimal = score["score"] + sum((each["points"] for each in counting(score, adjustments)), Decimal(0))
    return max(LOWEST, min(HIGHEST, total))


def excluded_by(score: dict[str, Any], adjustments: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the decision by which a score counts nowhere, or None."""
    return next((each for each in counting(score, adjustments) if each["excludes"]), None)


def effective_score(of: FromClause, *, known_at: datetime | None = None) -> ColumnElement[Decimal]:
    """Return the same as a column, for the rows of `of`, which has the columns of `scores`; as known at an instant."""
    table = score_adjustments.c
    of_round = (table.round == of.c.round) | (table.lasting & (table.round < of.c.round))
    mine = (table.request_id == of.c.request_id) & (table.unit == of.c.unit) & of_round & _known(known_at)
    moved = select(func.coalesce(func.sum(table.points), 0)).where(mine).correlate(of).scalar_subquery()
    return func.greatest(LOWEST, func.least(HIGHEST, of.c.score + moved))


def is_excluded(of: FromClause, *, known_at: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition that a score counts nowhere, for the rows of `of`; as known at an instant."""
    table = score_adjustments.c
    mine = (table.request_id == of.c.request_id) & (table.unit == of.c.unit) & (table.round == of.c.round)
    return exists().where(mine, table.excludes, _known(known_at)).correlate(of)


def _known(at: datetime | None) -> ColumnElement[bool]:
    return true() if at is None else score_adjustments.c.adjusted_at <= at
