"""What is pushed to inspection is pushed once, decided with a reason, and what is found stands beside the score."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook import (
    accountabilities,
    explain,
    inspection_list,
    inspection_sentences,
    inspections,
    requests,
    score_adjustments,
    scores,
    views,
    work_orders,
)
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.work_orders import Report
from tests.casebook.inspection_steps import (
    DECISION,
    FINDING,
    OFFICE,
    OTHER,
    STATEMENT,
    UNIT,
    answer,
    asked,
    called,
    found,
    pushed,
    score,
    told,
)
from tests.casebook.rows import order, request
from workers.push_to_inspection import PushToInspection, push_to_inspection
from workers.raise_light import RaiseLight, raise_light
from workers.record_accountability import RecordAccountability, record_accountability


async def test_a_work_order_is_pushed_once_and_the_engine_is_told_once(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    inspection = await pushed(casebook, district, now=now)
    assert inspection.endswith("-DC01")
    assert ["inspection_pushed"] == await told(casebook, inspection)


async def test_the_rule_of_complexity_pushes_once_for_each_round(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await request(casebook, district, now=now)
    await order(casebook, number, UNIT, now=now)
    for round_, cause in ((1, "returned_often"), (1, "returned_often"), (2, "reopened")):
        await requests.note_facts(casebook, number, round=round_)
        await push_to_inspection(PushToInspection(request_id=number, cause=cause), casebook=casebook, now=now)
    rows = (await views.request_file(casebook, number)).inspections
    assert [("returned_often", 1, UNIT), ("reopened", 2, UNIT)] == [
        (row["cause"], row["round"], row["about_unit"]) for row in rows
    ]


async def test_a_request_that_is_being_withdrawn_is_not_pushed_any_more(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await request(casebook, district, now=now)
    late = await order(casebook, number, UNIT, now=now)
    await requests.ask_withdrawal(casebook, number, now=now)
    await push_to_inspection(PushToInspection(request_id=number, work_order_id=late), casebook=casebook, now=now)
    assert [] == (await views.request_file(casebook, number)).inspections


@pytest.mark.parametrize(
    ("kind", "unit", "event"),
    [
        (DECISION, OTHER, "inspection_overdue"),
        (FINDING, OFFICE, "inspection_overdue"),
        ("co_handling", OFFICE, "inspection_overdue"),
        (STATEMENT, UNIT, "statement_missed"),
        ("handling", UNIT, "inspection"),
    ],
)
async def test_an_inspection_office_is_not_inspected_by_itself_and_silence_ends_the_statement(
    casebook: AsyncConnection, district: District, now: datetime, *, kind: str, unit: str, event: str
) -> None:
    number = await request(casebook, district, now=now)
    late = await order(casebook, number, unit, now=now, kind=kind)
    read = PushToInspection(request_id=number, work_order_id=late, cause="long_delay")
    for _ in range(2):
        await push_to_inspection(read, casebook=casebook, now=now)
    light = await raise_light(RaiseLight(work_order_id=late, light="inspection"), casebook=casebook, now=now)
    assert (event, True) == (light.event, light.notify)
    assert (event == "inspection") == bool((await views.request_file(casebook, number)).inspections)
    assert (event == "statement_missed") == ((await work_orders.get(casebook, late))["outcome"] == "recalled")


@pytest.mark.parametrize("outcome", ["no_fault", "urge"])
async def test_a_decision_needs_a_reason_and_ends_the_inspection(
    casebook: AsyncConnection, district: District, now: datetime, outcome: str
) -> None:
    inspection = await pushed(casebook, district, now=now)
    wanted = await asked(casebook, inspection, kind=DECISION, now=now)
    with pytest.raises(RejectedInput, match="没有“closed”这个结果"):
        async with casebook.begin_nested():
            await answer(casebook, wanted, "closed", now=now)
    with pytest.raises(RejectedInput, match="须写明理由"):
        async with casebook.begin_nested():
            await work_orders.report(casebook, wanted, Report(outcome=outcome, person=OFFICE, note=" "), now=now)
    await answer(casebook, wanted, outcome, now=now)
    row = await inspections.get(casebook, inspection)
    assert (outcome, outcome, now) == (row["decision"], row["ending"], row["ended_at"])


@pytest.mark.parametrize("scored_first", [True, False])
async def test_a_finding_and_the_scoring_may_come_in_either_order(
    casebook: AsyncConnection, district: District, now: datetime, *, scored_first: bool
) -> None:
    inspection = await pushed(casebook, district, now=now)
    number = inspection.rpartition("-")[0]
    before = await scores.summary(casebook)
    if scored_first:
        await score(casebook, number, now=now, value="82.50")
    await found(casebook, await called(casebook, inspection, now=now), district=district, now=now)
    if not scored_first:
        await score(casebook, number, now=now, value="82.50")
    file = await views.request_file(casebook, number)
    assert Decimal("67.50") == score_adjustments.effective(file.scores[0], file.score_adjustments)
    assert Decimal("82.50") == file.scores[0]["score"]
    summary = await scores.summary(casebook)
    assert before["scored"] + 1 == summary["scored"]
    if not before["scored"]:
        assert (67.5, 82.5) == (summary["mean_score"], summary["mean_original_score"])
    told_of = explain.tell(file, district)
    assert any("扣 15.00 分（责任追究" in sentence and "严重责任" in sentence for sentence in told_of)
    assert any("原得分 82.50 分" in sentence and "实得 67.50 分" in sentence for sentence in told_of)
    assert ("serious", "serious") == (file.accountabilities[0]["ending"], file.inspections[0]["ending"])


async def test_what_was_found_counts_in_the_next_round_too_and_only_for_that_unit(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    inspection = await pushed(casebook, district, now=now)
    number = inspection.rpartition("-")[0]
    await found(casebook, await called(casebook, inspection, now=now), district=district, now=now)
    await score(casebook, number, now=now, value="9.00")
    await score(casebook, number, now=now, value="90.00", round_=2)
    file = await views.request_file(casebook, number)
    first, second = file.scores
    assert [Decimal(0), Decimal(75)] == [
        score_adjustments.effective(each, file.score_adjustments) for each in (first, second)
    ]
    assert inspection_sentences.effective_sentence(first, file.score_adjustments).endswith("实得 0 分（最低 0 分）")
    assert Decimal(90) == score_adjustments.effective(second | {"unit": OTHER}, file.score_adjustments)


async def test_a_finding_of_no_fault_leaves_the_score_alone(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    inspection = await pushed(casebook, district, now=now)
    await found(casebook, await called(casebook, inspection, now=now), district=district, now=now, points=0)
    assert [] == (await views.request_file(casebook, inspection.rpartition("-")[0])).score_adjustments


async def test_a_withdrawn_request_ends_its_inspection_and_what_comes_later_changes_nothing(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    inspection = await pushed(casebook, district, now=now)
    number = inspection.rpartition("-")[0]
    accountability = await called(casebook, inspection, now=now)
    statement = await asked(casebook, accountability, kind=STATEMENT, unit=UNIT, now=now)
    for _ in range(2):
        await inspections.end_with_request(casebook, number, ending="withdrawn", now=now)
    assert ["inspection_pushed", "inspection_recalled"] == await told(casebook, inspection)
    assert "recalled" == (await work_orders.get(casebook, statement))["outcome"]
    late = RecordAccountability(accountability_id=accountability, finding="serious", points=Decimal(15), lasting=True)
    await record_accountability(late, casebook=casebook, now=now, district=district)
    file = await views.request_file(casebook, number)
    assert ("withdrawn", "withdrawn", []) == (
        file.inspections[0]["ending"],
        file.accountabilities[0]["ending"],
        file.score_adjustments,
    )
    assert "withdrawn" == (await accountabilities.get(casebook, accountability))["ending"]


async def test_the_list_has_open_ones_first_and_can_be_filtered_and_counted(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    before = await inspection_list.counts(casebook)
    first, second = [await pushed(casebook, district, now=now) for _ in range(2)]
    await answer(casebook, await asked(casebook, first, kind=DECISION, now=now), "no_fault", now=now)
    wanted = await asked(casebook, second, kind=DECISION, now=now)
    mine = [row for row in await inspection_list.listed(casebook) if row["inspection_id"] in {first, second}]
    assert [(second, wanted), (first, None)] == [(row["inspection_id"], row["asked"]) for row in mine]
    assert [] == await inspection_list.listed(casebook, cause="refused", office=OFFICE)
    assert OFFICE in await inspection_list.offices(casebook)
    assert wanted == await inspection_list.asked_now(casebook, second)
    after = await inspection_list.counts(casebook)
    assert before["by_cause"].get("long_delay", 0) + 2 == after["by_cause"]["long_delay"]
    assert before["by_decision"].get("no_fault", 0) + 1 == after["by_decision"]["no_fault"]


@given(
    value=st.decimals(0, 100, places=2),
    moves=st.lists(st.tuples(st.decimals(-100, 100, places=2), st.integers(1, 3), st.booleans()), max_size=5),
    round_=st.integers(1, 3),
)
def test_what_a_score_comes_to_stays_between_nothing_and_a_hundred(
    value: Decimal, moves: list[tuple[Decimal, int, bool]], round_: int
) -> None:
    adjustments: list[dict[str, Any]] = [
        {"points": points, "round": of_round, "lasting": lasting, "unit": UNIT} for points, of_round, lasting in moves
    ]
    given_score = {"score": value, "round": round_, "unit": UNIT}
    reached = score_adjustments.effective(given_score, adjustments)
    assert 0 <= reached <= 100
    later = [each for each in adjustments if each["round"] > round_]
    assert reached == score_adjustments.effective(given_score, [each for each in adjustments if each not in later])
