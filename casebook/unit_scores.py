"""The score of each unit that responded in a round: lead and co-units, with facts, degrees and grounds.

`in_effect` is the one place from which rankings, tables and spreadsheets take what counts.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, Subquery, and_, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import co_tasks, mutual_ratings, reporters, returns, score_adjustments, scores
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.round_facts import Round, UnitFacts
from casebook.schema import score_adjustments as adjustments
from casebook.schema import scores as rounds
from casebook.schema import unit_scores
from casebook.score_arithmetic import ASPECTS, chosen_facts
from casebook.score_rules import Rules


async def round_of(casebook: AsyncConnection, request_id: str, *, round_: int, lead: str, district: District) -> Round:
    """Return the rows of a round by which its units are judged."""
    tasks = await co_tasks.of_request(casebook, request_id)
    invitations = await reporters.everyone(casebook, request_id, round_=round_)
    return Round(
        lead=lead,
        orders=await scores.conduct(casebook, request_id, round_=round_),
        tasks=[task for task in tasks if task["round"] == round_],
        ratings=reporters.answers(invitations),
        reworked=await returns.reworked(casebook, request_id, round_=round_),
        several=district.same_matter.several_ratings,
        mutual=await mutual_ratings.of_round(casebook, request_id, round_=round_),
        unanswered=district.rating.mutual.unanswered,
        several_units=district.rating.mutual.several,
        asked=reporters.somebody_asked(invitations),
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


async def get(casebook: AsyncConnection, request_id: str, *, round_: int, unit: str) -> dict[str, Any]:
    """Return the score of one unit and round; RejectedInput when there is none."""
    mine = (unit_scores.c.request_id == request_id) & (unit_scores.c.round == round_) & (unit_scores.c.unit == unit)
    row = (await casebook.execute(select(unit_scores).where(mine))).mappings().one_or_none()
    if row is None:
        raise RejectedInput(f"单位 {unit} 在诉求 {request_id} 第 {round_} 轮没有得分。请核对后重试。")
    return dict(row)


def in_effect() -> Subquery:
    """Return every unit's score as it counts (`effective`), beside the score that the rules gave (`score`).

    Its facts are those that count: what an appeal corrected is corrected (`corrected` names it), and `by_facts` is what
    the rules make of them. Every round counts: a reopened matter was answered twice, and its first answer does not
    disappear. What a decision excludes is not here (`excluded`).
    """
    return _scores().where(~score_adjustments.is_excluded(unit_scores)).subquery("in_effect")


def excluded() -> Subquery:
    """Return the scores that a decision excludes from every ranking, with the same columns as `in_effect`."""
    return _scores().where(score_adjustments.is_excluded(unit_scores)).subquery("excluded")


def all_scores() -> Subquery:
    """Return both, for who looks at single scores and not at a ranking."""
    return _scores().subquery("all_scores")


def _scores() -> Select[Any]:
    appealed = adjustments.alias("appealed")
    same = (appealed.c[name] == unit_scores.c[name] for name in ("request_id", "round", "unit"))
    facts = (func.coalesce(appealed.c.corrected[name].astext, unit_scores.c[name]).label(name) for name in ASPECTS)
    kept = (unit_scores.c[name] for name in ("score", "rules_version", "person", "scored_at"))
    return select(
        *(unit_scores.c[name] for name in ("request_id", "round", "unit", "part")),
        *facts,
        *kept,
        appealed.c.corrected,
        (unit_scores.c.score + func.coalesce(appealed.c.points, 0)).label("by_facts"),
        score_adjustments.effective_score(unit_scores).label("effective"),
    ).select_from(unit_scores.outerjoin(appealed, and_(*same, appealed.c.corrected.is_not(None))))
