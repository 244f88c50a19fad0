"""Joint enforcement on the real engine: confirmed, refused, late, far away, taken back, withdrawn."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from casebook import enforcement, enforcement_calls, requests, statistics
from casebook.enforcement import Arrival, Whistle
from casebook.errors import RejectedInput
from casebook.schema import inspections
from casebook.schema import requests as register
from tests.process.town import Town

STALLS = "010201"
CENTRE = "street_002_centre"
URBAN, MARKET = "street_002_posted_urban", "street_002_posted_market"
PLACE = (30.60, 114.30)


async def call(town: Town, request_id: str, *forces: str, urgency: str = "normal") -> list[str]:
    whistle = Whistle(forces=forces, called_by=CENTRE, urgency=urgency, note="占道经营，请到场。")
    async with town.casebook.begin() as connection:
        called = await enforcement.call(connection, request_id, whistle, now=town.clock())
    await town.forward.settle()
    return called


async def get(town: Town, enforcement_id: str) -> dict[str, Any]:
    async with town.casebook.begin() as connection:
        return await enforcement_calls.get(connection, enforcement_id)


async def of_force(town: Town, request_id: str, force: str) -> dict[str, Any]:
    """Return the one open work order of a force."""
    [order] = [o for o in await town.orders(request_id) if o["unit"] == force and not o["closed_at"]]
    return order


async def arrive(town: Town, request_id: str, force: str, arrival: Arrival) -> dict[str, Any]:
    order = await of_force(town, request_id, force)
    async with town.casebook.begin() as connection:
        await enforcement.arrive(connection, order["work_order_id"], arrival, now=town.clock(), district=town.district)
    await town.forward.settle()
    return await get(town, order["about"])


async def test_several_forces_are_called_at_once_and_each_confirms_arrives_and_reports(town: Town) -> None:
    request_id = await town.receive(STALLS)
    async with town.casebook.begin() as connection:
        here = update(register).where(register.c.request_id == request_id).values(lat=PLACE[0], lon=PLACE[1])
        await connection.execute(here)
    called = await call(town, request_id, URBAN, MARKET)
    assert [f"{request_id}-ZF01", f"{request_id}-ZF02"] == called
    assert {f"{URBAN}_duty_officer", f"{MARKET}_duty_officer"} == set(
        await town.texts(request_id, "enforcement_called")
    )
    for force in (URBAN, MARKET):
        await town.report_order(await of_force(town, request_id, force), "confirmed")
    near = await arrive(town, request_id, URBAN, Arrival(lat=PLACE[0] + 0.001, lon=PLACE[1]))
    far = await arrive(town, request_id, MARKET, Arrival(lat=PLACE[0] + 0.02, lon=PLACE[1]))
    assert (False, True) == (near["far"], far["far"])
    for force in (URBAN, MARKET):
        order = await of_force(town, request_id, force)
        assert "enforcement_report" == order["kind"]
        await town.report_order(order, "done")
    assert ["done", "done"] == [(await get(town, number))["ending"] for number in called]
    assert not (await town.request(request_id))["closed_at"]


async def test_the_limits_of_a_call_run_day_and_night_and_are_shorter_when_it_is_urgent(town: Town) -> None:
    request_id = await town.receive(STALLS)
    await call(town, request_id, URBAN)
    await call(town, request_id, MARKET, urgency="urgent")
    spans = {}
    for force in (URBAN, MARKET):
        entry = await town.deadline((await of_force(town, request_id, force))["work_order_id"])
        spans[force] = entry["red_at"] - entry["started_at"]
    assert timedelta(minutes=30) <= spans[URBAN] <= timedelta(minutes=31)
    assert timedelta(minutes=15) <= spans[MARKET] <= timedelta(minutes=16)


async def test_a_refusal_needs_a_reason_and_goes_to_supervision(town: Town) -> None:
    request_id = await town.receive(STALLS)
    [number] = await call(town, request_id, URBAN)
    order = await of_force(town, request_id, URBAN)
    with pytest.raises(RejectedInput, match="须选择理由"):
        await town.report_order(order, "declined")
    await town.report_order(order, "declined", reason_code="no_staff")
    row = await get(town, number)
    assert ("refused", "no_staff") == (row["ending"], row["refusal"])
    async with town.casebook.begin() as connection:
        pushed = inspections.select().where(inspections.c.work_order_id == order["work_order_id"])
        assert (await connection.execute(pushed)).one()
    told = await town.texts(request_id, "enforcement_refused")
    assert {f"{URBAN}_principal_head", "district_inspection_duty_officer"} == set(told)
    assert 2 == len(told)


async def test_a_force_that_does_not_come_in_time_burns_lights_and_counts_as_late(town: Town) -> None:
    request_id = await town.receive(STALLS)
    await call(town, request_id, URBAN)
    await town.report_order(await of_force(town, request_id, URBAN), "confirmed")
    order = await of_force(town, request_id, URBAN)
    before = (await punctuality(town))[URBAN]
    await town.pass_time((await town.deadline(order["work_order_id"]))["red_at"])
    assert ["yellow", "red"] == await town.lights(order["work_order_id"])
    row = await arrive(town, request_id, URBAN, Arrival(place="大智路口"))
    assert (None, "大智路口") == (row["far"], row["arrived_place"])
    after = (await punctuality(town))[URBAN]
    assert (before["arrived"] + 1, before["arrived_in_time"]) == (after["arrived"], after["arrived_in_time"])


async def punctuality(town: Town) -> dict[str, dict[str, Any]]:
    async with town.casebook.begin() as connection:
        rows = await statistics.arrivals(connection, street="420102002")
    return {row["force"]: row for row in rows}


async def test_a_force_may_still_refuse_on_its_way(town: Town) -> None:
    request_id = await town.receive(STALLS)
    [number] = await call(town, request_id, URBAN)
    await town.report_order(await of_force(town, request_id, URBAN), "confirmed")
    await town.report_order(await of_force(town, request_id, URBAN), "declined", reason_code="other_emergency")
    assert "refused" == (await get(town, number))["ending"]


async def test_a_call_taken_back_ends_and_the_force_may_be_called_again(town: Town) -> None:
    request_id = await town.receive(STALLS)
    [number] = await call(town, request_id, URBAN)
    with pytest.raises(RejectedInput, match="不必重复呼叫"):
        await call(town, request_id, URBAN)
    async with town.casebook.begin() as connection:
        await enforcement.recall(connection, number, person=CENTRE, now=town.clock())
    await town.forward.settle()
    assert [] == [o for o in await town.orders(request_id) if o["unit"] == URBAN and not o["closed_at"]]
    assert [f"{request_id}-ZF02"] == await call(town, request_id, URBAN)


async def test_a_withdrawn_request_takes_all_calls_back(town: Town) -> None:
    request_id = await town.receive(STALLS)
    called = await call(town, request_id, URBAN, MARKET)
    await town.report_order(await of_force(town, request_id, URBAN), "confirmed")
    async with town.casebook.begin() as connection:
        await requests.ask_withdrawal(connection, request_id, now=town.clock())
    await town.forward.settle()
    assert ["recalled", "recalled"] == [(await get(town, number))["ending"] for number in called]
    assert all(order["closed_at"] for order in await town.orders(request_id))


async def test_only_forces_posted_at_the_street_come(town: Town) -> None:
    request_id = await town.receive(STALLS)
    with pytest.raises(RejectedInput, match="street_003_posted_urban 不是该街道的派驻执法力量"):
        await call(town, request_id, "street_003_posted_urban")
