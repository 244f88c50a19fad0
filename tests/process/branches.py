"""Every way through the dispatch, thought out anew: what people may do at each point, and what must follow.

It knows the district's rules and nothing of the models: returns are bounded, go to the own level's centre first and
then to arbitration; what a level cannot solve goes up one level; what is decided last cannot be returned.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

LEVELS = "ABCD"
CENTRES = {"A": "community_002003_centre", "B": "street_002_centre", "C": "district_centre", "D": "district_centre"}
RETURN_REASONS = ("not_ours", "wrong_place", "duplicate", "insufficient")
REPORT_UP_REASONS = ("beyond_power", "beyond_means")
CHOSEN = {"review": "street_002_order", "assignment": "street_002_urban", "arbitration": "street_002_service"}
RETURNS_MOST = 2


@dataclass(frozen=True, kw_only=True)
class Point:
    """Where a request stands: the one work order it waits for, and what led here."""

    kind: str
    unit: str
    level: str
    returns: int = 0
    final: bool = False
    asked_last: str = ""
    first_receiver: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What somebody answers at a point; `then` is None once the dispatch is over."""

    at: Point
    outcome: str
    details: dict[str, Any]
    then: Point | None


def _back(at: Point) -> Iterator[Step]:
    for reason in RETURN_REASONS if at.returns == 0 else RETURN_REASONS[:1]:
        bounded = at.returns < RETURNS_MOST
        kind = "review" if bounded else "arbitration"
        above = LEVELS[min(LEVELS.index(at.level) + 1, 3)]
        centre = CENTRES[at.level if bounded else above]
        then = replace(at, kind=kind, unit=centre, returns=at.returns + 1, final=not bounded, asked_last=at.unit)
        yield Step(at=at, outcome="returned", details={"reason_code": reason}, then=then)


def _up(at: Point) -> Iterator[Step]:
    for reason in REPORT_UP_REASONS if at.returns == 0 else REPORT_UP_REASONS[:1]:
        last = at.level == LEVELS[-1]
        level = at.level if last else LEVELS[LEVELS.index(at.level) + 1]
        kind = "arbitration" if last else "assignment"
        then = replace(at, kind=kind, unit=CENTRES[level], level=level, final=last, asked_last=at.unit)
        yield Step(at=at, outcome="cannot_solve", details={"reason_code": reason}, then=then)


def steps(at: Point) -> Iterator[Step]:
    """Yield everything that may be answered at a point."""
    if at.kind == "sign_in":
        yield Step(at=at, outcome="accepted", details={}, then=None)
        if not at.final:
            yield from _back(at)
            yield from _up(at)
        return
    chosen = CHOSEN[at.kind]
    first = at.first_receiver or chosen
    then = replace(at, kind="sign_in", unit=chosen, first_receiver=first)
    yield Step(at=at, outcome="assigned", details={"assigned_unit": chosen}, then=then)
    if at.kind == "review":
        yield Step(at=at, outcome="insisted", details={}, then=replace(then, unit=at.asked_last))


def ways(at: Point) -> Iterator[tuple[Step, ...]]:
    """Yield every way from a point to the end of the dispatch, reasons tried once for each point."""
    seen: set[tuple[str, Point | None]] = set()
    for step in steps(at):
        tried_before = (step.outcome, step.then) in seen
        seen.add((step.outcome, step.then))
        if step.then is None:
            yield (step,)
        elif tried_before:  # another reason leads to the same point: its shortest way is enough
            yield (step, *min(ways(step.then), key=len))
        else:
            yield from ((step, *rest) for rest in ways(step.then))
