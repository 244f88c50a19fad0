"""What a decision about an appeal makes of the score: beside it, never in it; refused where it does not fit."""

from datetime import datetime
from decimal import Decimal

import pytest

from casebook import appeals, explain, score_adjustments, unit_scores, views, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.requests import get, note_facts
from casebook.score_adjustments import Adjustment
from tests.casebook.appeal_steps import CENTRE, OTHER, UNIT, asked, decide, decided, effective, filed, score_again
from workers.occasion import occasions
from workers.send_sms import SendSms
from workers.taking_back import take_back


@pytest.mark.parametrize(
    ("outcome", "corrected", "score"),
    [
        ("rejected", {}, "68.00"),
        ("partly", {"completion": "in_time"}, "80.00"),
        ("partly", {"completion": "reworked"}, "71.00"),
        ("partly", {"completion": "in_time", "response": "in_time"}, "84.00"),
        ("upheld", {"response": "in_time", "completion": "in_time"}, "84.00"),
        ("upheld", {"response": "in_time", "completion": "reworked"}, "75.00"),
    ],
)
async def test_what_is_decided_stands_beside_the_score_which_stays(
    casebook: AsyncConnection, district: District, now: datetime, *, outcome: str, corrected: dict[str, str], score: str
) -> None:
    number = await filed(casebook, district, now=now)
    request_id = number.rpartition("-")[0]
    before = await unit_scores.get(casebook, request_id, round_=1, unit=UNIT)
    await decided(casebook, district, number, outcome=outcome, now=now, corrected=corrected)
    assert before == await unit_scores.get(casebook, request_id, round_=1, unit=UNIT)
    assert Decimal("68.00") == before["score"]
    assert [Decimal(score)] == await effective(casebook, request_id)
    file = await views.request_file(casebook, request_id)
    assert Decimal(score) == score_adjustments.effective(before, file.score_adjustments)
    assert (outcome, corrected or None) == (file.appeals[0]["decision"], file.appeals[0]["corrected"])
    assert [Decimal("100.00")] == await effective(casebook, request_id, unit=OTHER)


@pytest.mark.parametrize(
    ("outcome", "corrected", "sentence"),
    [
        ("done", {}, "申诉决定没有“done”这个结果"),
        ("rejected", {"response": "in_time"}, "不改定情形"),
        ("excluded", {"response": "in_time"}, "不改定情形"),
        ("partly", {}, "没有写明响应度、办结度改定为什么情形"),
        ("upheld", {"response": "in_time"}, "没有写明办结度改定为什么情形"),
        ("upheld", {"response": "in_time", "completion": "late"}, "办结度改定为“超时”得分不会更高"),
        ("partly", {"response": "never"}, "响应度改定为“没有签收”得分不会更高"),
        ("partly", {"response": "very_satisfied"}, "或者没有这种情形"),
        ("partly", {"response": "100"}, "响应度改定为“100”得分不会更高，或者没有这种情形"),
        ("partly", {"satisfaction": "satisfied"}, "申诉没有涉及满意度，不能改定"),
        ("partly", {"speed": "in_time"}, "申诉没有涉及speed，不能改定"),
    ],
)
async def test_a_decision_that_does_not_fit_is_refused_and_the_order_waits(
    casebook: AsyncConnection,
    district: District,
    now: datetime,
    *,
    outcome: str,
    corrected: dict[str, str],
    sentence: str,
) -> None:
    number = await filed(casebook, district, now=now)
    order = await asked(casebook, number, now=now)
    async with casebook.begin_nested() as attempt:
        with pytest.raises(RejectedInput, match=sentence):
            await decide(casebook, order, outcome, now=now, corrected=corrected)
        await attempt.rollback()
    assert (await work_orders.get(casebook, order))["reported_at"] is None
    assert (await appeals.get(casebook, number))["decision"] is None
    assert not await appeals.end(casebook, number, now=now)
    with pytest.raises(RejectedInput, match="须写明理由"):
        await work_orders.report(
            casebook, order, work_orders.Report(outcome="rejected", person=CENTRE, note=" "), now=now
        )


async def test_an_excluded_score_counts_nowhere_and_is_still_there(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await filed(casebook, district, now=now, reason_code="force_majeure")
    request_id = number.rpartition("-")[0]
    await score_again(casebook, district, request_id, now=now, round_=2)
    await decided(casebook, district, number, outcome="excluded", now=now)
    assert [Decimal("68.00")] == await effective(casebook, request_id)  # the second round's
    file = await views.request_file(casebook, request_id)
    [first, second] = [round_["units"][0] for round_ in file.scores]
    assert number == (score_adjustments.excluded_by(first, file.score_adjustments) or {})["source_number"]
    assert score_adjustments.excluded_by(second, file.score_adjustments) is None
    life = await explain.life_of(casebook, request_id, district=district)
    assert any(f"第 1 轮实得分：原得分 68.00 分，不计入考核（申诉 {number}）。" in line for line in life)
    assert not any("第 2 轮实得分" in line for line in life)


async def test_an_appeal_goes_on_when_its_request_is_taken_back(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await filed(casebook, district, now=now)
    request_id = number.rpartition("-")[0]
    order = await asked(casebook, number, now=now)
    await take_back(casebook, request_id, ending="withdrawn", now=now)
    await note_facts(casebook, request_id, withdrawn_at=now)
    assert (await get(casebook, request_id))["withdrawn_at"]
    await decide(casebook, order, "partly", now=now, corrected={"completion": "in_time"})
    assert await appeals.end(casebook, number, now=now)
    assert [Decimal("80.00")] == await effective(casebook, request_id)


async def test_what_accountability_took_off_stays_off(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await filed(casebook, district, now=now)
    request_id = number.rpartition("-")[0]
    found = Adjustment(
        request_id=request_id,
        round=1,
        unit=UNIT,
        source="accountability",
        source_number=f"{request_id}-ZZ01",
        points=Decimal(-15),
        lasting=True,
        reason="serious",
        rules_version=district.rules_version,
    )
    await score_adjustments.record(casebook, found, now=now)
    await decided(casebook, district, number, outcome="partly", now=now, corrected={"completion": "in_time"})
    assert [Decimal("65.00")] == await effective(casebook, request_id)
    life = await explain.life_of(casebook, request_id, district=district)
    arithmetic = (
        f"原得分 68.00 分，扣 15.00 分（责任追究 {request_id}-ZZ01：严重责任），"
        f"加 12.00 分（申诉 {number}：申诉部分成立，办结度改按“按时”计），实得 65.00 分。"
    )
    assert any(arithmetic in line for line in life)


@pytest.mark.parametrize(
    ("outcome", "corrected", "result"),
    [
        ("rejected", {}, "申诉不成立，得分 68.00 不变"),
        ("partly", {"completion": "in_time"}, "申诉部分成立，得分 68.00 → 80.00"),
        ("excluded", {}, "得分不计入考核"),
    ],
)
async def test_the_text_to_the_unit_says_what_came_of_it(
    casebook: AsyncConnection,
    district: District,
    now: datetime,
    *,
    outcome: str,
    corrected: dict[str, str],
    result: str,
) -> None:
    number = await filed(casebook, district, now=now)
    await decided(casebook, district, number, outcome=outcome, now=now, corrected=corrected)
    read = SendSms(
        request_id=number.rpartition("-")[0],
        unit=UNIT,
        event="appeal_decided",
        recipient="principal_head",
        template="appeal_decided",
        round=1,
        supervision_id=number,
    )
    [occasion] = await occasions(casebook, read, district=district, base_url="")
    assert (number, {"result": result}) == (occasion.key, occasion.fields)
