"""What people look at: joined readings of the casebook for the desk's pages and for `./minhu explain`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, Table, and_, case, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on

from casebook import requests as register
from casebook import unit_scores
from casebook import work_orders as orders
from casebook.engine import AsyncConnection
from casebook.newest import deadlines_in_force, in_force, nearest_version, unit_name
from casebook.schema import (
    accountabilities,
    appeals,
    audit_trail,
    callback_calls,
    city_hand_overs,
    co_tasks,
    deadlines,
    enforcement_calls,
    extensions,
    inspections,
    lights,
    messages,
    mutual_ratings,
    people,
    ratings,
    redispatched_orders,
    reopenings,
    requests,
    returns,
    reworks,
    score_adjustments,
    supervision_orders,
    supplements,
    total_deadlines,
    units,
    work_orders,
)

Rows = list[dict[str, Any]]
LIGHTS = ("green", "yellow", "red", "inspection")


@dataclass(frozen=True, kw_only=True)
class RequestFile:
    """Everything about one request but its caller: each list oldest first."""

    request: dict[str, Any]
    supplements: Rows
    work_orders: Rows
    deadlines: Rows
    total_deadlines: Rows
    city_hand_overs: Rows
    lights: Rows
    extensions: Rows
    returns: Rows
    reworks: Rows
    reopenings: Rows
    inspections: Rows
    accountabilities: Rows
    appeals: Rows
    supervision_orders: Rows
    co_tasks: Rows
    enforcement_calls: Rows
    messages: Rows
    ratings: Rows
    mutual_ratings: Rows
    callback_calls: Rows
    scores: Rows
    score_adjustments: Rows
    redispatches: Rows
    audit: Rows
    unit_names: dict[str, str]


async def request_file(casebook: AsyncConnection, request_id: str) -> RequestFile:
    """Return the file of a request; RejectedInput when there is none of that number."""
    return RequestFile(
        request=await register.get(casebook, request_id),
        supplements=await _of_request(casebook, supplements, request_id, by="supplement_id"),
        work_orders=await _of_request(casebook, work_orders, request_id, by="work_order_id"),
        deadlines=await _of_orders(casebook, deadlines, request_id, by="version"),
        total_deadlines=await _of_request(casebook, total_deadlines, request_id, by="version"),
        city_hand_overs=await _of_request(casebook, city_hand_overs, request_id, by="written_at"),
        lights=await _of_orders(casebook, lights, request_id, by="raised_at"),
        extensions=await _of_orders(casebook, extensions, request_id, by="extension_id"),
        returns=await _of_request(casebook, returns, request_id, by="recorded_at"),
        reworks=await _of_request(casebook, reworks, request_id, by="recorded_at"),
        reopenings=await _of_request(casebook, reopenings, request_id, by="reopened_at"),
        appeals=await _of_request(casebook, appeals, request_id, by="appeal_id"),
        inspections=await _of_request(casebook, inspections, request_id, by="pushed_at"),
        accountabilities=await _of_request(casebook, accountabilities, request_id, by="opened_at"),
        supervision_orders=await _of_request(casebook, supervision_orders, request_id, by="ordered_at"),
        co_tasks=await _of_request(casebook, co_tasks, request_id, by="co_task_id"),
        enforcement_calls=await _of_request(casebook, enforcement_calls, request_id, by="enforcement_id"),
        messages=await messages_of(casebook, request_id),
        ratings=await _of_request(casebook, ratings, request_id, by="invited_at"),
        mutual_ratings=await _of_request(casebook, mutual_ratings, request_id, by="rated_at"),
        callback_calls=await _of_request(casebook, callback_calls, request_id, by="call_id"),
        scores=await unit_scores.of_request(casebook, request_id),
        score_adjustments=await _of_request(casebook, score_adjustments, request_id, by="adjustment_id"),
        redispatches=await _of_request(casebook, redispatched_orders, request_id, by="moved_at"),
        audit=await _of_request(casebook, audit_trail, request_id, by="entry_id"),
        unit_names=await unit_names(casebook),
    )


async def _of_request(casebook: AsyncConnection, table: Table, request_id: str, *, by: str) -> Rows:
    rows = await casebook.execute(select(table).where(table.c.request_id == request_id).order_by(table.c[by]))
    return [dict(row) for row in rows.mappings()]


async def _of_orders(casebook: AsyncConnection, table: Table, request_id: str, *, by: str) -> Rows:
    rows = await casebook.execute(
        select(table).join(work_orders).where(work_orders.c.request_id == request_id).order_by(table.c[by])
    )
    return [dict(row) for row in rows.mappings()]


async def messages_of(casebook: AsyncConnection, request_id: str) -> Rows:
    """Return the short messages of a request with the recipients' offices then; `phone` is personal data."""
    begun = case((people.c.valid_from <= messages.c.queued_at, people.c.valid_from))
    office = (
        select(people.c.unit, people.c.duty)
        .where(people.c.person == messages.c.recipient)
        .order_by(begun.desc().nulls_last(), people.c.version_id)
        .limit(1)
        .lateral("office")
    )
    rows = await casebook.execute(
        select(messages, office.c.unit, office.c.duty)
        .outerjoin(office, true())
        .where(messages.c.request_id == request_id)
        .order_by(messages.c.message_id)
    )
    return [dict(row) for row in rows.mappings()]


async def unit_names(casebook: AsyncConnection) -> dict[str, str]:
    """Return the names of all units by code as they are called now, also of those that have ended."""
    newest = select(units.c.code, units.c.name).ext(distinct_on(units.c.code))
    rows = await casebook.execute(newest.order_by(units.c.code, *nearest_version(None)))
    return {row.code: row.name for row in rows}


async def units_with_work(casebook: AsyncConnection, *, at: datetime | None = None) -> Rows:
    """Return the units with the count of their open work orders: the busiest first, then the district's.

    Those in force, and those that have ended but still have work.
    """
    newest = select(units).ext(distinct_on(units.c.code)).order_by(units.c.code, *nearest_version(at)).subquery()
    count = func.count(work_orders.c.work_order_id).label("open_orders")
    mine = and_(work_orders.c.unit == newest.c.code, orders.IS_OPEN)
    nearness = case({"district": 1, "street": 2, "community": 3}, value=newest.c.level, else_=4)
    there = newest.c.code.in_(select(units.c.code).where(in_force(units, at)))
    rows = await casebook.execute(
        select(newest.c.code, newest.c.name, newest.c.level, there.label("in_force"), count)
        .outerjoin(work_orders, mine)
        .group_by(newest.c.code, newest.c.name, newest.c.level)
        .having(or_(there, count > 0))
        .order_by(count.desc(), nearness, newest.c.code)
    )
    return [dict(row) for row in rows.mappings()]


async def open_work(casebook: AsyncConnection, *, unit: str | None = None, most: int = 200) -> Rows:
    """Return open work orders with deadline, light and request: the worst light first, then the soonest limit.

    A work order whose deadline is still being computed has no instants and stands last.
    """
    entry, light = deadlines_in_force(), _lights_in_force()
    rank = func.coalesce(light.c.rank, 0)
    columns = (entry.c.version, entry.c.yellow_at, entry.c.red_at, entry.c.inspect_at)
    of_request = (requests.c.category, requests.c.community, requests.c.title, requests.c.urgency)
    rows = await casebook.execute(
        select(work_orders, *columns, *of_request, unit_name(work_orders.c.unit), rank.label("rank"))
        .join(requests, requests.c.request_id == work_orders.c.request_id)
        .outerjoin(entry, entry.c.work_order_id == work_orders.c.work_order_id)
        .outerjoin(light, light.c.work_order_id == work_orders.c.work_order_id)
        .where(orders.IS_OPEN, literal(value=True) if unit is None else work_orders.c.unit == unit)
        .order_by(rank.desc(), entry.c.red_at.nulls_last(), work_orders.c.work_order_id)
        .limit(most)
    )
    return [dict(row) | {"light": LIGHTS[row["rank"]]} for row in rows.mappings()]


async def open_requests_by_light(casebook: AsyncConnection) -> dict[str, int]:
    """Count open requests by the worst light in force of their open work orders."""
    light = _lights_in_force()
    worst = (
        select(requests.c.request_id, func.coalesce(func.max(light.c.rank), 0).label("rank"))
        .outerjoin(work_orders, and_(work_orders.c.request_id == requests.c.request_id, orders.IS_OPEN))
        .outerjoin(light, light.c.work_order_id == work_orders.c.work_order_id)
        .where(register.IS_OPEN)
        .group_by(requests.c.request_id)
        .subquery()
    )
    rows = await casebook.execute(select(worst.c.rank, func.count()).group_by(worst.c.rank))
    return dict.fromkeys(LIGHTS, 0) | {LIGHTS[rank]: count for rank, count in rows}


async def lights_of_request(casebook: AsyncConnection, request_id: str) -> dict[str, str]:
    """Return the light in force of each open work order of a request, by its number."""
    light = _lights_in_force()
    rows = await casebook.execute(
        select(work_orders.c.work_order_id, func.coalesce(light.c.rank, 0).label("rank"))
        .outerjoin(light, light.c.work_order_id == work_orders.c.work_order_id)
        .where(work_orders.c.request_id == request_id, orders.IS_OPEN)
    )
    return {row.work_order_id: LIGHTS[row.rank] for row in rows}


async def undecided_extensions(casebook: AsyncConnection, *, approver: str | None = None) -> Rows:
    """Return the extensions that wait for a decision (of one centre) with unit, request and limit, oldest first.

    Of a work order that has been reported or taken back meanwhile there is nothing left to decide.
    """
    entry = deadlines_in_force()
    columns = (work_orders.c.request_id, work_orders.c.kind, requests.c.category, requests.c.community)
    rows = await casebook.execute(
        select(extensions, *columns, entry.c.red_at, entry.c.basis, unit_name(work_orders.c.unit))
        .join(work_orders, work_orders.c.work_order_id == extensions.c.work_order_id)
        .join(requests, requests.c.request_id == work_orders.c.request_id)
        .outerjoin(entry, entry.c.work_order_id == work_orders.c.work_order_id)
        .where(extensions.c.decided_at.is_(None), orders.IS_OPEN)
        .where(literal(value=True) if approver is None else extensions.c.approver == approver)
        .order_by(extensions.c.extension_id)
    )
    return [dict(row) for row in rows.mappings()]


def _lights_in_force() -> Subquery:
    """Lights of the deadline in force: an extension puts out what was lit before it."""
    entry = deadlines_in_force()
    rank = case(*((lights.c.light == name, number) for number, name in enumerate(LIGHTS)), else_=0)
    return (
        select(lights.c.work_order_id, func.max(rank).label("rank"))
        .join(entry, and_(entry.c.work_order_id == lights.c.work_order_id, entry.c.version == lights.c.version))
        .group_by(lights.c.work_order_id)
        .subquery("light")
    )
