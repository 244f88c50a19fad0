"""Leads, co-units, streets and posted forces at the desk, on a telephone."""

from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import insert, update

from casebook import co_tasks, enforcement, enforcement_calls, explain, work_orders
from casebook.co_tasks import NewCoTask
from casebook.enforcement import Whistle
from casebook.schema import fact_outbox, requests, team_members
from tests.desk.district_life import DistrictLife
from tests.desk.test_deeds import facts_about

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

CENTRE, URBAN, SERVICE = "street_002_centre", "street_002_posted_urban", "street_002_service"
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"


async def lead_order(life: DistrictLife, *, unit: str = "street_002_urban") -> tuple[str, str]:
    request_id = await life.request()
    return request_id, await life.work_order(request_id, kind="handling", form="lead_report", unit=unit)


async def tasks(life: DistrictLife, request_id: str) -> list[dict[str, Any]]:
    async with life.casebook.connect() as connection:
        return await co_tasks.of_request(connection, request_id)


async def test_a_lead_calls_a_co_unit_in_and_releases_it(page: Page, life: DistrictLife) -> None:
    request_id, work_order_id = await lead_order(life)
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("请单位协办").click()
    await page.locator(".co-unit input").fill("大智街道公共服务办")
    await page.get_by_role("option", name="大智街道公共服务办").click()
    await page.get_by_label("请其协办的理由").first.fill("需要现场登记。")
    await page.get_by_role("button", name="请其协办").click()
    row = page.locator(".co-task").filter(has_text="大智街道公共服务办")
    await expect(row).to_contain_text("协办中")
    assert "co_unit_called" in await facts_about(life, request_id)
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await row.get_by_role("button", name="请其退出").click()
    await page.get_by_label("退出的理由").fill("已不需要。")
    await page.get_by_role("button", name="确认退出").click()
    await expect(row).to_contain_text("已退出协办")
    [task] = await tasks(life, request_id)
    assert ("released", "已不需要。") == (task["ending"], task["end_reason"])


async def test_a_lead_that_does_not_wait_is_asked_why(page: Page, life: DistrictLife) -> None:
    request_id, work_order_id = await lead_order(life)
    task = NewCoTask(request_id=request_id, round=1, unit=SERVICE, origin="rule")
    async with life.casebook.begin() as connection:
        await co_tasks.begin(connection, task, now=life.clock())
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("已办结", exact=True).click()
    await page.locator('[data-key="note"] textarea').fill("已处置。")
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("大智街道公共服务办的协办还没有结果")).to_be_visible()
    await page.locator('[data-key="co_units_missing"] .q-select').click()
    await page.get_by_role("option", name="协办单位到期没有回单").click()
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("回单已提交。")).to_be_visible()
    assert ["not_in"] == [task["ending"] for task in await tasks(life, request_id)]


async def test_without_co_units_nobody_asks_for_them(page: Page, life: DistrictLife) -> None:
    _, work_order_id = await lead_order(life)
    await page.goto(f"/work-orders/{work_order_id}")
    await expect(page.get_by_role("button", name="提交回单")).to_be_visible()
    await expect(page.get_by_text("协办未到位，说明理由")).to_have_count(0)


async def test_a_response_team_is_called_by_its_members(page: Page, life: DistrictLife) -> None:
    members = ("street_002_service", "street_002_construction")
    team = {"team": "street_002_team", "part": "成员", "valid_from": life.clock()}
    rows = [team | {"unit": member} for member in members]
    async with life.casebook.begin() as connection:
        others = update(team_members).where(team_members.c.team == "street_002_team")
        await connection.execute(others.values(valid_to=life.clock()))
        await connection.execute(insert(team_members), rows)
    request_id, work_order_id = await lead_order(life)
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("请响应专项组").click()
    await page.locator(".q-select.team").click()
    await page.get_by_role("option", name="大智街道响应专项组").click()
    await page.get_by_role("checkbox", name="大智街道公共服务办").click()
    await page.get_by_label("请其协办的理由").last.fill("需要施工围挡。")
    await page.get_by_role("button", name="请所选成员协办").click()
    await expect(page.locator(".co-task")).to_contain_text("大智街道社区建设办")
    assert ["street_002_construction"] == [task["unit"] for task in await tasks(life, request_id)]


async def test_a_centre_sees_what_it_rules_about(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    task = NewCoTask(request_id=request_id, round=1, unit=SERVICE, origin="rule")
    async with life.casebook.begin() as connection:
        co_task_id = await co_tasks.begin(connection, task, now=life.clock())
    work = await life.work_order(request_id, kind="co_handling", form="co_report", unit=SERVICE, about=co_task_id)
    answer = work_orders.Report(outcome="disagrees", person=SERVICE, reason_code="other_measure", note="应先勘查。")
    async with life.casebook.begin() as connection:
        await work_orders.report(connection, work, answer, now=life.clock())
    ruling = await life.work_order(
        request_id, kind="co_arbitration", form="co_arbitration", unit="district_centre", about=co_task_id
    )
    await page.goto(f"/work-orders/{ruling}")
    await expect(page.get_by_text("应采取其他措施")).to_be_visible()
    await expect(page.get_by_text("应先勘查。")).to_be_visible()
    await page.get_by_text("异议成立，不再协办").click()
    await expect(page.get_by_text("改由哪个单位协办")).not_to_be_visible()
    await page.locator('[data-key="note"] textarea').fill("先行勘查。")
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("回单已提交。")).to_be_visible()
    assert ["ruled_out"] == [task["ending"] for task in await tasks(life, request_id)]


async def test_a_street_calls_forces_from_a_request_and_takes_one_back(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    await page.goto(f"/requests/{request_id}")
    await page.get_by_text("呼叫派驻执法力量").click()
    await page.get_by_role("checkbox", name="大智街道派驻城管执法队").click()
    await page.get_by_role("checkbox", name="大智街道派驻市场监管所").click()
    await page.get_by_label("执法事由").fill("占道经营。")
    await page.get_by_role("button", name="呼叫到场").click()
    await expect(page.locator(".call")).to_have_count(2)
    assert 2 == (await facts_about(life, request_id)).count("enforcement_called")
    await page.locator(".call").filter(has_text="城管").get_by_role("button", name="收回呼叫").click()
    await expect(page.locator(".call").filter(has_text="城管")).to_contain_text("呼叫已收回")
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)


async def called(life: DistrictLife) -> tuple[str, str]:
    """A force was called and confirmed; return the call's number and the work order of its arrival."""
    request_id = await life.request()
    whistle = Whistle(forces=(URBAN,), called_by=CENTRE, urgency="normal", note="占道经营。")
    async with life.casebook.begin() as connection:
        here = update(requests).where(requests.c.request_id == request_id).values(lat=30.6, lon=114.3)
        await connection.execute(here)
        [number] = await enforcement.call(connection, request_id, whistle, now=life.clock())
        await enforcement_calls.note(connection, number, confirmed_at=life.clock())
    arrival = await life.work_order(
        request_id, kind="enforcement_arrival", form="enforcement_arrival", unit=URBAN, about=number
    )
    return number, arrival


async def test_a_force_arrives_with_the_coordinates_of_its_telephone(page: Page, life: DistrictLife) -> None:
    number, work_order_id = await called(life)
    await page.context.grant_permissions(["geolocation"], origin=life.url)
    await page.context.set_geolocation({"latitude": 30.62, "longitude": 114.3})
    await page.goto(f"/work-orders/{work_order_id}")
    await expect(page.get_by_text("占道经营。").first).to_be_visible()
    await page.get_by_role("button", name="到达", exact=True).click()
    await expect(page.get_by_text("已报到。")).to_be_visible()
    async with life.casebook.connect() as connection:
        call = await enforcement_calls.get(connection, number)
    assert (30.62, 114.3, True) == (call["arrived_lat"], call["arrived_lon"], call["far"])
    await expect(page.get_by_text("偏远，请核实")).to_be_visible()


async def test_a_telephone_that_gives_no_place_needs_it_in_words(page: Page, life: DistrictLife) -> None:
    number, work_order_id = await called(life)
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("已到达现场").click()
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("浏览器没有给出位置。请写明到达的地点后再提交。")).to_be_visible()
    await page.locator('[data-key="arrived_place"] input').fill("大智路口")
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("已报到，地点以所写为准。")).to_be_visible()
    async with life.casebook.connect() as connection:
        call = await enforcement_calls.get(connection, number)
        told = [row.variables for row in await connection.execute(fact_outbox.select())]
    assert (None, "大智路口") == (call["arrived_lat"], call["arrived_place"])
    assert "大智路口" not in str(told)


async def test_a_patrols_finding_is_registered_and_forces_are_called_to_it(page: Page, life: DistrictLife) -> None:
    await called(life)
    await page.goto(f"/units/{CENTRE}")
    await expect(page.locator(".item.force").filter(has_text="城管执法队")).to_contain_text("呼叫")
    await page.get_by_text("巡查发现，呼叫执法力量").click()
    await page.locator(".q-select.community").click()
    await page.get_by_role("option").first.click()
    await page.locator(".category input").fill("占道经营")
    await page.get_by_role("option", name="占道经营").first.click()
    await page.get_by_role("checkbox", name="大智街道派驻城管执法队").click()
    await page.get_by_label("执法事由").fill("流动摊点占道。")
    await page.get_by_role("button", name="登记并呼叫到场").click()
    await expect(page.get_by_text("已登记并呼叫，短信随即发出。")).to_be_visible()
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)


async def test_a_file_tells_who_was_called_who_disagreed_and_who_came(life: DistrictLife) -> None:
    number, arrival = await called(life)
    request_id = number.rpartition("-")[0]
    task = NewCoTask(request_id=request_id, round=1, unit=SERVICE, origin="called", called_by="street_002_urban")
    async with life.casebook.begin() as connection:
        co_task_id = await co_tasks.begin(connection, task, now=life.clock())
    work = await life.work_order(request_id, kind="co_handling", form="co_report", unit=SERVICE, about=co_task_id)
    answer = work_orders.Report(outcome="disagrees", person=SERVICE, reason_code="not_our_duty")
    async with life.casebook.begin() as connection:
        await work_orders.report(connection, work, answer, now=life.clock())
        there = enforcement.Arrival(lat=30.601, lon=114.3)
        await enforcement.arrive(connection, arrival, there, now=life.clock(), district=life.district)
        told = "\n".join(await explain.life_of(connection, request_id, district=life.district))
    assert f"大智街道城市管理办请大智街道公共服务办协办，{co_task_id}。" in told
    assert f"协办任务 {co_task_id} 有异议（不属本单位职责），提请上级裁定。" in told
    assert f"大智街道“民呼我应”指挥中心呼叫大智街道派驻城管执法队到场执法（一般），{number}。" in told
    assert "大智街道派驻城管执法队已到场（距诉求地点 111 米）。" in told
