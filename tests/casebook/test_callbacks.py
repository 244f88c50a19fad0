"""回访: drawn once and the same ever after; a call replaces a link, or stands beside the rating and changes nothing."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from casebook import callback_samples, callbacks, gaming_signals, periods, rating_links, ratings, requests
from casebook.callback_samples import Sample
from casebook.callbacks import Call
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.explain import life_of
from tests.casebook.test_who_rates import GOOD, LANDLINE, called, invited

pytestmark = pytest.mark.asyncio
CLERK = "district_centre"
BAD = {"resolved": "unresolved", "satisfaction": 1, "comment": "", "reason": "not_solved"}
TENTH = Decimal("0.100")


@pytest.fixture
def closed_at(district: District) -> datetime:
    return datetime(2031, 5, 10, 12, tzinfo=district.zone)


@pytest.fixture
def later(closed_at: datetime) -> datetime:
    return closed_at + timedelta(days=40)


async def closed(casebook: AsyncConnection, district: District, *, at: datetime, **who: Any) -> str:
    number = await called(casebook, district, now=at, **who)
    await requests.note_facts(casebook, number, closed_at=at)
    return number


async def drawn(casebook: AsyncConnection, district: District, *, now: datetime, share: Decimal = TENTH) -> Sample:
    may = periods.period("2031-05", zone=district.zone)
    return await callback_samples.draw(casebook, may, share=share, now=now)


async def ring(casebook: AsyncConnection, district: District, number: str, *, now: datetime, **what: Any) -> None:
    call = Call(request_id=number, by=CLERK, **({"outcome": "reached", "answer": dict(GOOD)} | what))
    await callbacks.record(casebook, call, rules=district.rating.callback, now=now)


async def test_a_tenth_of_what_was_closed_is_drawn_once_and_stays(
    casebook: AsyncConnection, district: District, closed_at: datetime, later: datetime
) -> None:
    with_number = [
        await closed(casebook, district, at=closed_at, caller_phone=f"999{at:08d}", caller_kind="business")
        for at in range(12)
    ]
    for _ in range(9):
        await closed(casebook, district, at=closed_at, caller_phone=None)
    await closed(casebook, district, at=later)
    sample = await drawn(casebook, district, now=later)
    assert (21, 12, 3) == (sample.closed, sample.callable, len(sample.rows))
    assert {row["request_id"] for row in sample.rows} <= set(with_number)
    await closed(casebook, district, at=closed_at, caller_phone="99999999999")
    assert sample == await drawn(casebook, district, now=later + timedelta(days=1))
    with pytest.raises(RejectedInput, match=r"已经按 10\.0% 抽过样"):
        await drawn(casebook, district, now=later, share=Decimal("0.200"))


async def test_a_month_that_is_not_over_or_empty_is_not_drawn(
    casebook: AsyncConnection, district: District, closed_at: datetime, later: datetime
) -> None:
    with pytest.raises(RejectedInput, match="还没有结束"):
        await drawn(casebook, district, now=closed_at)
    with pytest.raises(RejectedInput, match="没有办结的诉求"):
        await drawn(casebook, district, now=later)


async def test_whoever_has_no_mobile_number_rates_by_a_clerks_call(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    invitation = await invited(casebook, district, now=now, caller_phone=LANDLINE)
    number = invitation["request_id"]
    listed = await callbacks.instead_of_links(casebook, now=now)
    assert number in {row["request_id"] for row in listed}
    await ring(casebook, district, number, now=now, outcome="not_reached", answer=None)
    assert (await ratings.get(casebook, invitation["rating_id"]))["rated_at"] is None
    await ring(casebook, district, number, now=now, answer=dict(BAD))
    rated = await ratings.get(casebook, invitation["rating_id"])
    assert (1, "not_solved", CLERK) == (rated["satisfaction"], rated["reason"], rated["rated_by"])
    with pytest.raises(RejectedInput, match="不用回访，或者已经回访过了"):
        await ring(casebook, district, number, now=now)
    told = "\n".join(await life_of(casebook, number, district=district))
    assert "由回访员打电话请诉求人评价第 1 轮办理" in told
    assert "电话回访接通并答复：没有解决，满意程度 1/5，问题没有解决。" in told


async def test_who_was_to_be_rung_and_answered_by_link_first_has_answered(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    invitation = await invited(casebook, district, now=now, caller_kind="cared_for")
    token = rating_links.token_of(casebook, invitation)
    assert token is not None
    await ratings.rate(casebook, token, dict(GOOD), now=now)
    with pytest.raises(RejectedInput, match="不用回访"):
        await ring(casebook, district, invitation["request_id"], now=now, answer=dict(BAD))
    assert 5 == (await ratings.get(casebook, invitation["rating_id"]))["satisfaction"]


async def test_a_sample_call_stands_beside_the_rating_and_a_difference_is_shown(
    casebook: AsyncConnection, district: District, closed_at: datetime, later: datetime
) -> None:
    invitation = await invited(casebook, district, now=closed_at)
    token = rating_links.token_of(casebook, invitation)
    assert token is not None
    await ratings.rate(casebook, token, dict(GOOD), now=closed_at)
    number = invitation["request_id"]
    await requests.note_facts(casebook, number, closed_at=closed_at)
    await drawn(casebook, district, now=later)
    await ring(casebook, district, number, now=later, answer=dict(BAD))
    assert 5 == (await ratings.get(casebook, invitation["rating_id"]))["satisfaction"]
    month = periods.period(f"{later:%Y-%m}", zone=district.zone)
    [signal] = await gaming_signals.find(casebook, month, rules=district.scoring.signals)
    assert ("callback_differs", (number,)) == (signal.kind, signal.request_ids)
    with pytest.raises(RejectedInput, match="已经回访过了"):
        await ring(casebook, district, number, now=later)


async def test_one_who_does_not_answer_is_tried_so_often_and_no_more(
    casebook: AsyncConnection, district: District, closed_at: datetime, later: datetime
) -> None:
    number = await closed(casebook, district, at=closed_at)
    await drawn(casebook, district, now=later)
    for _ in range(district.rating.callback.calls_most):
        await ring(casebook, district, number, now=later, outcome="not_reached", answer=None)
    with pytest.raises(RejectedInput, match="已经回访过了"):
        await ring(casebook, district, number, now=later)


@pytest.mark.parametrize(
    ("what", "part"),
    [
        ({"outcome": "perhaps"}, "请选择回访结果"),
        ({"outcome": "", "answer": None}, "请选择回访结果"),
        ({"answer": None}, "回访内容不完整"),
        ({"answer": GOOD | {"satisfaction": 6}}, "回访内容不完整"),
        ({"answer": GOOD | {"resolved": "yes"}}, "回访内容不完整"),
    ],
)
async def test_a_call_that_makes_no_sense_is_refused(
    casebook: AsyncConnection, district: District, now: datetime, what: dict[str, Any], part: str
) -> None:
    invitation = await invited(casebook, district, now=now, caller_phone=LANDLINE)
    with pytest.raises(RejectedInput, match=part):
        await ring(casebook, district, invitation["request_id"], now=now, **what)


async def test_nobody_is_rung_who_was_neither_asked_nor_drawn(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await called(casebook, district, now=now)
    with pytest.raises(RejectedInput, match="不用回访"):
        await ring(casebook, district, number, now=now)
