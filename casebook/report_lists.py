"""The lists of a report: yellow and red lights, typical cases chosen by rule, what else was counted."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select, true

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.report_counts import Names, trio
from casebook.report_figures import TENTH, LateOrder, Lights, Trio, TypicalCase, quotient
from casebook.report_known import Known, open_at_end, stretch_of
from casebook.report_quality import last_scores
from casebook.schema import (
    enforcement_calls,
    extensions,
    inspections,
    lights,
    requests,
    returns,
    supervision_orders,
)

SECONDS_A_DAY, SECONDS_AN_HOUR = 86_400, 3600
GOOD, SLOW, RETURNED = "办得好", "办得慢", "退得多"
RETURNS_LEAST = 2


async def lit(casebook: AsyncConnection, known: Known, *, called: Names, district: District) -> Lights:
    """Return how many lights were lit, and which orders stand on yellow or red at the end of the period."""
    raised = {name: await _raised(casebook, known, name) for name in ("yellow", "red")}
    orders, ends = known.orders(), known.now.ends
    red = orders.c.red_at <= ends
    yellow = (orders.c.yellow_at <= ends) & ~red
    still = open_at_end(orders, known.now)
    counted = await casebook.execute(select(func.count().filter(yellow), func.count().filter(red)).where(still))
    yellow_open, red_open = counted.one()
    listed = {}
    for name, lights_up in (("yellow", yellow), ("red", red)):
        rows = (
            select(orders, requests.c.category)
            .join(requests, requests.c.request_id == orders.c.request_id)
            .where(still, lights_up)
            .order_by(orders.c.red_at, orders.c.work_order_id)
            .limit(district.reports.lists_most)
        )
        found = (await casebook.execute(rows)).mappings()
        listed[name] = tuple(_late(row, called, district=district, ends=ends) for row in found)
    return Lights(
        yellow=raised["yellow"],
        red=raised["red"],
        yellow_open=yellow_open,
        red_open=red_open,
        yellow_list=listed["yellow"],
        red_list=listed["red"],
    )


def _late(row: RowMapping, called: Names, *, district: District, ends: datetime) -> LateOrder:
    hours = int(abs((ends - row["red_at"]).total_seconds()) // SECONDS_AN_HOUR)
    return LateOrder(
        work_order_id=row["work_order_id"],
        kind=district.kinds.get(row["kind"], row["kind"]),
        category=_matter(row["category"], district),
        unit=called.units.get(row["unit"], row["unit"]),
        due_at=row["red_at"].astimezone(district.zone),
        hours=hours,
    )


async def _raised(casebook: AsyncConnection, known: Known, light: str) -> Trio:
    at, stretch = lights.c.raised_at, stretch_of(lights.c.raised_at, known)
    each = select(stretch, lights.c.work_order_id).where(lights.c.light == light, known.within_any(at)).subquery()
    orders = func.count(each.c.work_order_id.distinct())
    return trio(
        {row[0]: row[1] for row in await casebook.execute(select(each.c.stretch, orders).group_by(each.c.stretch))}
    )


async def happenings(casebook: AsyncConnection, known: Known) -> dict[str, Trio]:
    """Return how often inspectors, forces and those who extend deadlines had to act."""
    calls = enforcement_calls.c
    counted = {
        "supervision_orders": select(stretch_of(supervision_orders.c.ordered_at, known)).where(
            known.within_any(supervision_orders.c.ordered_at)
        ),
        "inspections": select(stretch_of(inspections.c.pushed_at, known)).where(
            known.within_any(inspections.c.pushed_at)
        ),
        "extensions": select(stretch_of(extensions.c.decided_at, known)).where(
            known.within_any(extensions.c.decided_at), extensions.c.granted.is_(True)
        ),
        "enforcement_calls": select(stretch_of(calls.called_at, known)).where(known.within_any(calls.called_at)),
    }
    return {name: await _counted(casebook, statement) for name, statement in counted.items()}


async def _counted(casebook: AsyncConnection, statement: Select[Any]) -> Trio:
    each = statement.subquery()
    rows = await casebook.execute(select(each.c.stretch, func.count()).group_by(each.c.stretch))
    return trio({row[0]: row[1] for row in rows})


async def typical_cases(
    casebook: AsyncConnection, known: Known, *, called: Names, district: District
) -> tuple[TypicalCase, ...]:
    """Return the cases that the rules choose: best scored, longest on the way, most often given back.

    Ties are decided by the shorter way and then by the number, so that the choice is the same each time.
    """
    most = district.reports.cases_each
    found: list[TypicalCase] = []
    for why, statement in (
        (GOOD, _closed(known, scored=True)),
        (SLOW, _closed(known, scored=False)),
        (RETURNED, _given_back(known)),
    ):
        for row in (await casebook.execute(statement.limit(most))).mappings():
            if row["request_id"] not in {case.request_id for case in found}:
                found.append(_case(why, row, called=called, district=district))
    return tuple(found)


def _columns(known: Known) -> tuple[Select[Any], ColumnElement[Any], ColumnElement[Any]]:
    lead, last = known.lead_order(), last_scores(known)
    seconds = func.extract("epoch", requests.c.closed_at - requests.c.received_at)
    chosen = (
        select(
            requests.c.request_id,
            requests.c.category,
            requests.c.community,
            func.coalesce(lead.c.unit, "").label("unit"),
            seconds.label("seconds"),
            last.c.score,
        )
        .select_from(requests)
        .outerjoin(lead, true())
        .outerjoin(last, last.c.request_id == requests.c.request_id)
        .where(known.taken_in(), known.within(requests.c.closed_at), requests.c.closed_at >= requests.c.received_at)
    )
    return chosen, seconds, last.c.score


def _closed(known: Known, *, scored: bool) -> Select[Any]:
    chosen, seconds, score = _columns(known)
    if scored:
        return chosen.where(score.is_not(None)).order_by(score.desc(), seconds, requests.c.request_id)
    return chosen.order_by(seconds.desc(), requests.c.request_id)


def _given_back(known: Known) -> Select[Any]:
    chosen, seconds, _ = _columns(known)
    back = select(returns.c.request_id, func.count().label("times")).where(returns.c.recorded_at <= known.as_of)
    counted = back.group_by(returns.c.request_id).subquery("back")
    often = chosen.join(counted, counted.c.request_id == requests.c.request_id).add_columns(counted.c.times)
    return often.where(counted.c.times >= RETURNS_LEAST).order_by(
        counted.c.times.desc(), seconds, requests.c.request_id
    )


def _case(why: str, row: RowMapping, *, called: Names, district: District) -> TypicalCase:
    return TypicalCase(
        why=why,
        request_id=row["request_id"],
        category=_matter(row["category"], district),
        community=called.places.get(called.street(row["community"]), "")
        + called.places.get(row["community"], row["community"]),
        unit=called.units.get(row["unit"], row["unit"]),
        days=quotient(Decimal(row["seconds"]), SECONDS_A_DAY, to=TENTH) or Decimal(0),
        score=row["score"],
        times=row.get("times", 0),
    )


def _matter(category: str, district: District) -> str:
    return district.catalogue[category].name if category in district.catalogue else category
