"""How well the work was done in a period: the rates, and who stands where in the rankings."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from casebook import score_adjustments
from casebook.engine import AsyncConnection
from casebook.report_figures import HUNDREDTH, Quality, Rate, Reason, Standing, quotient
from casebook.report_known import LEAD, Known, judged, on_time
from casebook.report_periods import Name
from casebook.responsibility import ASKED_FIRST
from casebook.schema import ratings, requests, scores, work_orders


@dataclass(kw_only=True)
class Tally:
    """What one unit, or one street, has to show for the period."""

    on_time: int = 0
    judged: int = 0
    scored: int = 0
    points: Decimal = field(default_factory=Decimal)


async def quality(casebook: AsyncConnection, known: Known, *, reasons: Mapping[str, str]) -> Quality:
    """Return the rates of the period and of the one before; `reasons` are the words for why one was not content."""
    now, before = await _dispatched(casebook, known, "now"), await _dispatched(casebook, known, "before")
    rated = await _rated(casebook, known)
    score = last_scores(known)
    found = (await casebook.execute(select(func.count(), func.sum(score.c.score)))).one()
    return Quality(
        on_time=await _on_time(casebook, known, "now"),
        on_time_before=await _on_time(casebook, known, "before"),
        right_first_time=Rate(part=now["at_once"], whole=now["dispatched"]),
        right_first_time_before=Rate(part=before["at_once"], whole=before["dispatched"]),
        returned=Rate(part=now["returned"], whole=now["dispatched"]),
        returned_before=Rate(part=before["returned"], whole=before["dispatched"]),
        resolved=Rate(part=rated["resolved"], whole=rated["rated"]),
        rated=rated["rated"],
        satisfaction=quotient(rated["stars"] or 0, rated["starred"], to=HUNDREDTH),
        scored=found[0],
        score=quotient(found[1] or 0, found[0], to=HUNDREDTH),
        reasons=await _reasons(casebook, known, named=reasons),
    )


async def _reasons(casebook: AsyncConnection, known: Known, *, named: Mapping[str, str]) -> tuple[Reason, ...]:
    """Count why callers were not content, the most frequent first."""
    given, count = known.within(ratings.c.rated_at), func.count()
    rows = await casebook.execute(
        select(ratings.c.reason, count)
        .where(given, ratings.c.reason.is_not(None))
        .group_by(ratings.c.reason)
        .order_by(count.desc(), ratings.c.reason)
    )
    return tuple(Reason(name=named.get(row[0], row[0]), count=row[1]) for row in rows)


async def _on_time(casebook: AsyncConnection, known: Known, name: Name) -> Rate:
    orders, window = known.orders(), known.windows[name]
    rows = await casebook.execute(
        select(func.count().filter(on_time(orders, window)), func.count()).where(
            orders.c.kind == LEAD, judged(orders, window)
        )
    )
    part, whole = rows.one()
    return Rate(part=part, whole=whole)


async def _dispatched(casebook: AsyncConnection, known: Known, name: Name) -> Mapping[str, int]:
    """Count requests that came in a stretch and that a unit has accepted: asked once, or given back on the way."""
    order = work_orders.c
    outcomes = func.array_agg(aggregate_order_by(order.outcome, order.work_order_id))
    asked = (
        select(outcomes.label("outcomes"))
        .join(requests, requests.c.request_id == order.request_id)
        .where(order.kind.in_(ASKED_FIRST), order.reported_at <= known.as_of)
        .where(known.taken_in(), known.within(requests.c.received_at, name))
        .group_by(order.request_id)
        .having(func.bool_or(order.outcome == "accepted"))
        .subquery()
    )
    rows = await casebook.execute(
        select(
            func.count().label("dispatched"),
            func.count().filter(asked.c.outcomes[1] == "accepted").label("at_once"),
            func.count().filter(literal("returned") == func.any(asked.c.outcomes)).label("returned"),
        ).select_from(asked)
    )
    return {key: int(value) for key, value in rows.mappings().one().items()}


async def _rated(casebook: AsyncConnection, known: Known) -> Mapping[str, Any]:
    rows = await casebook.execute(
        select(
            func.count().label("rated"),
            func.count().filter(ratings.c.resolved == "resolved").label("resolved"),
            func.count(ratings.c.satisfaction).label("starred"),
            func.sum(ratings.c.satisfaction).label("stars"),
        ).where(known.within(ratings.c.rated_at))
    )
    return dict(rows.mappings().one())


def last_scores(known: Known) -> Subquery:
    """Return the last score of each request that was scored in the period, as it then counted.

    What decisions had moved by then is moved; a last score that a decision had excluded leaves its request without one.
    """
    request = scores.c.request_id
    newest = select(request, scores.c.unit, scores.c.round, scores.c.score).ext(distinct_on(request))
    of = newest.where(known.within(scores.c.scored_at)).order_by(request, scores.c.round.desc()).subquery("newest")
    counted = score_adjustments.effective_score(of, known_at=known.as_of)
    counts = ~score_adjustments.is_excluded(of, known_at=known.as_of)
    return select(of.c.request_id, of.c.unit, counted.label("score")).where(counts).subquery("last")


async def tallies(
    casebook: AsyncConnection, known: Known, *, street: Callable[[str], str]
) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """Return what each unit, and each street, has to show."""
    units: dict[str, Tally] = defaultdict(Tally)
    streets: dict[str, Tally] = defaultdict(Tally)
    orders, last = known.orders(), last_scores(known)
    kept = select(orders.c.unit, requests.c.community, *_punctual(orders, known)).join(
        requests, requests.c.request_id == orders.c.request_id
    )
    kept = kept.where(orders.c.kind == LEAD, judged(orders, known.now))
    for row in await casebook.execute(kept.group_by(orders.c.unit, requests.c.community)):
        for tally in (units[row.unit], streets[street(row.community)]):
            tally.on_time += row.on_time
            tally.judged += row.judged
    given = select(
        last.c.unit, requests.c.community, func.count().label("scored"), func.sum(last.c.score).label("points")
    )
    given = given.join(requests, requests.c.request_id == last.c.request_id)
    for row in await casebook.execute(given.group_by(last.c.unit, requests.c.community)):
        for tally in (units[row.unit], streets[street(row.community)]):
            tally.scored += row.scored
            tally.points += row.points
    return units, streets


def _punctual(orders: Subquery, known: Known) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.count().filter(on_time(orders, known.now)).label("on_time"), func.count().label("judged")


def ranked(tallied: Mapping[str, Tally], *, named: Mapping[str, str], least: int) -> tuple[Standing, ...]:
    """Return who has at least so many judged orders, best first: by rate, then by mean score, then by number."""
    found = [
        Standing(
            code=code,
            name=named.get(code, code),
            on_time=Rate(part=tally.on_time, whole=tally.judged),
            scored=tally.scored,
            score=quotient(tally.points, tally.scored, to=HUNDREDTH),
        )
        for code, tally in tallied.items()
        if tally.judged >= least
    ]
    return tuple(sorted(found, key=_place))


def _place(standing: Standing) -> tuple[Decimal, Decimal, int, str]:
    rate = Decimal(standing.on_time.part) / standing.on_time.whole
    return -rate, -(standing.score or Decimal(0)), -standing.on_time.whole, standing.code
