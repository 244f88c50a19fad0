"""Gather what happened in a round into one coded fact for each of the four degrees.

The codes are the inputs of `rating_outcome.dmn`. From here on a rating of this round no longer
counts. Safe to run twice: it reads closed work orders and closes the invitation once.
"""

from datetime import datetime
from statistics import fmean
from typing import Any

from casebook import co_tasks, ratings, reporters, returns, scores
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "汇集评价事实"
SATISFACTION = {1: "dissatisfied", 2: "dissatisfied", 3: "neutral", 4: "satisfied", 5: "very_satisfied"}


class GatherFacts(Variables):
    """The request and its round."""

    request_id: str
    round: int


class Assessment(Variables):
    """One degree's aspect and the fact it will be judged by."""

    aspect: str
    fact: str


class FactsGathered(Variables):
    """One assessment for each of the four degrees."""

    assessments: list[Assessment]


async def gather_facts(
    read: GatherFacts, *, casebook: AsyncConnection, now: datetime, district: District
) -> FactsGathered:
    """Close the ratings and judge the round by its work orders and by what everybody who reported it says."""
    await ratings.close(casebook, read.request_id, round_=read.round, now=now)
    given = await reporters.answers(casebook, read.request_id, round_=read.round)
    orders = await scores.conduct(casebook, read.request_id, round_=read.round)
    tasks = [task for task in await co_tasks.of_request(casebook, read.request_id) if task["round"] == read.round]
    reworked = await returns.reworked(casebook, read.request_id, round_=read.round)
    facts = {
        "response": _response(orders),
        "cooperation": _cooperation(_of_kind(orders, "co_handling"), tasks=tasks),
        "completion": _completion(orders, reworked=reworked),
        "satisfaction": _satisfaction(given, rule=district.same_matter.several_ratings),
    }
    return FactsGathered(assessments=[Assessment(aspect=aspect, fact=fact) for aspect, fact in facts.items()])


def _of_kind(orders: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [order for order in orders if order["kind"] == kind and order["outcome"] != "recalled"]


def _late(orders: list[dict[str, Any]]) -> bool:
    return any(order["reported_at"] is None or order["reported_at"] > order["red_at"] for order in orders)


def _response(orders: list[dict[str, Any]]) -> str:
    """Judge the sign-in; where it took an arbitration, the response came, but late."""
    if _of_kind(orders, "arbitration"):
        return "late"
    asked = [*_of_kind(orders, "sign_in"), *_of_kind(orders, "city_report")]
    accepted = [order for order in asked if order["outcome"] == "accepted"]
    if accepted:
        return "late" if _late(accepted[-1:]) else "in_time"
    return "never"


def _cooperation(co_orders: list[dict[str, Any]], *, tasks: list[dict[str, Any]]) -> str:
    """Judge the co-units; one that was released, or ruled to be right in its disagreement, is not judged."""
    judged = [order for order in co_orders if order["outcome"] != "disagrees"]
    if any(task["ending"] == "not_in" for task in tasks):
        return "absent"
    if any(order["outcome"] == "not_possible" for order in judged):
        return "refused"
    if not judged:
        return "alone"
    return "late" if _late(judged) else "smooth"


def _completion(orders: list[dict[str, Any]], *, reworked: int) -> str:
    verifications = _of_kind(orders, "verification")
    if not verifications or verifications[-1]["outcome"] != "passed":
        return "unverified"
    if reworked:
        return "reworked"
    return "late" if _late(_of_kind(orders, "handling")) else "in_time"


def _satisfaction(given: list[dict[str, Any]], *, rule: str) -> str:
    """Judge by all who rated: the least content counts, or (`mean`) the average, rounded down, and half unresolved.

    Source of the rule: `several_ratings` under `[same_matter]` in `config/district.toml`.
    """
    if not given:
        return "not_rated"
    unresolved = sum(rating["resolved"] == "unresolved" for rating in given)
    stars = [rating["satisfaction"] for rating in given]
    if rule == "mean":
        return "unresolved" if 2 * unresolved >= len(given) else SATISFACTION[int(fmean(stars))]
    return "unresolved" if unresolved else SATISFACTION[min(stars)]
