"""The loop on the real engine: from a call to a score, and every detour that is drawn."""

from datetime import timedelta
from typing import Any

import pytest

from casebook import ratings, requests, scores, work_orders
from casebook.errors import RejectedInput
from tests.process.town import BAD, GOOD, Town

ROAD_SIDE_STALLS = "010201"
NEIGHBOURS = "070101"
NOBODYS_MATTER = "999901"


async def score(town: Town, request_id: str) -> dict[str, Any]:
    async with town.casebook.begin() as connection:
        return (await scores.of_request(connection, request_id))[-1]


async def test_a_request_is_signed_in_handled_verified_rated_and_closed(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.handle(request_id)
    await town.rate(request_id, GOOD)
    request = await town.request(request_id)
    assert request["closed_at"]
    assert 0 < (await score(town, request_id))["score"] <= 100
    assert 1 == len(await town.texts(request_id, "rating_invited"))


async def test_a_caller_who_does_not_rate_is_not_waited_for(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.handle(request_id)
    await town.pass_time(town.clock() + timedelta(days=town.district.limits.rating_days))
    assert (await town.request(request_id))["closed_at"]
    facts = {degree["aspect"]: degree["fact"] for degree in (await score(town, request_id))["degrees"]}
    assert "not_rated" == facts["satisfaction"]


async def test_an_anonymous_caller_gets_no_sms_and_is_not_waited_for(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS, phone=None)
    await town.handle(request_id)
    assert (await town.request(request_id))["closed_at"]
    facts = {degree["aspect"]: degree["fact"] for degree in (await score(town, request_id))["degrees"]}
    assert "not_asked" == facts["satisfaction"]
    assert [] == await town.texts(request_id, "rating_invited")


async def test_a_street_that_called_rates_at_its_desk(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    async with town.casebook.begin() as connection:
        await requests.note_facts(connection, request_id, caller_kind="street")
    await town.handle(request_id)
    assert [] == await town.texts(request_id, "rating_invited")
    async with town.casebook.begin() as connection:
        [asked] = await ratings.at_desk_of(connection, "street_002_centre", now=town.clock())
        await ratings.rate_at_desk(connection, asked["rating_id"], GOOD, by="street_002_centre", now=town.clock())
    await town.forward.settle()
    assert (await town.request(request_id))["closed_at"]


async def test_a_dissatisfied_caller_reopens_the_request_once(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.handle(request_id)
    await town.rate(request_id, BAD)
    assert 2 == (await town.request(request_id))["round"]
    await town.finish(request_id)
    await town.rate(request_id, BAD, round_=2)
    assert (await town.request(request_id))["closed_at"]


async def test_a_matter_nobody_owns_is_assigned_by_the_superior_centre(town: Town) -> None:
    request_id = await town.receive(NOBODYS_MATTER)
    await town.report(request_id, "assignment", "assigned", assigned_unit="street_002_urban")
    confirmed = await town.report(request_id, "sign_in", "accepted")
    assert ("street_002_urban", "sign_in_final") == (confirmed["unit"], confirmed["form"])
    assert "response_list.dmn" in (await town.request(request_id))["route_reason"]


async def test_returns_are_bounded_and_then_arbitrated_for_good(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    for _ in range(town.district.limits.returns_most):
        await town.report(request_id, "sign_in", "returned", reason_code="not_ours")
        await town.report(request_id, "review", "assigned", assigned_unit="street_002_order")
    await town.report(request_id, "sign_in", "returned", reason_code="not_ours")
    await town.report(request_id, "arbitration", "assigned", assigned_unit="street_002_service")
    with pytest.raises(RejectedInput, match="最终决定"):
        await town.report(request_id, "sign_in", "returned", reason_code="not_ours")
    await town.report(request_id, "sign_in", "accepted")
    assert "street_002_service" == (await town.waiting(request_id, "handling"))["unit"]
    assert "street_002_service" == (await town.request(request_id))["lead_unit"]


async def test_what_a_unit_cannot_solve_is_reported_up_one_level(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    assert "A" == (await town.request(request_id))["level"]
    await town.report(request_id, "sign_in", "cannot_solve", reason_code="beyond_power")
    assert "B" == (await town.request(request_id))["level"]
    assert "street_002_centre" == (await town.waiting(request_id, "assignment"))["unit"]


async def test_lead_and_co_units_have_work_orders_and_clocks_of_their_own(town: Town) -> None:
    request_id = await town.receive("030202")
    await town.report(request_id, "sign_in", "accepted")
    orders = {order["kind"]: order for order in await town.orders(request_id)}
    assert orders["handling"]["unit"] != orders["co_handling"]["unit"]
    assert (await town.deadline(orders["co_handling"]["work_order_id"]))["red_at"]
    for order in await town.orders(request_id):
        if order["kind"] == "co_handling":
            await town.report_order(order, "done")
    assert "verification" not in {order["kind"] for order in await town.orders(request_id)}
    await town.report_order(orders["handling"], "done")
    await town.report(request_id, "verification", "passed")


async def test_a_failed_verification_sends_the_work_back_and_then_to_inspection(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.report(request_id, "sign_in", "accepted")
    await town.finish(request_id, verification="failed")
    await town.finish(request_id, verification="failed")
    async with town.casebook.begin() as connection:
        invited = await town.texts(request_id, "rating_invited")
        assert {"inspection_decision"} == {
            (await work_orders.get(connection, order))["kind"]
            for order in await work_orders.open_of_request(connection, request_id)
        }
    assert ["caller"] == invited
    await town.rate(request_id, {"resolved": "partly", "satisfaction": 3, "comment": ""})
    facts = {degree["aspect"]: degree["fact"] for degree in (await score(town, request_id))["degrees"]}
    assert "unverified" == facts["completion"]


async def test_a_withdrawn_request_ends_with_all_its_work_orders(town: Town) -> None:
    request_id = await town.receive(ROAD_SIDE_STALLS)
    async with town.casebook.begin() as connection:
        await requests.ask_withdrawal(connection, request_id, now=town.clock())
    await town.forward.settle()
    assert (await town.request(request_id))["withdrawn_at"]
    assert all(order["closed_at"] for order in await town.orders(request_id))


async def test_a_recalled_co_unit_is_no_longer_waited_for(town: Town) -> None:
    request_id = await town.receive("030202")
    await town.report(request_id, "sign_in", "accepted")
    co_orders = [order for order in await town.orders(request_id) if order["kind"] == "co_handling"]
    for order in co_orders:
        async with town.casebook.begin() as connection:
            await work_orders.recall(connection, order["work_order_id"], person="district_centre", now=town.clock())
    await town.forward.settle()
    await town.report(request_id, "handling", "done")
    await town.report(request_id, "verification", "passed")
