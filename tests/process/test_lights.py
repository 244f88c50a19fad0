"""Clocks that are right, lights that burn, messages that arrive once."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casebook import extensions, speed_ups, suspensions, work_orders
from casebook.schema import messages
from tests.process.town import Town

if TYPE_CHECKING:
    from casebook.reports import Urgency

NEIGHBOURS = "070101"
SOON = timedelta(seconds=30)  # more than a busy machine takes to become still


async def extend(town: Town, work_order_id: str, *, hours: float) -> dict[str, Any]:
    """The unit asks for more time and the centre grants it; return the deadline then in force."""
    async with town.casebook.begin() as connection:
        wish = extensions.MoreTime(hours=hours, reason="需协调。")
        extension = await extensions.ask(connection, work_order_id, wish, district=town.district, now=town.clock())
        await extensions.decide(connection, extension, granted=True, person="street_002_centre", now=town.clock())
    await town.forward.settle()
    return await town.deadline(work_order_id)


async def test_yellow_past_half_red_at_the_limit_and_inspection_after_the_long_delay(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    order = await town.waiting(request_id, "sign_in")
    entry = await town.deadline(order["work_order_id"])
    await town.pass_time(entry["yellow_at"] - SOON)
    assert [] == await town.lights(order["work_order_id"])
    await town.pass_time(entry["yellow_at"])
    assert ["yellow"] == await town.lights(order["work_order_id"])
    await town.pass_time(entry["red_at"])
    assert ["yellow", "red"] == await town.lights(order["work_order_id"])
    await town.pass_time(entry["inspect_at"])
    assert ["yellow", "red", "inspection"] == await town.lights(order["work_order_id"])
    assert [f"{order['unit']}_duty_officer"] == await town.texts(request_id, "yellow")
    assert [f"{order['unit']}_deputy_head"] == await town.texts(request_id, "red")
    assert "district_inspection_duty_officer" in await town.texts(request_id, "inspection")
    arrived = town.arrived(order["work_order_id"])
    assert len(set(arrived)) == len(arrived)


async def test_a_text_about_an_urgent_request_goes_at_any_hour_and_one_about_another_does_not(town: Town) -> None:
    at_any_hour = {}
    urgencies: tuple[Urgency, ...] = ("urgent", "normal")
    for urgency in urgencies:
        request_id = await town.take_in(NEIGHBOURS, urgency=urgency)
        await town.forward.settle()
        order = await town.waiting(request_id, "sign_in")
        await town.pass_time((await town.deadline(order["work_order_id"]))["yellow_at"])
        async with town.casebook.begin() as connection:
            mine = select(messages.c.event, messages.c.at_any_hour).where(messages.c.request_id == request_id)
            at_any_hour[urgency] = {row.event: row.at_any_hour for row in await connection.execute(mine)}
    to_the_caller = {"request_registered": False}  # a citizen's night is spared, whatever the matter
    assert {"urgent": to_the_caller | {"yellow": True}, "normal": to_the_caller | {"yellow": False}} == at_any_hour


async def test_a_report_in_time_burns_no_light(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    order = await town.report(request_id, "sign_in", "accepted")
    entry = await town.deadline(order["work_order_id"])
    await town.pass_time(entry["red_at"])
    assert [] == await town.lights(order["work_order_id"])


async def test_an_extension_moves_the_live_deadline_and_arms_its_lights_anew(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.report(request_id, "sign_in", "accepted")
    order = await town.waiting(request_id, "handling")
    first = await town.deadline(order["work_order_id"])
    second = await extend(town, order["work_order_id"], hours=14)
    assert second["yellow_at"] > first["yellow_at"]
    await town.pass_time(first["yellow_at"])
    assert [] == await town.lights(order["work_order_id"])
    await town.pass_time(second["yellow_at"])
    assert ["yellow"] == await town.lights(order["work_order_id"])
    await town.pass_time(second["red_at"])
    assert ["yellow", "red"] == await town.lights(order["work_order_id"])
    assert 1 == len(await town.texts(request_id, "yellow"))


async def test_an_extension_after_yellow_tells_nobody_of_yellow_twice(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.report(request_id, "sign_in", "accepted")
    order = await town.waiting(request_id, "handling")
    entry = await town.deadline(order["work_order_id"])
    await town.pass_time(entry["red_at"])
    second = await extend(town, order["work_order_id"], hours=1)
    assert second["yellow_at"] < town.clock() < second["red_at"]
    assert 1 == len(await town.texts(request_id, "yellow"))
    await town.pass_time(second["red_at"])
    assert 2 == len(await town.texts(request_id, "red"))


async def test_inspection_takes_a_work_order_over_once_whatever_is_extended_later(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.report(request_id, "sign_in", "accepted")
    order = await town.waiting(request_id, "handling")
    first = await town.deadline(order["work_order_id"])
    await town.pass_time(first["inspect_at"])
    told = await town.texts(request_id, "inspection")
    assert told
    second = await extend(town, order["work_order_id"], hours=14)
    assert second["inspect_at"] > town.clock()
    await town.pass_time(second["inspect_at"])
    assert 2 == (await town.lights(order["work_order_id"])).count("inspection")
    assert told == await town.texts(request_id, "inspection")


async def test_a_clock_that_stands_still_burns_no_light_and_then_has_what_was_left(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.report(request_id, "sign_in", "accepted")
    order = await town.waiting(request_id, "handling")
    number, began = order["work_order_id"], town.clock()
    first = await town.deadline(number)
    standstill = suspensions.Standstill(
        reason_code="weather", note="暴雨。", until=began + timedelta(days=14), person=order["unit"]
    )
    async with town.casebook.begin() as connection:
        mine = await work_orders.get_in_turn(connection, number)
        await suspensions.suspend(connection, mine, standstill, district=town.district, now=town.clock())
    await town.forward.settle()
    await town.pass_time(first["red_at"])
    assert [] == await town.lights(number)
    async with town.casebook.begin() as connection:
        mine = await work_orders.get_in_turn(connection, number)
        await suspensions.resume(connection, mine, person=order["unit"], now=town.clock())
    await town.forward.settle()
    third = await town.deadline(number)
    assert 3 == third["version"]
    await town.pass_time(third["yellow_at"] - SOON)
    assert [] == await town.lights(number)
    await town.pass_time(third["yellow_at"])
    assert ["yellow"] == await town.lights(number)
    haste = speed_ups.Haste(hours=2, reason="请提前。", person="district_centre")
    async with town.casebook.begin() as connection:
        mine = await work_orders.get_in_turn(connection, number)
        await speed_ups.shorten(connection, mine, haste, district=town.district, now=town.clock())
    await town.forward.settle()
    fourth = await town.deadline(number)
    assert fourth["red_at"] < third["red_at"]
    await town.pass_time(fourth["red_at"])
    assert ["yellow", "yellow", "red"] == await town.lights(number)
