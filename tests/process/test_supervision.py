"""One-key supervision on the real engine: told, replied, in trouble, silent, overtaken by the request's end."""

from typing import Any

from sqlalchemy import select

from casebook import requests, supervision_orders
from casebook.schema import inspections
from casebook.schema import supervision_orders as orders
from tests.process.town import GOOD, Town

NEIGHBOURS, NOBODYS_MATTER = "070101", "999901"
CENTRE = "district_centre"
UNIT, STREET = "community_002003", "street_002_centre"


async def supervise(town: Town, request_id: str) -> str:
    async with town.casebook.begin() as connection:
        number = await supervision_orders.order(
            connection, request_id, person=CENTRE, note="请加快。", now=town.clock()
        )
    await town.forward.settle()
    return number


async def get(town: Town, number: str) -> dict[str, Any]:
    async with town.casebook.begin() as connection:
        rows = await connection.execute(select(orders).where(orders.c.supervision_id == number))
        return dict(rows.mappings().one())


async def test_it_reaches_the_principal_head_and_is_replied_to_within_its_own_limit(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.report(request_id, "sign_in", "accepted")
    number = await supervise(town, request_id)
    assert [f"{UNIT}_principal_head"] == await town.texts(request_id, "supervision")
    assert 1 == len(town.arrived(number))
    reply = await town.waiting(request_id, "supervision_reply")
    assert (UNIT, number) == (reply["unit"], reply["about"])
    assert 7 == (await town.deadline(reply["work_order_id"]))["limit_hours"]
    await town.report(request_id, "supervision_reply", "on_track", note="已到现场，明日办结。")
    assert ("on_track", UNIT) == ((await get(town, number))["ending"], (await get(town, number))["unit"])
    assert not (await town.request(request_id))["closed_at"]
    assert [] == await town.texts(request_id, "supervision_obstacle")


async def test_before_there_is_a_lead_the_streets_centre_replies_and_trouble_goes_back_to_who_ordered(
    town: Town,
) -> None:
    request_id = await town.receive(NOBODYS_MATTER)
    number = await supervise(town, request_id)
    assert STREET == (await town.waiting(request_id, "supervision_reply"))["unit"]
    await town.report(request_id, "supervision_reply", "obstacle", note="产权单位不配合。")
    assert "obstacle" == (await get(town, number))["ending"]
    [told] = await town.texts(request_id, "supervision_obstacle")
    assert told in {f"{CENTRE}_duty_officer", f"{CENTRE}_night_officer"}  # whoever is on duty at this hour


async def test_a_unit_that_does_not_reply_burns_lights_and_goes_to_inspection(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    number = await supervise(town, request_id)
    reply = (await town.waiting(request_id, "supervision_reply"))["work_order_id"]
    await town.pass_time((await town.deadline(reply))["inspect_at"])
    assert ["yellow", "red", "inspection"] == await town.lights(reply)
    async with town.casebook.begin() as connection:
        pushed = select(inspections.c.request_id).where(inspections.c.work_order_id == reply)
        assert [request_id] == list((await connection.execute(pushed)).scalars())
        counts = await supervision_orders.counts(connection)
        open_ones = await supervision_orders.waiting(connection)
    assert number in {row["supervision_id"] for row in open_ones}
    assert counts["waiting"] == len(open_ones)
    await town.report(request_id, "supervision_reply", "finished", note="已办完。")
    async with town.casebook.begin() as connection:
        assert counts["late"] + 1 == (await supervision_orders.counts(connection))["late"]


async def test_a_request_that_is_closed_wants_no_reply_any_more(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.report(request_id, "sign_in", "accepted")
    number = await supervise(town, request_id)
    reply = await town.waiting(request_id, "supervision_reply")
    await town.finish(request_id)
    await town.rate(request_id, GOOD)
    assert (await town.request(request_id))["closed_at"]
    assert "request_closed" == (await get(town, number))["ending"]
    await town.pass_time((await town.deadline(reply["work_order_id"]))["inspect_at"])
    assert [] == await town.lights(reply["work_order_id"])


async def test_a_withdrawn_request_takes_its_supervision_order_along(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    number = await supervise(town, request_id)
    async with town.casebook.begin() as connection:
        await requests.ask_withdrawal(connection, request_id, now=town.clock())
    await town.forward.settle()
    assert "withdrawn" == (await get(town, number))["ending"]
    assert all(order["closed_at"] for order in await town.orders(request_id))
