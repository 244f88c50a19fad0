"""Appeals on the real engine: filed, decided, recorded, told; they go on when their request is taken up again."""

from decimal import Decimal
from typing import Any

import pytest

from casebook import appeals, requests, score_adjustments, unit_scores, views
from casebook.appeal_rules import last_instant
from casebook.appeals import Appeal
from casebook.errors import RejectedInput
from casebook.views import RequestFile
from tests.process.town import BAD, Town

NEIGHBOURS = "070101"
UNIT, CENTRE, KIND = "community_002003", "district_centre", "appeal_decision"
SO_SO = {"resolved": "resolved", "satisfaction": 3, "comment": ""}


async def file_of(town: Town, request_id: str) -> RequestFile:
    async with town.casebook.begin() as connection:
        return await views.request_file(connection, request_id)


async def scored(town: Town, answer: dict[str, Any] = SO_SO) -> str:
    """A matter is handled in time and rated; return the request's number."""
    request_id = await town.receive(NEIGHBOURS)
    await town.handle(request_id)
    await town.rate(request_id, answer)
    return request_id


async def appeal(town: Town, request_id: str) -> str:
    wish = Appeal(
        request_id=request_id,
        round=1,
        unit=UNIT,
        reason_code="other_unit",
        contested=("satisfaction",),
        grounds="诉求人评价的是物业，不是社区。",
        person=UNIT,
    )
    async with town.casebook.begin() as connection:
        number = await appeals.file(connection, wish, district=town.district, now=town.clock())
    await town.forward.settle()
    return number


async def effective(town: Town, request_id: str) -> list[Decimal]:
    """Return what the unit's scores of a request come to where they count."""
    file = await file_of(town, request_id)
    units = [unit for round_ in file.scores for unit in round_["units"]]
    counting = [unit for unit in units if not score_adjustments.excluded_by(unit, file.score_adjustments)]
    return [score_adjustments.effective(unit, file.score_adjustments) for unit in counting]


async def told(town: Town, request_id: str) -> str:
    """Return the one text about an appeal; it may wait for the end of the quiet hours."""
    [text] = [row["text"] for row in (await file_of(town, request_id)).messages if row["event"] == "appeal_decided"]
    return str(text)


async def test_an_appeal_is_decided_beside_the_score_and_the_unit_is_told(town: Town) -> None:
    request_id = await scored(town)
    original = (await file_of(town, request_id)).scores[0]["units"][0]
    number = await appeal(town, request_id)
    order = await town.waiting(request_id, KIND)
    assert (CENTRE, number, "A") == (order["unit"], order["about"], order["level"])
    assert 35 == (await town.deadline(order["work_order_id"]))["limit_hours"]
    with pytest.raises(RejectedInput, match="得分不会更高"):
        await town.report(request_id, KIND, "upheld", note="属实。", corrected={"satisfaction": "dissatisfied"})
    await town.report(request_id, KIND, "upheld", note="属实。", corrected={"satisfaction": "not_rated"})
    assert [original["score"] + 8] == await effective(town, request_id)  # 40 % of 80 instead of 60
    async with town.casebook.begin() as connection:
        assert original == await unit_scores.get(connection, request_id, round_=1, unit=UNIT)
    assert [f"{UNIT}_principal_head"] == await town.texts(request_id, "appeal_decided")
    assert f"得分申诉{number}已有决定：申诉成立，得分" in await told(town, request_id)


async def test_one_is_rejected_one_excludes_the_score_and_one_comes_too_late(town: Town) -> None:
    rejected, excluded, late = [await scored(town) for _ in range(3)]
    for request_id in (rejected, excluded):
        await appeal(town, request_id)
    before = await effective(town, rejected)
    await town.report(rejected, KIND, "rejected", note="评价属实。")
    await town.report(excluded, KIND, "excluded", note="评价不是对本单位的。")
    assert (before, []) == (await effective(town, rejected), await effective(town, excluded))
    assert [[], ["excluded"]] == [
        [each["reason"] for each in (await file_of(town, request_id)).score_adjustments]
        for request_id in (rejected, excluded)
    ]
    scored_at = (await file_of(town, late)).scores[0]["scored_at"]
    await town.pass_time(last_instant(scored_at, town.district))
    with pytest.raises(RejectedInput, match="已经过了，不再受理"):
        await appeal(town, late)


async def test_an_appeal_about_the_first_round_goes_on_while_the_second_is_withdrawn(town: Town) -> None:
    request_id = await scored(town, BAD)
    number = await appeal(town, request_id)
    async with town.casebook.begin() as connection:
        await requests.ask_withdrawal(connection, request_id, now=town.clock())
    await town.forward.settle()
    assert (await town.request(request_id))["withdrawn_at"]
    await town.report(request_id, KIND, "partly", note="部分属实。", corrected={"satisfaction": "neutral"})
    assert (await file_of(town, request_id)).appeals[0]["ended_at"]
    assert [f"{UNIT}_principal_head"] == await town.texts(request_id, "appeal_decided")
    assert f"得分申诉{number}已有决定：申诉部分成立" in await told(town, request_id)
