"""The score of each unit that responded in a round: lead and co-units, with facts, degrees and grounds.

`in_effect` is the one place from which rankings, tables and spreadsheets take what counts.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Subquery, select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import co_tasks, mutual_ratings, reporters, returns, score_adjustments, scores
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.round_facts import Round, UnitFacts
from casebook.schema import scores as rounds
from casebook.schema import unit_scores
from casebook.score_arithmetic import ASPECTS, chosen_facts
from casebook.score_rules import Rules


async def round_of(casebook: AsyncConnection, request_id: str, *, round_: int, lead: str, district: District) -> Round:
    """Return the rows of a round by which its units are judged."""
    tasks = await co_tasks.of_request(casebook, request_id)
    return Round(
        lead=lead,
        orders=await scores.conduct(casebook, request_id, round_=round_),
        tasks=[task for task in tasks if task["round"] == round_],
        ratings=await reporters.answers(casebook, request_id, round_=round_),
        reworked=await returns.reworked(casebook, request_id, round_=round_),
        several=district.same_matter.several_ratings,
        mutual=await mutual_ratings.of_round(casebook, request_id, round_=round_),
        unanswered=district.rating.mutual.unanswered,
        several_units=district.rating.mutual.several,
        asked=await reporters.somebody_asked(casebook, request_id, round_=round_),
    )


def row_of(judged: UnitFacts, *, shared: dict[str, str], rules: Rules) -> dict[str, Any]:
    """Return the row of one unit, without its round: its facts and grounds, and what the rules make of them."""
    counted = chosen_facts(judged.facts, shared, part=judged.part, rule=rules.co_unit)
    degrees = [
        {"aspect": aspect, "fact": fact, "degree": f"{rules.degree(aspect, fact):f}"}
        for aspect, fact in counted.items()
    ]
    return {
        "unit": judged.unit,
        "part": judged.part,
        **judged.facts,
        "degrees": degrees,
        "weights": {aspect: f"{rules.weights[aspect]:f}" for aspect in counted},
        "grounds": judged.grounds,
        "score": rules.score(counted),
        "rules_version": rules.version,
        "person": judged.person,
    }


async def record(casebook: AsyncConnection, rows: Iterable[dict[str, Any]]) -> None:
    """Keep the scores of a round's units; the same unit of the same round again changes nothing."""
    for row in rows:
        await casebook.execute(upsert(unit_scores).values(row).on_conflict_do_nothing())


async def of_request(casebook: AsyncConnection, request_id: str) -> list[dict[str, Any]]:
    """Return the scores of a request by round; `units` are the scores of the round's units, the lead first."""
    found = await casebook.execute(select(rounds).where(rounds.c.request_id == request_id).order_by(rounds.c.round))
    by_round = {row["round"]: dict(row) | {"units": []} for row in found.mappings()}
    mine = select(unit_scores).where(unit_scores.c.request_id == request_id)
    for unit in (await casebook.execute(mine.order_by(unit_scores.c.part.desc(), unit_scores.c.unit))).mappings():
        by_round[unit["round"]]["units"].append(dict(unit))
    return list(by_round.values())


def in_effect() -> Subquery:
    """Return every unit's score as it counts (`effective`), beside the score that the rules gave (`score`).

    Every round counts: a reopened matter was answered twice, and its first answer does not disappear.
    """
    columns = (unit_scores.c[name] for name in ("request_id", "round", "unit", "part", *ASPECTS))
    kept = (unit_scores.c[name] for name in ("score", "rules_version", "person", "scored_at"))
    return select(*columns, *kept, score_adjustments.effective_score(unit_scores).label("effective")).subquery(
        "in_effect"
    )
