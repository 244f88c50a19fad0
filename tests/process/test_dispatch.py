"""Dispatching on the real engine: every branch of it, and somebody answers for the request at every still moment."""

import asyncio
from collections import Counter

import pytest

from casebook import requests, responsibility, statistics, work_orders
from casebook.dispatching import ANSWERS
from casebook.errors import RejectedInput
from tests.process.branches import CENTRES, Point, Step, ways
from tests.process.town import Town

NEIGHBOURS, STALLS, SMOKE, NOBODYS_MATTER = "070101", "010201", "010202", "999901"
COMMUNITY_UNIT, STREET_UNIT, DEPARTMENT = "community_002003", "street_002_urban", "dept_urban"
BEGINS = {
    NEIGHBOURS: Point(kind="sign_in", unit=COMMUNITY_UNIT, level="A", first_receiver=COMMUNITY_UNIT),
    NOBODYS_MATTER: Point(kind="assignment", unit="district_centre", level="B", final=True),
}
SHORT_BEGINS = {  # what comes after the first step is walked from level A already
    STALLS: Point(kind="sign_in", unit=STREET_UNIT, level="B", first_receiver=STREET_UNIT),
    SMOKE: Point(kind="sign_in", unit=DEPARTMENT, level="C", first_receiver=DEPARTMENT),
}
AT_ONCE = 24


def all_ways() -> list[tuple[str, tuple[Step, ...]]]:
    """Return every way with the category that begins it."""
    walked = [(category, way) for category, begin in BEGINS.items() for way in ways(begin)]
    for category, begin in SHORT_BEGINS.items():
        shortest: dict[str, tuple[Step, ...]] = {}
        for way in ways(begin):
            kept = shortest.get(way[0].outcome, way)
            shortest[way[0].outcome] = min(kept, way, key=len)
        walked += [(category, way) for way in shortest.values()]
    return walked


def expected_answerer(step: Step | None, way: tuple[Step, ...]) -> str:
    """First receiver leads until somebody has accepted; before anybody was asked, the receiving centre does."""
    if step is None:
        return way[-1].at.unit
    return step.at.first_receiver or "district_centre"


async def look(town: Town, request_id: str, *, step: Step | None, way: tuple[Step, ...]) -> None:
    """Compare what stands in the casebook with what was thought out."""
    request, orders = await town.request(request_id), await town.orders(request_id)
    assert expected_answerer(step, way) == request["responsible_unit"], (request_id, step)
    waiting = [order for order in orders if not order["reported_at"] and not order["closed_at"]]
    [order] = [order for order in waiting if order["kind"] not in {"co_handling", "inspection_decision"}]
    if step is None:
        handler = "city_platform" if way[-1].at.kind == "city_report" else way[-1].at.unit
        assert (order["kind"], order["unit"]) == ("handling", handler)
        return
    assert (order["kind"], order["unit"]) == (step.at.kind, step.at.unit), (request_id, step)
    assert step.at.level == request["level"] == order["level"]
    assert (order["form"] == "sign_in_final") == (step.at.final and step.at.kind == "sign_in")


async def walk(town: Town, taken: list[tuple[str, tuple[Step, ...]]]) -> None:
    """Let all requests go their ways, step by step and all at once; look at each whenever everything is still."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def act(request_id: str, step: Step) -> None:
        async with slots, town.casebook.begin() as connection:
            [order] = [
                order for order in await work_orders.of_request(connection, request_id) if not order["reported_at"]
            ]
            report = work_orders.Report(outcome=step.outcome, person=step.at.unit, **step.details)
            await work_orders.report(connection, order["work_order_id"], report, now=town.clock())

    for number in range(max(len(way) for _, way in taken) + 1):
        await town.forward.settle()
        async with town.casebook.begin() as connection:
            assert 0 == await responsibility.unanswered(connection, at=town.clock())
        under_way = [(request_id, way) for request_id, way in taken if len(way) >= number]
        for request_id, way in under_way:
            await look(town, request_id, step=way[number] if number < len(way) else None, way=way)
        await asyncio.gather(*(act(request_id, way[number]) for request_id, way in under_way if number < len(way)))


async def test_somebody_answers_for_a_request_on_every_way_through_the_dispatch(town: Town) -> None:
    taken = [(await town.take_in(category, phone=None), way) for category, way in all_ways()]
    tried = {(step.at.kind, step.at.level, step.outcome) for _, way in taken for step in way}
    assert {("sign_in", level, answer) for level in "ABC" for answer in ANSWERS["sign_in"]} <= tried
    assert {("city_report", "D", answer) for answer in ANSWERS["city_report"]} <= tried
    try:
        await walk(town, taken)
    finally:
        await call_off(town, [request_id for request_id, _ in taken])


async def call_off(town: Town, request_ids: list[str]) -> None:
    """Let the callers withdraw, so that other tests' days pass without these requests' lights."""
    for request_id in request_ids:
        async with town.casebook.begin() as connection:
            await requests.ask_withdrawal(connection, request_id, now=town.clock())
    await town.forward.settle()


async def test_a_return_without_a_reason_that_fits_is_refused_and_nothing_happens(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    for outcome, code in (("returned", "no_such_reason"), ("returned", None), ("cannot_solve", "not_ours")):
        with pytest.raises(RejectedInput, match=r"return_reasons\.toml"):
            await town.report(request_id, "sign_in", outcome, reason_code=code)
    assert COMMUNITY_UNIT == (await town.waiting(request_id, "sign_in"))["unit"]


@pytest.mark.parametrize("unit", ["no_such_unit", "city_platform", "street_003_urban", None])
async def test_a_unit_that_cannot_serve_the_place_is_not_assigned(town: Town, unit: str | None) -> None:
    request_id = await town.receive(NOBODYS_MATTER)
    with pytest.raises(RejectedInput, match="选择"):
        await town.report(request_id, "assignment", "assigned", assigned_unit=unit)
    assert CENTRES["C"] == (await town.waiting(request_id, "assignment"))["unit"]


async def test_an_answer_of_another_kind_of_work_order_is_refused(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    with pytest.raises(RejectedInput, match="没有“insisted”这个结果"):
        await town.report(request_id, "sign_in", "insisted")


async def test_ping_pong_is_measured(town: Town) -> None:
    since = town.clock()
    town.machine.clock.advance(town.working(since, hours=1) - since)
    begin = town.clock()
    straight = await town.receive(NEIGHBOURS)
    await town.report(straight, "sign_in", "accepted")
    played = await town.receive(NEIGHBOURS)
    await town.report(played, "sign_in", "returned", reason_code="not_ours")
    await town.report(played, "review", "assigned", assigned_unit="street_002_order")
    await town.report(played, "sign_in", "returned", reason_code="not_ours")
    await town.report(played, "review", "insisted")
    assert "street_002_order" == (await town.waiting(played, "sign_in"))["unit"]
    await town.report(played, "sign_in", "accepted")
    async with town.casebook.begin() as connection:
        found = await statistics.dispatch_quality(connection, since=begin)
    assert {"dispatched": 2, "right_first_time_rate": 0.5, "return_rate": 0.5, "mean_hops": 2.0} == found
    kinds = Counter(order["kind"] for order in await town.orders(played))
    assert kinds == {"sign_in": 3, "review": 2, "handling": 1, "inspection_decision": 1}
