"""A caller rates by the link of the SMS, a unit at its desk: once, in time, without being named; units each other."""

import pytest
from playwright.async_api import Page, expect

from casebook import co_tasks, mutual_ratings, rating_links, ratings
from casebook.co_tasks import NewCoTask
from tests.desk.district_life import ADDRESS, NAME, UNIT, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

STREET, CO_UNIT = "street_002_centre", "street_002_service"
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"


async def test_a_caller_rates_once(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    token = await life.invited(request_id)
    await page.goto(f"/r/{token}")
    await expect(page.get_by_text(f"诉求编号 {request_id}")).to_be_visible()
    content = await page.content()
    assert NAME not in content
    assert ADDRESS not in content
    await page.get_by_role("button", name="提交评价").click()
    await expect(page.get_by_text("请填写这一项。").first).to_be_visible()
    await page.locator('[data-key="resolved"] .q-select').click()
    await page.get_by_role("option", name="解决了", exact=True).click()
    await page.get_by_text("4 满意").click()
    await page.locator('[data-key="comment"] textarea').fill("师傅很负责。")
    await page.get_by_role("button", name="提交评价").click()
    await expect(page.get_by_role("heading", name="谢谢您的评价")).to_be_visible()
    async with life.casebook.connect() as connection:
        rating = await rating_links.behind(connection, token)
    assert (rating["resolved"], rating["satisfaction"], rating["comment"]) == ("resolved", 4, "师傅很负责。")
    await page.reload()
    await expect(page.get_by_role("heading", name="谢谢您的评价")).to_be_visible()


async def test_a_rating_that_is_over_says_so(page: Page, life: DistrictLife) -> None:
    token = await life.invited(await life.request(), days=-1)
    await page.goto(f"/r/{token}")
    await expect(page.get_by_role("heading", name="评价已经截止")).to_be_visible()


async def test_a_wrong_link_says_what_to_do(page: Page, life: DistrictLife) -> None:
    answer = await page.goto("/r/no-such-token")
    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_text("评价链接无效。请使用短信中的完整链接；链接不全、改动过都打不开。")).to_be_visible()


async def test_a_street_that_called_rates_at_its_desk_and_says_why(page: Page, life: DistrictLife) -> None:
    request_id = await life.request(text="辖区内主干道路灯成片不亮，请协调。")
    await life.invited(request_id, way="desk", unit=STREET)
    await page.goto(f"/units/{STREET}")
    card = page.locator(".card").filter(has_text="请本单位评价（1）")
    await card.screenshot(path="build/rating_asked_phone.png")
    await card.get_by_role("link", name=request_id).click()
    await expect(page.get_by_text("辖区内主干道路灯成片不亮")).to_be_visible()
    await page.locator('[data-key="resolved"] .q-select').click()
    await page.get_by_role("option", name="解决了一部分").click()
    await expect(page.get_by_text("主要是哪方面不满意？")).not_to_be_visible()
    await page.get_by_text("2 不满意").click()
    await page.get_by_role("button", name="提交评价").click()
    await expect(page.get_by_text("请填写这一项。")).to_be_visible()
    await page.screenshot(path="build/rating_desk_phone.png", full_page=True)
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.screenshot(path="build/rating_desk_wide.png", full_page=True)
    await page.get_by_text("找错了单位，推来推去").click()
    await page.get_by_role("button", name="提交评价").click()
    await expect(page.get_by_role("heading", name="谢谢您的评价")).to_be_visible()
    async with life.casebook.connect() as connection:
        rating = await ratings.get(connection, f"{request_id}-R1")
    assert (2, "wrong_unit", STREET) == (rating["satisfaction"], rating["reason"], rating["rated_by"])
    await page.goto(f"/requests/{request_id}")
    await expect(page.get_by_text("找错了单位，推来推去　工作台（大智街道“民呼我应”指挥中心）")).to_be_visible()


async def test_another_units_rating_cannot_be_opened_at_a_desk(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    await life.invited(request_id)
    await page.goto(f"/ratings/{request_id}-R1")
    await expect(page.get_by_text("这一次评价不在单位工作台进行。")).to_be_visible()


async def test_a_co_unit_judges_the_leads_cooperation_with_its_report(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    task = NewCoTask(request_id=request_id, round=1, unit=CO_UNIT, origin="rule")
    async with life.casebook.begin() as connection:
        about = await co_tasks.begin(connection, task, now=life.clock())
    order = await life.work_order(request_id, kind="co_handling", form="co_report", unit=CO_UNIT, about=about)
    await page.goto(f"/work-orders/{order}")
    await page.get_by_text("已办结", exact=True).click()
    await page.locator('[data-key="note"] textarea').fill("已配合处置。")
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("请选择；配合一般、配合差须写理由。")).to_be_visible()
    asked = page.locator(".mutual")
    await asked.get_by_role("radio", name="配合差").click()
    await asked.locator(".q-select").click()
    await page.get_by_role("option", name="没有牵头协调、任务不清").click()
    await page.screenshot(path="build/mutual_phone.png", full_page=True)
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.screenshot(path="build/mutual_wide.png", full_page=True)
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("回单已提交。")).to_be_visible()
    async with life.casebook.connect() as connection:
        [said] = await mutual_ratings.of_round(connection, request_id, round_=1)
    assert (UNIT, "poor", "no_coordination") == (said["about_unit"], said["outcome"], said["reason"])
