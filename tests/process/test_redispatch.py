"""A work order that changes hands stays the same for the engine: same process, same clock, other people to tell."""

import asyncio

from casebook import redispatch
from casebook.redispatch import Batch
from tests.process.town import Town

NEIGHBOURS = "070101"
TO = "street_002_service"
LOOKS_MOST, LOOK_SECONDS = 300, 0.2


async def moved(town: Town, unit: str, *, to_unit: str = TO) -> Batch:
    async with town.casebook.begin() as connection:
        batch = await redispatch.redispatch(connection, unit, to_unit=to_unit, district=town.district, now=town.clock())
    assert batch is not None
    await town.forward.settle()
    return batch


async def told_of_yellow(town: Town, request_id: str, *, times: int) -> None:
    """Wait until the engine, which looks for passed instants at its own pace, has told of a burning light."""
    for _ in range(LOOKS_MOST):
        if len(await town.texts(request_id, "yellow")) >= times:
            break
        await asyncio.sleep(LOOK_SECONDS)
    await town.forward.settle()


async def test_the_lights_go_on_at_the_same_time_over_the_new_unit(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    order = await town.waiting(request_id, "sign_in")
    before = await town.deadline(order["work_order_id"])
    await moved(town, order["unit"])
    await town.pass_time(before["red_at"])
    assert ["yellow", "red"] == await town.lights(order["work_order_id"])
    assert before == await town.deadline(order["work_order_id"])
    assert [f"{TO}_duty_officer"] == await town.texts(request_id, "yellow")
    assert [f"{TO}_deputy_head"] == await town.texts(request_id, "red")
    await town.handle(request_id)


async def test_who_gets_late_work_hears_that_it_is_late(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    order = await town.waiting(request_id, "sign_in")
    await town.pass_time((await town.deadline(order["work_order_id"]))["yellow_at"])
    batch = await moved(town, order["unit"])
    await told_of_yellow(town, request_id, times=2)
    assert [f"{order['unit']}_duty_officer", f"{TO}_duty_officer"] == await town.texts(request_id, "yellow")
    async with town.casebook.begin() as connection:
        await redispatch.undo(connection, batch.batch_id, district=town.district, now=town.clock())
    await town.forward.settle()
    await town.handle(request_id)
    assert 2 == len(await town.texts(request_id, "yellow"))


async def test_what_comes_after_goes_to_the_unit_that_took_over(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await moved(town, (await town.waiting(request_id, "sign_in"))["unit"])
    await town.report(request_id, "sign_in", "accepted")
    handling = await town.waiting(request_id, "handling")
    assert TO == handling["unit"]
    assert TO == (await town.request(request_id))["lead_unit"]
    await town.finish(request_id)
