"""What happened in a round, as one coded fact for each degree, of the lead and of each co-unit; with the grounds.

Pure: it judges the rows of work orders, co-tasks and the ratings that it is handed. The codes are the inputs of
`rating_outcome.dmn`; the words for them are `words.FACTS`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from casebook import mutual_facts
from casebook.score_arithmetic import CO_UNIT, LEAD

Row = dict[str, Any]
SATISFACTION = {1: "dissatisfied", 2: "dissatisfied", 3: "neutral", 4: "satisfied", 5: "very_satisfied"}
NOT_JUDGED = frozenset({"released", "ruled_out", "withdrawn"})


@dataclass(frozen=True, kw_only=True)
class Round:
    """The rows of one round: closed work orders with the red light in force, co-tasks, ratings, its reworks.

    `several`: what several ratings come to, `lowest` or `mean` (`[same_matter]` in `config/district.toml`).
    `asked`: whether there was anybody to ask. `mutual`: what lead and co-units say of each other; `unanswered` and
    `several_units` are the rules for it (`[mutual]` in `config/rating.toml`).
    """

    lead: str
    orders: list[Row]
    tasks: list[Row]
    ratings: list[Row]
    reworked: int
    several: str = "lowest"
    asked: bool = True
    mutual: list[Row] = field(default_factory=list)
    unanswered: str = "good"
    several_units: str = "lowest"


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    """What one unit did: a code for each aspect, and the rows it rests on. `person`: who signed its last report."""

    unit: str
    part: str
    facts: dict[str, str]
    grounds: dict[str, list[Row]]
    person: str | None


def of_units(round_: Round) -> list[UnitFacts]:
    """Return the facts of everybody who responded: the lead first, then each co-unit by its code.

    A co-unit that was released, ruled out or withdrawn is not judged.
    """
    judged = _judged_co_units(round_)
    return [of_lead(round_), *(_of_co_unit(unit, judged[unit], round_=round_) for unit in sorted(judged))]


def _judged_co_units(round_: Round) -> dict[str, list[Row]]:
    judged: dict[str, list[Row]] = {}
    for task in round_.tasks:
        if task["ending"] not in NOT_JUDGED and task["unit"] != round_.lead:
            judged.setdefault(task["unit"], []).append(task)
    return judged


def of_lead(round_: Round) -> UnitFacts:
    """Return the facts of the lead, which are the round's: callers rate what came of it as a whole."""
    judged = {
        "response": _response(round_.orders),
        "cooperation": _marked(_cooperation(round_), round_, about=round_.lead, by=_judged_co_units(round_)),
        "completion": _completion(round_.orders, reworked=round_.reworked),
        "satisfaction": _satisfaction(round_),
    }
    return _unit_facts(round_.lead, LEAD, judged=judged, orders=of_kind(round_.orders, "handling"))


def of_kind(orders: Iterable[Row], *kinds: str) -> list[Row]:
    """Return the work orders of some kinds that were not taken back."""
    return [order for order in orders if order["kind"] in kinds and order["outcome"] != "recalled"]


def satisfaction(ratings: list[Row], *, several: str) -> str:
    """Return what the callers said; silence is its own answer.

    The least content counts, or (`mean`) the average, rounded down, and half unresolved.
    """
    given = [rating for rating in ratings if rating["rated_at"]]
    if not given:
        return "not_rated"
    unresolved = sum(rating["resolved"] == "unresolved" for rating in given)
    stars = [rating["satisfaction"] for rating in given]
    if several == "mean":
        return "unresolved" if 2 * unresolved >= len(given) else SATISFACTION[int(fmean(stars))]
    return "unresolved" if unresolved else SATISFACTION[min(stars)]


def _satisfaction(round_: Round) -> tuple[str, list[Row]]:
    fact = satisfaction(round_.ratings, several=round_.several) if round_.asked else "not_asked"
    return fact, _rating_grounds(round_.ratings)


def _unit_facts(unit: str, part: str, *, judged: dict[str, tuple[str, list[Row]]], orders: list[Row]) -> UnitFacts:
    signed = [order["person"] for order in orders if order["person"] and order["person"] != order["unit"]]
    return UnitFacts(
        unit=unit,
        part=part,
        facts={aspect: fact for aspect, (fact, _) in judged.items()},
        grounds={aspect: grounds for aspect, (_, grounds) in judged.items()},
        person=signed[-1] if signed else None,
    )


def _late(orders: Iterable[Row]) -> bool:
    """Tell whether one was not reported, or after its red light; at the instant itself is in time."""
    return any(order["reported_at"] is None or order["reported_at"] > order["red_at"] for order in orders)


def _response(orders: list[Row]) -> tuple[str, list[Row]]:
    """Judge the sign-in; where it took an arbitration, the response came, but late."""
    arbitrated = of_kind(orders, "arbitration")
    if arbitrated:
        return "late", _order_grounds(arbitrated)
    asked = [*of_kind(orders, "sign_in"), *of_kind(orders, "city_report")]
    accepted = [order for order in asked if order["outcome"] == "accepted"][-1:]
    if accepted:
        return "late" if _late(accepted) else "in_time", _order_grounds(accepted)
    return "never", _order_grounds(asked)


def _cooperation(round_: Round) -> tuple[str, list[Row]]:
    """Judge the co-units together; one that was released, or ruled to be right in its disagreement, is not judged."""
    judged = [order for order in of_kind(round_.orders, "co_handling") if order["outcome"] != "disagrees"]
    absent = [{"co_task_id": task["co_task_id"]} for task in round_.tasks if task["ending"] == "not_in"]
    if absent:
        return "absent", absent
    refused = [order for order in judged if order["outcome"] == "not_possible"]
    if refused:
        return "refused", _order_grounds(refused)
    if not judged:
        return "alone", []
    return "late" if _late(judged) else "smooth", _order_grounds(judged)


def _marked(conduct: tuple[str, list[Row]], round_: Round, *, about: str, by: Iterable[str]) -> tuple[str, list[Row]]:
    """Add what the units of the other side say of a unit."""
    said = mutual_facts.last_said(round_.mutual, about=about, by=by)
    return mutual_facts.with_marks(conduct, said, unanswered=round_.unanswered, several=round_.several_units)


def _completion(orders: list[Row], *, reworked: int) -> tuple[str, list[Row]]:
    verifications = of_kind(orders, "verification")[-1:]
    handled = of_kind(orders, "handling")
    if not verifications or verifications[0]["outcome"] != "passed":
        return "unverified", _order_grounds(verifications)
    if reworked:
        return "reworked", _order_grounds([*handled, *verifications])
    return "late" if _late(handled) else "in_time", _order_grounds([*handled, *verifications])


def _of_co_unit(unit: str, tasks: list[Row], *, round_: Round) -> UnitFacts:
    numbers = {task["co_task_id"] for task in tasks}
    about = [order for order in of_kind(round_.orders, "co_handling") if order["about"] in numbers]
    orders = [order for order in about if order["unit"] == unit] or about[-1:]
    done = [order for order in orders if order["outcome"] != "disagrees"]
    missing = [{"co_task_id": task["co_task_id"]} for task in tasks if task["ending"] == "not_in"]
    first = orders[:1]
    answered = [order for order in first if order["reported_at"] is not None]
    response = ("late" if _late(answered) else "in_time") if answered else "never"
    judged = {
        "response": (response, _order_grounds(answered) or missing),
        "cooperation": _marked(_own_cooperation(done, missing=missing), round_, about=unit, by=(round_.lead,)),
        "completion": _own_completion(done, missing=missing),
        "satisfaction": _satisfaction(round_),
    }
    return _unit_facts(unit, CO_UNIT, judged=judged, orders=orders)


def _own_cooperation(orders: list[Row], *, missing: list[Row]) -> tuple[str, list[Row]]:
    if missing or not orders:
        return "absent", missing
    refused = [order for order in orders if order["outcome"] == "not_possible"]
    if refused:
        return "refused", _order_grounds(refused)
    return "late" if _late(orders) else "smooth", _order_grounds(orders)


def _own_completion(orders: list[Row], *, missing: list[Row]) -> tuple[str, list[Row]]:
    """Judge a co-unit's own report; whether the whole was verified is the lead's completion."""
    if missing or not orders or orders[-1]["outcome"] != "done":
        return "unverified", _order_grounds(orders) or missing
    return "late" if _late(orders[-1:]) else "in_time", _order_grounds(orders[-1:])


def _order_grounds(orders: list[Row]) -> list[Row]:
    return [
        {
            "work_order_id": order["work_order_id"],
            "kind": order["kind"],
            "outcome": order["outcome"],
            "red_at": _instant(order["red_at"]),
            "reported_at": _instant(order["reported_at"]),
        }
        for order in orders
    ]


def _rating_grounds(ratings: list[Row]) -> list[Row]:
    given = (rating for rating in ratings if rating["rated_at"])
    return [{"rating_id": rating["rating_id"], "rated_at": _instant(rating["rated_at"])} for rating in given]


def _instant(at: Any) -> str | None:
    return at.isoformat() if at is not None else None
