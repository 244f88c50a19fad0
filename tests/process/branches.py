"""Every way through the dispatch, thought out anew: what people may do at each point, and what must follow.

It knows the district's rules and nothing of the models: returns are bounded, go to the own level's centre first and
then to arbitration; what a level cannot solve goes up one level and at last to the city, which may refuse it once;
the last word cannot be returned.
"""

from collections import deque
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
    refused: bool = False


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
        level = at.level if at.refused else LEVELS[LEVELS.index(at.level) + 1]
        kind = "arbitration" if at.refused else "city_report" if level == "D" else "assignment"
        then = replace(at, kind=kind, unit=CENTRES[level], level=level, final=at.refused, asked_last=at.unit)
        yield Step(at=at, outcome="cannot_solve", details={"reason_code": reason}, then=then)


def steps(at: Point) -> Iterator[Step]:
    """Yield everything that may be answered at a point."""
    if at.kind == "sign_in":
        yield Step(at=at, outcome="accepted", details={}, then=None)
        if not at.final:
            yield from _back(at)
            yield from _up(at)
        return
    if at.kind == "city_report":
        yield Step(at=at, outcome="accepted", details={}, then=None)
        back = replace(at, kind="assignment", level="C", unit=CENTRES["C"], refused=True)
        yield Step(at=at, outcome="refused", details={}, then=back)
        return
    chosen = CHOSEN[at.kind]
    first = at.first_receiver or chosen
    then = replace(at, kind="sign_in", unit=chosen, first_receiver=first)
    yield Step(at=at, outcome="assigned", details={"assigned_unit": chosen}, then=then)
    if at.kind == "review":
        yield Step(at=at, outcome="insisted", details={}, then=replace(then, unit=at.asked_last))


def ways(begin: Point) -> list[tuple[Step, ...]]:
    """Return ways that together take every step from every point that can be reached.

    A point is all that decides what may follow, so a step needs to be taken from it once, however it was reached.
    """
    reached = _shortest_ways_to(begin)
    taken: set[tuple[Point, str, str]] = set()
    found = []
    for point in sorted(reached, key=lambda point: -len(reached[point])):  # the longest ways take others' steps along
        for step in steps(point):
            if _name(step) not in taken:
                way = (*reached[point], step, *_shortest_way_out(step.then))
                taken |= {_name(each) for each in way}
                found.append(way)
    return found


def _name(step: Step) -> tuple[Point, str, str]:
    return step.at, step.outcome, str(step.details.get("reason_code"))


def _shortest_ways_to(begin: Point) -> dict[Point, tuple[Step, ...]]:
    reached: dict[Point, tuple[Step, ...]] = {begin: ()}
    waiting = deque([begin])
    while waiting:
        point = waiting.popleft()
        for step in steps(point):
            if step.then is not None and step.then not in reached:
                reached[step.then] = (*reached[point], step)
                waiting.append(step.then)
    return reached


def _shortest_way_out(point: Point | None) -> tuple[Step, ...]:
    if point is None:
        return ()
    step = next(iter(steps(point)))  # accept, or assign and accept then
    return (step, *_shortest_way_out(step.then))
