"""A unit appeals against its score: what is written and told, what is refused, who decides."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from casebook import appeals, explain, views
from casebook.appeal_rules import last_instant
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from tests.casebook.appeal_steps import (
    CENTRE,
    OTHER,
    UNIT,
    appeal,
    asked,
    decide,
    decided,
    filed,
    opened,
    score_again,
    scored,
    told,
)
from workers.errors import NeedsOperator


async def test_an_appeal_is_written_told_to_the_engine_and_decided_by_the_centre(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await filed(casebook, district, now=now)
    request_id = number.rpartition("-")[0]
    assert f"{request_id}-SS01" == number
    assert ["appeal_filed"] == await told(casebook, number)
    found = await opened(casebook, district, number, now=now)
    assert (CENTRE, UNIT, "B", 1) == (found.office, found.unit, found.level, found.round)
    with pytest.raises(NeedsOperator, match="是重复的"):
        await opened(casebook, district, number, now=now)
    life = await explain.life_of(casebook, request_id, district=district)
    assert any("对第 1 轮得分的响应度、办结度提出申诉（计分依据的事实有误）" in line for line in life)
    assert not any("系统故障" in line for line in life)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"reason_code": "because"}, "没有选择申诉理由"),
        ({"grounds": " \n"}, "没有写申诉的理由"),
        ({"grounds": "长" * 1001}, "有 1001 字，最多 1000 字"),
        ({"contested": ()}, "没有选择对哪一项得分有异议"),
        ({"contested": ("cooperation",)}, "配合度没有计入这个得分，或者已经是最高分"),
        ({"contested": ("response", "speed")}, "speed没有计入这个得分"),
        ({"unit": "dept_water"}, "单位 dept_water 在诉求 .* 第 1 轮没有得分"),
        ({"round": 2}, "第 2 轮没有得分"),
        ({"unit": OTHER}, "已经是最高分"),
    ],
)
async def test_an_appeal_that_cannot_stand_is_refused_in_a_sentence(
    casebook: AsyncConnection, district: District, now: datetime, wish: dict[str, Any], sentence: str
) -> None:
    number = await scored(casebook, district, now=now)
    with pytest.raises(RejectedInput, match=sentence):
        await appeals.file(casebook, appeal(number, **wish), district=district, now=now)
    assert [] == (await views.request_file(casebook, number)).appeals


async def test_a_request_that_is_not_there_has_no_score(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    with pytest.raises(RejectedInput, match="没有得分"):
        await appeals.file(casebook, appeal("JA20200101-000001-1"), district=district, now=now)
    with pytest.raises(RejectedInput, match="没有编号为 SS 的申诉"):
        await appeals.get(casebook, "SS")


async def test_the_last_day_counts_to_its_end_and_the_next_is_too_late(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    last = last_instant(now, district)
    assert time(0) == last.timetz().replace(tzinfo=None)
    early, late = [await scored(casebook, district, now=now) for _ in range(2)]
    in_time = last - timedelta(microseconds=1)
    assert await appeals.file(casebook, appeal(early), district=district, now=in_time)
    with pytest.raises(RejectedInput, match=r"5 个工作日的申诉期到 .*（含当天）为止，已经过了，不再受理"):
        await appeals.file(casebook, appeal(late), district=district, now=last)


async def test_a_score_is_appealed_against_once(casebook: AsyncConnection, district: District, now: datetime) -> None:
    number = await filed(casebook, district, now=now)
    again = appeal(number.rpartition("-")[0])
    with pytest.raises(RejectedInput, match=f"{number} 还没有决定，不必重复提交"):
        await appeals.file(casebook, again, district=district, now=now)
    await decided(casebook, district, number, outcome="rejected", now=now)
    with pytest.raises(RejectedInput, match=f"{number} 已有决定，同一个得分只能申诉一次"):
        await appeals.file(casebook, again, district=district, now=now)


async def test_each_unit_and_each_round_has_an_appeal_of_its_own(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await scored(casebook, district, now=now)
    await score_again(casebook, district, number, now=now, round_=2)
    for wish in ({"round": 1}, {"round": 2}):
        await appeals.file(casebook, appeal(number, **wish), district=district, now=now)
    rows = (await views.request_file(casebook, number)).appeals
    assert [(f"{number}-SS01", 1), (f"{number}-SS02", 2)] == [(row["appeal_id"], row["round"]) for row in rows]


async def test_nobody_decides_about_itself(casebook: AsyncConnection, district: District, now: datetime) -> None:
    number = await filed(casebook, district, now=now)
    own = await asked(casebook, number, unit=UNIT, now=now)
    with pytest.raises(RejectedInput, match="不能由申诉单位自己决定"):
        await decide(casebook, own, "rejected", now=now)
    of_centre = (await appeals.get(casebook, number)) | {"unit": CENTRE}
    assert "district_inspection" == await appeals.office_for(casebook, of_centre, district=district, at=now)
    rule = district.scoring.appeal.model_copy(update={"decided_by": "nobody", "decided_else_by": "nobody"})
    without = district.model_copy(update={"scoring": district.scoring.model_copy(update={"appeal": rule})})
    with pytest.raises(NeedsOperator, match="单位目录里没有角色 nobody"):
        await opened(casebook, without, number, now=now)


async def test_the_list_has_open_appeals_first_and_a_unit_sees_its_own(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    first, second = [await filed(casebook, district, now=now + timedelta(minutes=minute)) for minute in (0, 1)]
    await decided(casebook, district, second, outcome="rejected", now=now)
    rows = await appeals.listed(casebook, unit=UNIT)
    assert [first, second] == [row["appeal_id"] for row in rows]
    assert Decimal("68.00") == rows[0]["score"]
    assert {first, second} <= {row["appeal_id"] for row in await appeals.listed(casebook)}
    assert [] == await appeals.listed(casebook, unit="dept_water")
