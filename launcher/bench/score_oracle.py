"""A second opinion on scores: written from the published rules alone, in whole numbers, sharing no code with them.

Degrees as `rating_outcome.dmn` says them today, in hundredths; weights in percent; a co-unit's response, cooperation
and completion are its own, its satisfaction is the matter's. What lead and co-units say of each other takes off where
something is left: of several the worst counts, silence takes nothing.
"""

from typing import Any

STARS = {1: 20, 2: 20, 3: 60, 4: 85, 5: 100}
PERCENT = (10, 20, 30, 40)
SAID = {100: {"good": 100, "fair": 90, "poor": 60}, 60: {"good": 60, "fair": 50, "poor": 30}}
NOT_JUDGED = ("released", "ruled_out", "withdrawn")


def expected_scores(
    lead: str, orders: list[dict[str, Any]], *, percent: tuple[int, ...] = PERCENT, **rest: Any
) -> dict[str, int]:
    """Return the score in hundredths of every unit that must have one: `tasks`, `ratings`, `reworked` as in a round.

    Percent times degree is exact in whole numbers: nothing has to be rounded.
    """
    degrees = _degrees(lead, orders, **rest)
    return {unit: sum(part * each for part, each in zip(percent, degrees[unit], strict=True)) for unit in degrees}


def _degrees(lead: str, orders: list[dict[str, Any]], **rest: Any) -> dict[str, tuple[int, ...]]:
    live = [order for order in orders if order["outcome"] != "recalled"]
    caller = min((_caller(rating) for rating in rest["ratings"] if rating["rated_at"]), default=_caller(None))
    owed: dict[str, list[dict[str, Any]]] = {}
    for task in rest["tasks"]:
        if task["ending"] not in NOT_JUDGED and task["unit"] != lead:
            owed.setdefault(task["unit"], []).append(task)
    together = _said(_others(live, rest["tasks"]), rest["mutual"], about=lead, by=list(owed))
    found: dict[str, tuple[int, ...]] = {}
    found[lead] = (_sign_in(live), together, _lead_work(live, rest["reworked"]), caller)
    for unit, tasks in owed.items():
        response, cooperation, completion = _co_unit(live, unit, tasks=tasks)
        found[unit] = (response, _said(cooperation, rest["mutual"], about=unit, by=[lead]), completion, caller)
    return found


def _said(degree: int, mutual: list[dict[str, Any]], *, about: str, by: list[str]) -> int:
    latest: dict[str, dict[str, Any]] = {}
    for row in mutual:
        earlier = latest.get(row["by_unit"])
        if (
            row["about_unit"] == about
            and row["by_unit"] in by
            and (not earlier or earlier["rated_at"] < row["rated_at"])
        ):
            latest[row["by_unit"]] = row
    return min((SAID.get(degree, {}).get(row["outcome"], degree) for row in latest.values()), default=degree)


def _is_late(order: dict[str, Any]) -> bool:
    return bool(order["reported_at"] > order["red_at"])


def _sign_in(live: list[dict[str, Any]]) -> int:
    if any(order["kind"] == "arbitration" for order in live):
        return 60
    for kind in ("city_report", "sign_in"):
        taken = [order for order in live if order["kind"] == kind and order["outcome"] == "accepted"]
        if taken:
            return 60 if _is_late(taken[-1]) else 100
    return 0


def _others(live: list[dict[str, Any]], tasks: list[dict[str, Any]]) -> int:
    answers = [order for order in live if order["kind"] == "co_handling" and order["outcome"] != "disagrees"]
    if any(task["ending"] == "not_in" for task in tasks) or any(each["outcome"] == "not_possible" for each in answers):
        return 0
    return 60 if any(map(_is_late, answers)) else 100


def _lead_work(live: list[dict[str, Any]], reworked: int) -> int:
    verdicts = [order["outcome"] for order in live if order["kind"] == "verification"]
    if verdicts[-1:] != ["passed"]:
        return 0
    if reworked:
        return 70
    return 60 if any(_is_late(order) for order in live if order["kind"] == "handling") else 100


def _co_unit(live: list[dict[str, Any]], unit: str, *, tasks: list[dict[str, Any]]) -> tuple[int, int, int]:
    names = [task["co_task_id"] for task in tasks]
    mine = [order for order in live if order["about"] in names and order["unit"] == unit]
    response = (60 if _is_late(mine[0]) else 100) if mine else 0
    work = [order for order in mine if order["outcome"] != "disagrees"]
    if not work or any(task["ending"] == "not_in" for task in tasks):
        return response, 0, 0
    if any(order["outcome"] == "not_possible" for order in work):
        return response, 0, 0 if work[-1]["outcome"] != "done" else 60 if _is_late(work[-1]) else 100
    return response, 60 if any(map(_is_late, work)) else 100, 60 if _is_late(work[-1]) else 100


def _caller(rating: dict[str, Any] | None) -> int:
    if not rating or not rating["rated_at"]:
        return 80
    return 0 if rating["resolved"] == "unresolved" else STARS[rating["satisfaction"]]
