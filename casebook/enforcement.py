"""Joint enforcement (综合执法): a street calls posted forces, takes a call back, and learns who arrived where."""

from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sqlalchemy import select

from casebook import audit, collecting, directory, enforcement_calls, facts, requests, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import in_force
from casebook.reports import RequestReport
from casebook.schema import places, units

EARTH_RADIUS_METRES = 6_371_000.0


@dataclass(frozen=True, kw_only=True)
class Whistle:
    """Which forces a street calls, how urgently and what for (街道吹哨)."""

    forces: tuple[str, ...]
    called_by: str
    urgency: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Where a force says it is: by the browser's coordinates in degrees, or the address in words."""

    lat: float | None = None
    lon: float | None = None
    place: str = ""


async def call(casebook: AsyncConnection, request_id: str, whistle: Whistle, *, now: datetime) -> list[str]:
    """Call forces to the place of an open request, each by a call of its own; return the calls' numbers."""
    await requests.take_turn(casebook, request_id)
    request = await requests.get(casebook, request_id)
    if request["closed_at"] or request["withdrawal_asked_at"] or request["merged_into"]:
        raise RejectedInput(f"诉求 {request_id} 已结束或已撤回，不能再呼叫执法力量。")
    if not whistle.forces:
        raise RejectedInput("没有选择执法力量。请至少选择一支。")
    if not whistle.note.strip():
        raise RejectedInput("没有写明需要执法的事由。请写明后再提交。")
    allowed = {force["code"] for force in await forces_for(casebook, request["community"], at=now)}
    if strangers := sorted(set(whistle.forces) - allowed):
        raise RejectedInput(f"{'、'.join(strangers)} 不是该街道的派驻执法力量。请从列出的力量中选择。")
    return [await _call_one(casebook, request_id, force, whistle=whistle, now=now) for force in whistle.forces]


async def _call_one(casebook: AsyncConnection, request_id: str, force: str, *, whistle: Whistle, now: datetime) -> str:
    new = enforcement_calls.NewCall(
        request_id=request_id,
        force=force,
        called_by=whistle.called_by,
        urgency=whistle.urgency,
        note=whistle.note.strip(),
    )
    enforcement_id = await enforcement_calls.begin(casebook, new, now=now)
    variables = {"request_id": request_id, "enforcement_id": enforcement_id}
    await _tell(casebook, "enforcement_called", variables=variables, now=now)
    return enforcement_id


async def call_for_finding(
    casebook: AsyncConnection, finding: RequestReport, whistle: Whistle, *, now: datetime, district: District
) -> str:
    """Take a patrol's finding into the register and call forces to it at once; return the request's number.

    RejectedInput when the level of the unit that calls may not use the finding's channel.
    """
    unit = await directory.unit(casebook, whistle.called_by, at=now)
    if unit is None:
        raise RejectedInput(f"单位目录里没有 {whistle.called_by}。请核对单位目录后重试。")
    collecting.must_be_open_to(district, unit["level"], channel=finding.channel)
    taken = await requests.receive(casebook, finding, now=now, district=district)
    if taken.result != "accepted":
        raise RejectedInput(f"这一巡查发现已登记为诉求 {taken.request_id}。请在该诉求下呼叫执法力量。")
    await call(casebook, taken.request_id, whistle, now=now)
    return taken.request_id


async def recall(casebook: AsyncConnection, enforcement_id: str, *, person: str, now: datetime) -> None:
    """Take a call back: the force need not come, or not any more."""
    row = await enforcement_calls.get(casebook, enforcement_id)
    await requests.take_turn(casebook, row["request_id"])
    if not await enforcement_calls.note(casebook, enforcement_id, ending="recalled", ended_at=now):
        raise RejectedInput(f"执法呼叫 {enforcement_id} 已经结束，不能再收回。")
    await work_orders.close_about(casebook, enforcement_id, now=now)
    ids = {"request_id": row["request_id"], "enforcement_id": enforcement_id}
    await audit.note(casebook, "enforcement_recalled", actor=person, now=now, **ids)
    await _tell(casebook, "enforcement_recalled", variables=ids, now=now)


async def recall_all(casebook: AsyncConnection, request_id: str, *, now: datetime) -> None:
    """Take back every open call of a request that its caller withdrew; harmless when repeated."""
    for row in await enforcement_calls.open_of_request(casebook, request_id):
        await recall(casebook, row["enforcement_id"], person="engine", now=now)


async def arrive(
    casebook: AsyncConnection, work_order_id: str, arrival: Arrival, *, now: datetime, district: District
) -> None:
    """Report that a force arrived, with its place; one too far from the request's place is marked, not refused."""
    order = await work_orders.get(casebook, work_order_id)
    if arrival.lat is None and not arrival.place.strip():
        raise RejectedInput("浏览器没有给出位置。请写明到达的地点后再提交。")
    request = await requests.get(casebook, order["request_id"])
    metres = _metres(request, arrival)
    far = None if metres is None else metres > district.limits.arrival_metres_most
    answer = work_orders.Report(outcome="arrived", person=order["unit"])
    await work_orders.report(casebook, work_order_id, answer, now=now)
    await enforcement_calls.note(
        casebook,
        order["about"],
        arrived_lat=arrival.lat,
        arrived_lon=arrival.lon,
        arrived_place=arrival.place.strip() or None,
        arrived_metres=metres,
        far=far,
    )


def _metres(request: dict[str, Any], arrival: Arrival) -> float | None:
    if None in (request["lat"], request["lon"], arrival.lat, arrival.lon):
        return None
    return metres_between((request["lat"], request["lon"]), (arrival.lat or 0.0, arrival.lon or 0.0))


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points (latitude, longitude in degrees) along the ground, in metres."""
    (lat, lon), (other_lat, other_lon) = one, other
    up, across = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    chord = sin(up) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(across) ** 2
    return 2 * EARTH_RADIUS_METRES * asin(min(1.0, sqrt(chord)))


async def forces_for(casebook: AsyncConnection, community: str, *, at: datetime) -> list[dict[str, Any]]:
    """Return the posted forces of a community's street at an instant, by code and name."""
    street = select(places.c.street).where(places.c.code == community, in_force(places, at)).scalar_subquery()
    rows = await casebook.execute(
        select(units.c.code, units.c.name)
        .where(units.c.kind == "posted_force", units.c.area == street, in_force(units, at))
        .order_by(units.c.code)
    )
    return [dict(row) for row in rows.mappings()]


async def caller_for(casebook: AsyncConnection, community: str, *, at: datetime) -> str | None:
    """Return the street's command centre, in whose name forces are called to a community."""
    return await directory.centre_for(casebook, "street", community=community, at=at)


async def _tell(casebook: AsyncConnection, name: str, *, variables: dict[str, Any], now: datetime) -> None:
    fact = facts.Fact(
        name=name,
        request_id=variables["request_id"],
        correlation_key=variables["enforcement_id"],
        variables=variables,
    )
    await facts.append(casebook, fact, now=now)
