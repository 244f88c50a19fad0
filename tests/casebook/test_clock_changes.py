"""A running clock may be suspended, shortened, extended: bounded, with who and why, and every light armed anew."""

from datetime import datetime, timedelta

import pytest

from casebook import clock_changes, explain, settled, suspensions, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from tests.casebook.clock_desk import BASIS, LIMIT, UNIT, Desk
from tests.casebook.rows import local, order, request
from workers.close_work_order import CloseWorkOrder, close_work_order
from workers.errors import NeedsOperator
from workers.plan_deadlines import PlanDeadlines, plan_deadlines
from workers.plan_total_deadline import PlanTotalDeadline, plan_total_deadline


@pytest.fixture
async def desk(casebook: AsyncConnection, district: District) -> Desk:
    began = local("2026-11-24T09:00", district.zone)
    request_id = await request(casebook, district, now=began)
    total = PlanTotalDeadline(request_id=request_id, limit="total", limit_hours=70, inspect_hours=140, basis=BASIS)
    await plan_total_deadline(total, casebook=casebook, now=began, district=district, base_url="")
    return Desk(casebook, district, number=await order(casebook, request_id, UNIT, now=began), began=began)


async def test_a_suspension_gives_the_working_time_back_exactly(desk: Desk) -> None:
    first = await desk.plan()
    for hours in (3, 50, 20):  # work, stand still, work again, stand still over a night
        desk.now += timedelta(hours=hours)
        await desk.suspend()
        paused = await desk.plan()
        assert paused["red_at"] > first["red_at"]
        stood, desk.now = desk.now, desk.now + timedelta(hours=hours)
        await desk.resume()
        resumed = await desk.plan()
        lost = desk.calendar.between(stood, desk.now, basis=BASIS)
        given = desk.calendar.between(first["red_at"], resumed["red_at"], basis=BASIS)
        assert lost == given
        assert resumed["yellow_at"] >= first["yellow_at"]
        first = resumed
    assert 7 == first["version"]
    assert 6 == await desk.told_engine()


async def test_while_the_clock_stands_no_light_is_due_and_it_goes_on_by_itself(desk: Desk) -> None:
    await desk.plan()
    desk.now += timedelta(hours=1)
    await desk.suspend(days=14)
    entry = await desk.plan()
    until = desk.now + timedelta(days=14)
    assert entry["yellow_at"] > until
    assert timedelta(hours=LIMIT - 1) <= desk.calendar.between(until, entry["red_at"], basis=BASIS)
    desk.now = until + timedelta(hours=1)
    assert await suspensions.standing(desk.casebook, desk.number, now=desk.now) is None
    with pytest.raises(RejectedInput, match="没有在暂停"):
        await desk.resume()
    await desk.suspend()
    assert (await desk.plan())["red_at"] > entry["red_at"]


async def test_the_total_stands_still_with_the_handling_and_goes_on_with_its_report(desk: Desk) -> None:
    await desk.plan()
    before = await desk.total()
    desk.now += timedelta(hours=1)
    await desk.suspend(days=10)
    await desk.plan()
    assert (await desk.total())["red_at"] > before["red_at"]
    stood, desk.now = desk.now, desk.now + timedelta(hours=24)
    answer = work_orders.Report(outcome="done", person=UNIT)
    await work_orders.report(desk.casebook, desk.number, answer, now=desk.now)
    for _ in range(2):
        read = CloseWorkOrder(work_order_id=desk.number, outcome="done")
        await close_work_order(read, casebook=desk.casebook, now=desk.now, district=desk.district)
    lost = desk.calendar.between(stood, desk.now, basis=BASIS)
    assert lost == desk.calendar.between(before["red_at"], (await desk.total())["red_at"], basis=BASIS)
    with pytest.raises(RejectedInput, match="不能再变动"):
        await desk.suspend()


async def test_a_suspension_is_bounded(desk: Desk) -> None:
    with pytest.raises(RejectedInput, match="正在计算"):
        await desk.suspend()
    entry = await desk.plan()
    for changed, said in (
        ({"days": 16}, "今后 15 天之内"),
        ({"days": 0}, "今后 15 天之内"),
        ({"reason_code": "mood"}, "选一个理由"),
        ({"note": " "}, "写明情况"),
    ):
        with pytest.raises(RejectedInput, match=said):
            await desk.suspend(**changed)
    await desk.suspend()
    with pytest.raises(RejectedInput, match="正在暂停"):
        await desk.suspend()
    await desk.resume()
    for _ in range(2):
        desk.now += timedelta(minutes=1)
        await desk.suspend()
        await desk.resume()
    with pytest.raises(RejectedInput, match="已暂停过 3 次"):
        await desk.suspend()
    desk.now = (await desk.plan())["red_at"] + timedelta(minutes=1)
    assert desk.now > entry["red_at"]
    with pytest.raises(RejectedInput, match="已经超期"):
        await desk.suspend()


async def test_a_kind_that_may_not_stand_still_is_named(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await order(casebook, await request(casebook, district, now=now), UNIT, now=now, kind="sign_in")
    desk = Desk(casebook, district, number=number, began=now)
    with pytest.raises(RejectedInput, match="“签收”工单不能暂停计时"):
        await desk.suspend()


async def test_a_leader_shortens_a_limit_but_never_into_the_past(desk: Desk) -> None:
    first = await desk.plan()
    await desk.shorten(7)
    shorter = await desk.plan()
    assert timedelta(hours=7) == desk.calendar.between(shorter["red_at"], first["red_at"], basis=BASIS)
    assert timedelta(hours=3.5) == desk.calendar.between(shorter["yellow_at"], first["yellow_at"], basis=BASIS)
    assert (2, 1) == (shorter["version"], await desk.told_engine())
    desk.now += timedelta(hours=48)
    for hours, said in ((14.0, "不足 1 小时"), (12.0, "不足 1 小时"), (0.0, "大于 0"), (-3.0, "大于 0")):
        with pytest.raises(RejectedInput, match=said):
            await desk.shorten(hours)
    with pytest.raises(RejectedInput, match="理由"):
        await desk.shorten(1, " ")


async def test_what_the_engine_has_not_planned_yet_is_owed(desk: Desk) -> None:
    await desk.plan()
    await desk.shorten(1)
    assert 1 <= (await settled.owed(desk.casebook, now=desk.now))["deadlines_not_planned"]
    await desk.plan()
    assert "deadlines_not_planned" not in await settled.owed(desk.casebook, now=desk.now)


async def test_the_level_that_may_grant_depends_on_the_hours_and_higher_ones_always_may(desk: Desk) -> None:
    first = await desk.plan()
    small, large, third = await desk.ask(7), await desk.ask(100), await desk.ask(7)
    with pytest.raises(RejectedInput, match="street_002_order 不能批"):
        await desk.decide(small, person=UNIT)
    with pytest.raises(RejectedInput, match="district_centre 或其上级"):
        await desk.decide(large)
    await desk.decide(small)
    await desk.decide(third, person="district_centre")
    with pytest.raises(RejectedInput, match="已经批复"):
        await desk.decide(small)
    await desk.decide(large, person="district_centre", granted=False)
    moved = await desk.plan()
    assert (14.0, 3) == (moved["extended_hours"], moved["version"])
    assert timedelta(hours=14) == desk.calendar.between(first["red_at"], moved["red_at"], basis=BASIS)


async def test_an_extension_is_bounded(desk: Desk) -> None:
    for hours in (0.0, -1.0, 241.0):
        with pytest.raises(RejectedInput, match="不超过 240 小时"):
            await desk.ask(hours)
    for _ in range(3):
        await desk.decide(await desk.ask(1))
    with pytest.raises(RejectedInput, match="已延期 3 次"):
        await desk.ask(1)


async def test_one_sentence_explains_rule_start_skipped_days_pauses_extensions_and_by_whom(desk: Desk) -> None:
    await desk.plan()
    await desk.decide(await desk.ask(14))
    desk.now += timedelta(hours=1)
    await desk.suspend()
    desk.now += timedelta(hours=2)
    await desk.resume()
    await desk.shorten(3)
    await desk.plan()
    request_id = (await desk.order())["request_id"]
    told = await explain.life_of(desk.casebook, request_id, district=desk.district)
    assert [] == [line for line in told if "None" in line]
    [sentence] = [line for line in told if "办理时限" in line and "缩短" in line]
    centre = "大智街道“民呼我应”指挥中心"
    for part in (
        f"办理时限 21 个工作小时，另批准延期 14 个工作小时（{centre} 11月24日 09:00 批准）",
        "11月24日 10:00 至 11月24日 12:00 暂停计时（恶劣天气无法作业，大智街道",
        "缩短 3 个工作小时（江岸区“民呼我应”指挥中心 11月24日 12:00 要求）",
        "从 11月24日 09:00 起算",
        "跳过 11月28日",
    ):
        assert part in sentence
    assert any("暂停计时（恶劣天气无法作业）。" in line for line in told)


@pytest.mark.parametrize(
    ("hours", "inspect", "basis"),
    [(0.0, 7.0, "working"), (-1.0, 7.0, "working"), (7.0, 3.0, "working"), (7.0, 9.0, "days")],
)
async def test_a_limit_that_is_none_becomes_an_incident_with_a_sentence(
    desk: Desk, hours: float, inspect: float, basis: str
) -> None:
    read = PlanDeadlines(
        work_order_id=desk.number, limit="handling", limit_hours=hours, inspect_hours=inspect, basis=basis
    )
    with pytest.raises(NeedsOperator, match=r"time_limit\.dmn 里时限“handling”写成了"):
        await plan_deadlines(read, casebook=desk.casebook, now=desk.now, district=desk.district)
    assert (await clock_changes.of_order(desk.casebook, desk.number)).times == 0
