"""The total clock: from reception, by the first level, and only an extension moves it."""

from datetime import timedelta
from typing import Any

import pytest

from casebook import explain, extensions, total_deadlines
from tests.process.town import Town
from workers.errors import NeedsOperator
from workers.plan_total_deadline import PlanTotalDeadline, plan_total_deadline

NEIGHBOURS = "070101"


async def total(town: Town, request_id: str) -> dict[str, Any]:
    async with town.casebook.begin() as connection:
        entry = await total_deadlines.newest(connection, request_id)
    assert entry is not None
    return entry


async def test_returns_and_reporting_up_leave_the_total_clock_alone(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    begin = await total(town, request_id)
    assert (await town.request(request_id))["taken_in_at"] == begin["started_at"]
    await town.report(request_id, "sign_in", "returned", reason_code="not_ours")
    await town.report(request_id, "review", "insisted")
    await town.report(request_id, "sign_in", "cannot_solve", reason_code="beyond_power")
    await town.report(request_id, "assignment", "assigned", assigned_unit="street_002_urban")
    assert begin == await total(town, request_id)
    stages = [await town.deadline(order["work_order_id"]) for order in await town.orders(request_id)]
    assert all(stage["started_at"] > begin["started_at"] for stage in stages)
    async with town.casebook.begin() as connection:
        life = await explain.life_of(connection, request_id, district=town.district)
    assert 1 == len([sentence for sentence in life if "退单、上报不重新起算" in sentence])


async def test_an_extension_of_the_handling_moves_the_total_by_as_much(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    begin = await total(town, request_id)
    await town.report(request_id, "sign_in", "accepted")
    order = await town.waiting(request_id, "handling")
    async with town.casebook.begin() as connection:
        wish = extensions.MoreTime(hours=7, reason="样例")
        number = order["work_order_id"]
        asked = await extensions.ask(connection, number, wish, district=town.district, now=town.clock())
        await extensions.decide(connection, asked, granted=True, person="district_centre", now=town.clock())
    await town.forward.settle()
    moved = await total(town, request_id)
    assert (2, 7.0, begin["started_at"]) == (moved["version"], moved["extended_hours"], moved["started_at"])
    spread = begin["red_at"] - town.working(begin["started_at"], hours=begin["limit_hours"])
    assert timedelta(0) <= spread < timedelta(minutes=1)
    assert town.working(begin["started_at"], hours=begin["limit_hours"] + 7) + spread == moved["red_at"]


async def test_a_total_that_the_table_does_not_know_names_the_table(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    read = PlanTotalDeadline(request_id=request_id, limit="some_total")
    async with town.casebook.begin() as connection:
        with pytest.raises(NeedsOperator, match=r"time_limit\.dmn.*some_total"):
            await plan_total_deadline(read, casebook=connection, now=town.clock(), district=town.district, base_url="")
