"""The district in numbers: what a run, a day or a month looked like."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from casebook import enforcement_calls, inspection_list, messages, requests, scores
from casebook.engine import AsyncConnection
from casebook.newest import deadlines_in_force, unit_name
from casebook.responsibility import ASKED_FIRST
from casebook.schema import enforcement_calls as calls
from casebook.schema import extensions, inspections, lights, reopenings, returns, units, work_orders
from casebook.schema import requests as register


async def summary(casebook: AsyncConnection) -> dict[str, Any]:
    """Return the books and what happened on the way; yellow and red count work orders."""
    levels = dict.fromkeys("ABCD", 0)
    rows = await casebook.execute(
        select(register.c.level, func.count()).where(register.c.level.is_not(None)).group_by(register.c.level)
    )
    levels |= {row[0]: row[1] for row in rows}
    return {
        **await requests.account(casebook),
        "by_level": levels,
        "yellow": await _orders_with(casebook, "yellow"),
        "red": await _orders_with(casebook, "red"),
        "pushed_to_inspection": await _count(casebook, select(inspections)),
        "inspections": await inspection_list.counts(casebook),
        "returned": await _count(casebook, select(returns)),
        "arbitrated": await _count(casebook, select(returns).where(returns.c.arbitration)),
        "extended": await _count(casebook, select(extensions).where(extensions.c.granted.is_(True))),
        "reopened": await _count(casebook, select(reopenings)),
        "dispatch": await dispatch_quality(casebook),
        "sms": await _sms(casebook),
        **await scores.summary(casebook),
    }


async def arrivals(casebook: AsyncConnection, *, street: str) -> list[dict[str, Any]]:
    """Return how the forces posted at a street answered its calls: one row for each force that was called.

    In time means before the red light of that step. Calls that were taken back do not count.
    """
    in_time = {kind: _in_time(kind) for kind in (enforcement_calls.CONFIRMATION, enforcement_calls.ARRIVAL)}
    of_street = select(units.c.code).where(units.c.area == street)
    minutes = func.extract("epoch", calls.c.arrived_at - calls.c.called_at) / 60
    rows = await casebook.execute(
        select(
            calls.c.force,
            unit_name(calls.c.force),
            func.count().label("called"),
            func.count().filter(in_time[enforcement_calls.CONFIRMATION]).label("confirmed_in_time"),
            func.count(calls.c.arrived_at).label("arrived"),
            func.count()
            .filter(in_time[enforcement_calls.ARRIVAL], calls.c.arrived_at.is_not(None))
            .label("arrived_in_time"),
            func.count(calls.c.refused_at).label("refused"),
            func.count().filter(calls.c.far).label("far"),
            func.avg(minutes).label("mean_minutes"),
        )
        .where(calls.c.force.in_(of_street), calls.c.ending.is_distinct_from("recalled"))
        .group_by(calls.c.force)
        .order_by(calls.c.force)
    )
    return [dict(row) for row in rows.mappings()]


def _in_time(kind: str) -> ColumnElement[bool]:
    newest = deadlines_in_force()
    return (
        exists()
        .where(work_orders.c.about == calls.c.enforcement_id, work_orders.c.kind == kind)
        .where(work_orders.c.outcome != "declined", newest.c.work_order_id == work_orders.c.work_order_id)
        .where(work_orders.c.reported_at <= newest.c.red_at)
    )


async def dispatch_quality(casebook: AsyncConnection, *, since: datetime | None = None) -> dict[str, Any]:
    """Return how well requests found their unit, of those taken in since an instant that somebody has accepted.

    `right_first_time_rate` (准确派遣率): accepted by the first unit asked. `return_rate` (回退率): came back at least
    once. `mean_hops`: units asked to sign in, on average; 1 is perfect. None without a request to judge.
    """
    outcomes = func.array_agg(aggregate_order_by(work_orders.c.outcome, work_orders.c.work_order_id))
    asked = (
        select(work_orders.c.request_id, outcomes.label("outcomes"), func.count().label("hops"))
        .join(register, register.c.request_id == work_orders.c.request_id)
        .where(
            work_orders.c.kind.in_(ASKED_FIRST),
            literal(value=True) if since is None else register.c.taken_in_at >= since,
        )
        .group_by(work_orders.c.request_id)
        .having(func.bool_or(work_orders.c.outcome == "accepted"))
        .subquery()
    )
    at_once = asked.c.outcomes[1] == "accepted"
    came_back = literal("returned") == func.any(asked.c.outcomes)
    rows = await casebook.execute(
        select(
            func.count().label("dispatched"),
            func.avg(case((at_once, 1), else_=0)).label("right_first_time_rate"),
            func.avg(case((came_back, 1), else_=0)).label("return_rate"),
            func.avg(asked.c.hops).label("mean_hops"),
        ).select_from(asked)
    )
    found = dict(rows.mappings().one())
    return {
        name: value if value is None or name == "dispatched" else round(float(value), 3)
        for name, value in found.items()
    }


async def _orders_with(casebook: AsyncConnection, light: str) -> int:
    statement = select(func.count(lights.c.work_order_id.distinct())).where(lights.c.light == light)
    return int((await casebook.execute(statement)).scalar_one())


async def _count(casebook: AsyncConnection, rows: Any) -> int:
    return int((await casebook.execute(select(func.count(literal(1))).select_from(rows.subquery()))).scalar_one())


async def _sms(casebook: AsyncConnection) -> dict[str, int]:
    counts = await messages.counts(casebook)
    sent = counts["sent"] + counts["delivered"]
    return {
        "queued": sum(counts.values()),
        "sent": sent,
        "delivered": counts["delivered"],
        "failed": counts["failed"],
        "uncertain": counts["uncertain"],
        "gathered": counts["gathered"],
        "needless": counts["needless"],
    }


async def size_bytes(casebook: AsyncConnection) -> int:
    """Return how much room the whole casebook takes on its disk."""
    return int((await casebook.execute(select(func.pg_database_size(func.current_database())))).scalar_one())
