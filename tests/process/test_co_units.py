"""Lead and co-units on the real engine: called in late, released, in disagreement, left behind."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from casebook import co_tasks, co_units, mutual_ratings, requests, scores
from casebook.co_units import Invitation
from casebook.errors import RejectedInput
from casebook.mutual_ratings import Judgement
from casebook.schema import team_members
from tests.process.town import GOOD, Town

NEIGHBOURS = "070101"
WITH_CO_UNITS = "030202"
CALLED, OTHER = "street_002_urban", "street_002_service"


async def lead_at_work(town: Town, category: str = NEIGHBOURS) -> tuple[str, dict[str, Any]]:
    """A request is signed in; return its number and the lead's work order."""
    request_id = await town.receive(category)
    await town.report(request_id, "sign_in", "accepted")
    return request_id, await town.waiting(request_id, "handling")


async def call_in(town: Town, order: dict[str, Any], *units: str, team: str | None = None) -> list[str]:
    invitation = Invitation(units=units, reason="现场需要配合。", team=team)
    async with town.casebook.begin() as connection:
        called = await co_units.call_in(connection, order["work_order_id"], invitation, now=town.clock())
    await town.forward.settle()
    return called


async def tasks(town: Town, request_id: str) -> dict[str, dict[str, Any]]:
    async with town.casebook.begin() as connection:
        return {task["unit"]: task for task in await co_tasks.of_request(connection, request_id)}


async def cooperation(town: Town, request_id: str) -> str:
    """The round is verified and rated; return the fact that cooperation is judged by."""
    await town.report(request_id, "verification", "passed")
    await town.rate(request_id, GOOD)
    assert (await town.request(request_id))["closed_at"]
    async with town.casebook.begin() as connection:
        score = (await scores.of_request(connection, request_id))[-1]
    return next(str(degree["fact"]) for degree in score["degrees"] if degree["aspect"] == "cooperation")


async def test_a_co_unit_called_in_late_has_a_work_order_of_its_own_that_the_lead_waits_for(town: Town) -> None:
    request_id, lead = await lead_at_work(town)
    before = await town.deadline(lead["work_order_id"])
    await call_in(town, lead, CALLED)
    order = await town.waiting(request_id, "co_handling")
    assert (CALLED, "co_report") == (order["unit"], order["form"])
    assert (await town.deadline(order["work_order_id"]))["red_at"]
    assert before == await town.deadline(lead["work_order_id"])
    with pytest.raises(RejectedInput, match=r"的协办还没有结果.*协办未到位"):
        await town.report_order(lead, "done")
    await town.report_order(order, "done")
    await town.report_order(lead, "done")
    assert "smooth" == await cooperation(town, request_id)


async def test_nobody_is_called_twice_and_the_lead_not_at_all(town: Town) -> None:
    _, lead = await lead_at_work(town)
    await call_in(town, lead, CALLED)
    for unit, sentence in ((CALLED, "已经在协办"), (lead["unit"], "是牵头单位"), ("nobody", "没有在用的单位")):
        with pytest.raises(RejectedInput, match=sentence):
            await call_in(town, lead, unit)


async def test_a_released_co_unit_is_not_waited_for_and_not_scored(town: Town) -> None:
    request_id, lead = await lead_at_work(town)
    [co_task_id] = await call_in(town, lead, CALLED)
    async with town.casebook.begin() as connection:
        await co_units.release(connection, co_task_id, reason="现场已不需要。", now=town.clock())
    await town.forward.settle()
    task = (await tasks(town, request_id))[CALLED]
    assert ("released", "现场已不需要。") == (task["ending"], task["end_reason"])
    await town.report_order(lead, "done")
    assert "alone" == await cooperation(town, request_id)


async def test_a_co_unit_released_in_the_moment_it_was_called_is_asked_nothing(town: Town) -> None:
    request_id, lead = await lead_at_work(town)
    async with town.casebook.begin() as connection:
        called = await co_units.call_in(
            connection, lead["work_order_id"], Invitation(units=(CALLED,), reason="误点。"), now=town.clock()
        )
        await co_units.release(connection, called[0], reason="误点。", now=town.clock())
    await town.forward.settle()
    assert "co_handling" not in {order["kind"] for order in await town.orders(request_id)}
    await town.report_order(lead, "done")
    await town.report(request_id, "verification", "passed")


async def test_a_disagreement_needs_a_reason_and_goes_to_the_superior_centre(town: Town) -> None:
    request_id, lead = await lead_at_work(town)
    await call_in(town, lead, CALLED)
    before = await town.deadline(lead["work_order_id"])
    with pytest.raises(RejectedInput, match="须选择理由"):
        await town.report(request_id, "co_handling", "disagrees")
    await town.report(request_id, "co_handling", "disagrees", reason_code="other_measure")
    assert "street_002_centre" == (await town.waiting(request_id, "co_arbitration"))["unit"]
    assert before == await town.deadline(lead["work_order_id"])
    with pytest.raises(RejectedInput, match="协办还没有结果"):
        await town.report_order(lead, "done")


async def disputed(town: Town) -> tuple[str, dict[str, Any]]:
    request_id, lead = await lead_at_work(town)
    await call_in(town, lead, CALLED)
    await town.report(request_id, "co_handling", "disagrees", reason_code="not_our_duty")
    return request_id, lead


async def test_a_disagreement_that_does_not_stand_leaves_the_work_with_the_unit_for_good(town: Town) -> None:
    request_id, lead = await disputed(town)
    await town.report(request_id, "co_arbitration", "stands")
    order = await town.waiting(request_id, "co_handling")
    assert (CALLED, "handling_report") == (order["unit"], order["form"])
    with pytest.raises(RejectedInput, match="已经上级裁定"):
        await town.report_order(order, "disagrees", reason_code="not_our_duty")
    await town.report_order(order, "done")
    await town.report_order(lead, "done")
    assert "smooth" == await cooperation(town, request_id)


async def test_a_disagreement_that_stands_releases_the_unit(town: Town) -> None:
    request_id, lead = await disputed(town)
    await town.report(request_id, "co_arbitration", "released")
    assert "ruled_out" == (await tasks(town, request_id))[CALLED]["ending"]
    await town.report_order(lead, "done")
    assert "alone" == await cooperation(town, request_id)


async def test_another_unit_may_be_ruled_to_co_operate_instead_and_judges_its_lead(town: Town) -> None:
    request_id, lead = await disputed(town)
    with pytest.raises(RejectedInput, match="已经牵头或协办"):
        await town.report(request_id, "co_arbitration", "assigned", assigned_unit=lead["unit"])
    await town.report(request_id, "co_arbitration", "assigned", assigned_unit=OTHER)
    order = await town.report(request_id, "co_handling", "done")
    assert OTHER == order["unit"]
    said = Judgement(about_unit=lead["unit"], outcome="poor", reason="no_coordination")
    async with town.casebook.begin() as connection:
        await mutual_ratings.give(connection, order, [said], rules=town.district.rating.mutual, now=town.clock())
    await town.report_order(lead, "done")
    assert "smooth_poor" == await cooperation(town, request_id)


async def test_a_lead_that_does_not_wait_says_why_and_its_co_units_are_marked(town: Town) -> None:
    request_id, lead = await lead_at_work(town, WITH_CO_UNITS)
    called = await call_in(town, lead, OTHER)
    disputing, *_ = [order for order in await town.orders(request_id) if order["kind"] == "co_handling"]
    await town.report_order(disputing, "disagrees", reason_code="other_unit")
    await town.report_order(lead, "done", reason_code="co_unit_silent")
    assert called
    assert {"not_in"} == {task["ending"] for task in (await tasks(town, request_id)).values()}
    assert ["verification"] == [order["kind"] for order in await town.orders(request_id) if not order["closed_at"]]
    assert "absent" == await cooperation(town, request_id)


async def test_a_response_team_comes_with_the_members_that_the_case_needs(town: Town) -> None:
    request_id, lead = await lead_at_work(town)
    team, members = "street_002_team", ("street_002_urban", "street_002_service", "street_002_construction")
    now = town.clock()
    rows = [{"team": team, "unit": member, "part": "成员", "valid_from": now} for member in members]
    async with town.casebook.begin() as connection:
        others = update(team_members).where(team_members.c.team == team, team_members.c.valid_to.is_(None))
        await connection.execute(others.values(valid_to=now))
        await connection.execute(insert(team_members), rows)
        known = {member["code"] for member in await co_units.team_members(connection, team, at=now)}
        community = (await requests.get(connection, request_id))["community"]
        assert team in {found["code"] for found in await co_units.teams_for(connection, community, at=now)}
    assert set(members) == known
    await call_in(town, lead, *members, team=team)
    orders = [order for order in await town.orders(request_id) if order["kind"] == "co_handling"]
    assert sorted(members) == sorted(order["unit"] for order in orders)
    assert {team} == {task["team"] for task in (await tasks(town, request_id)).values()}
    for order in orders:
        await town.report_order(order, "done")
    await town.report_order(lead, "done")
    await town.report(request_id, "verification", "passed")


async def test_a_request_withdrawn_in_the_middle_ends_all_co_tasks(town: Town) -> None:
    request_id, lead = await lead_at_work(town)
    await call_in(town, lead, CALLED, OTHER)
    async with town.casebook.begin() as connection:
        await requests.ask_withdrawal(connection, request_id, now=town.clock())
    await town.forward.settle()
    assert {"withdrawn"} == {task["ending"] for task in (await tasks(town, request_id)).values()}
    assert all(order["closed_at"] for order in await town.orders(request_id))
