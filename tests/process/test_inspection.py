"""Inspection on the real engine: pushed, decided, called to account, scored lower; by rule; never without end."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casebook import inspections, requests, scores, views, work_orders
from casebook import score_adjustments as adjusting
from casebook.schema import accountabilities
from casebook.schema import inspections as pushed
from casebook.views import RequestFile
from tests.process.town import BAD, GOOD, Town

NEIGHBOURS = "070101"
UNIT, OFFICE, CENTRE = "community_002003", "district_inspection", "district_centre"
DECISION, STATEMENT, FINDING = "inspection_decision", "accountability_statement", "accountability_finding"


async def file_of(town: Town, request_id: str) -> RequestFile:
    async with town.casebook.begin() as connection:
        return await views.request_file(connection, request_id)


async def dragged_on(town: Town) -> tuple[str, str]:
    """A unit signs in and does nothing until the long delay; return the request and the work order that drags on."""
    request_id = await town.receive(NEIGHBOURS)
    await town.report(request_id, "sign_in", "accepted")
    order = await town.waiting(request_id, "handling")
    await town.pass_time((await town.deadline(order["work_order_id"]))["inspect_at"])
    return request_id, order["work_order_id"]


async def only_inspection(town: Town, request_id: str) -> dict[str, Any]:
    [inspection] = (await file_of(town, request_id)).inspections
    return inspection


async def test_a_long_delay_is_looked_at_accounted_for_and_taken_off_the_score(town: Town) -> None:
    request_id, order = await dragged_on(town)
    inspection = await only_inspection(town, request_id)
    assert (f"{request_id}-DC01", order, "long_delay", UNIT, OFFICE) == tuple(
        inspection[name] for name in ("inspection_id", "work_order_id", "cause", "about_unit", "unit")
    )
    decision = await town.waiting(request_id, DECISION)
    assert (OFFICE, f"{request_id}-DC01") == (decision["unit"], decision["about"])
    await town.report(request_id, DECISION, "accountability", note="没有正当理由。")
    assert [f"{UNIT}_principal_head"] == await town.texts(request_id, "accountability_opened")
    assert f"{request_id}-ZZ01" == (await town.waiting(request_id, STATEMENT))["about"]
    await town.report(request_id, STATEMENT, "stated", note="人手不足。")
    await town.report(request_id, FINDING, "serious", note="造成后果。")
    assert [f"{UNIT}_principal_head"] == await town.texts(request_id, "accountability_found")
    assert "serious" == (await only_inspection(town, request_id))["ending"]
    assert not (await town.request(request_id))["closed_at"]
    await town.finish(request_id)
    await town.rate(request_id, GOOD)
    file = await file_of(town, request_id)
    [score], [adjustment] = file.scores, file.score_adjustments
    assert Decimal(-15) == adjustment["points"]
    assert score["score"] - 15 == adjusting.effective(score, file.score_adjustments)


async def test_silence_is_no_statement_and_an_ended_request_is_still_found_about(town: Town) -> None:
    request_id, _ = await dragged_on(town)
    await town.finish(request_id)
    await town.rate(request_id, GOOD)
    assert (await town.request(request_id))["closed_at"]
    await town.report(request_id, DECISION, "accountability", note="没有正当理由。")
    statement = (await town.waiting(request_id, STATEMENT))["work_order_id"]
    await town.pass_time((await town.deadline(statement))["inspect_at"])
    async with town.casebook.begin() as connection:
        assert "recalled" == (await work_orders.get(connection, statement))["outcome"]
    assert [f"{UNIT}_principal_head"] == await town.texts(request_id, "statement_missed")
    finding = await town.waiting(request_id, FINDING)
    await town.pass_time((await town.deadline(finding["work_order_id"]))["inspect_at"])
    told = await town.texts(request_id, "inspection_overdue")
    assert {f"{CENTRE}_duty_officer", f"{OFFICE}_principal_head"} == set(told)
    assert 1 == len((await file_of(town, request_id)).inspections)
    await town.report(request_id, FINDING, "unfounded", note="说明属实。")
    file = await file_of(town, request_id)
    assert ("unfounded", []) == (file.inspections[0]["ending"], file.score_adjustments)


async def test_verification_that_fails_again_is_about_the_lead_and_may_end_with_a_word_to_its_head(
    town: Town,
) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.report(request_id, "sign_in", "accepted")
    await town.finish(request_id, verification="failed")
    await town.finish(request_id, verification="failed")
    inspection = await only_inspection(town, request_id)
    assert ("not_verified", UNIT) == (inspection["cause"], inspection["about_unit"])
    await town.report(request_id, DECISION, "urge", note="请加快。")
    assert [f"{UNIT}_principal_head"] == await town.texts(request_id, "inspection_urged")
    assert "urge" == (await only_inspection(town, request_id))["ending"]
    await town.rate(request_id, BAD)
    reopened = (await file_of(town, request_id)).inspections[-1]
    assert ("reopened", 2, None) == (reopened["cause"], reopened["round"], reopened["work_order_id"])
    await town.report(request_id, DECISION, "no_fault", note="已尽责。")
    assert [] == (await file_of(town, request_id)).accountabilities
    assert await town.waiting(request_id, "handling")


async def test_a_matter_returned_twice_is_pushed_before_it_is_handled_and_ends_when_withdrawn(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    for _ in range(2):
        await town.report(request_id, "sign_in", "returned", reason_code="not_ours")
        await town.report(request_id, "review", "insisted")
    assert [] == (await file_of(town, request_id)).inspections
    await town.report(request_id, "sign_in", "accepted")
    assert "returned_often" == (await only_inspection(town, request_id))["cause"]
    await town.report(request_id, DECISION, "accountability", note="推诿。")
    assert await town.waiting(request_id, STATEMENT)
    async with town.casebook.begin() as connection:
        await requests.ask_withdrawal(connection, request_id, now=town.clock())
    await town.forward.settle()
    assert all(order["closed_at"] for order in await town.orders(request_id))
    async with town.casebook.begin() as connection:
        of_request = accountabilities.c.request_id == request_id
        endings = [
            *(await connection.execute(select(pushed.c.ending).where(pushed.c.request_id == request_id))).scalars(),
            *(await connection.execute(select(accountabilities.c.ending).where(of_request))).scalars(),
        ]
        assert "withdrawn" == (await inspections.get(connection, f"{request_id}-DC01"))["ending"]
        assert [] == await scores.of_request(connection, request_id)
    assert ["withdrawn", "withdrawn"] == endings
