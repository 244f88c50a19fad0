"""The directory's pages on a telephone: a unit is found, and it says who is on duty now and why."""

import pytest
from playwright.async_api import Page, expect

from tests.desk.district_life import UNIT, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"
ROUND_THE_CLOCK = "dept_police"


async def test_a_unit_is_looked_up_by_its_name(page: Page, life: DistrictLife) -> None:
    await page.goto("/directory")
    await page.get_by_placeholder("按单位名称或编码查找").fill("公安分局")
    row = page.locator(".item.unit").filter(has_text="江岸区公安分局")
    await expect(page.locator(".item.unit")).to_have_count(1)
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await row.get_by_role("link").click()
    await page.wait_for_url(f"**/directory/{ROUND_THE_CLOCK}")
    await expect(page.locator("h1")).to_have_text("江岸区公安分局")


async def test_a_unit_says_whom_to_ask_now_and_why(page: Page, life: DistrictLife) -> None:
    await page.goto(f"/directory/{ROUND_THE_CLOCK}")
    await expect(page.get_by_text("按江岸区公安分局值班员值班表当班。")).to_be_visible()
    await expect(page.get_by_text("江岸区公安分局主要负责人在任。")).to_be_visible()
    await expect(page.get_by_text("7×24 小时，现在是工作时间")).to_be_visible()
    await expect(page.get_by_role("link", name="江岸区“民呼我应”指挥中心").first).to_be_visible()
    content = await page.content()
    assert "999****" in content
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)


async def test_a_unit_shows_its_open_work(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request())
    await page.goto(f"/directory/{UNIT}")
    await expect(page.locator(".item.work").filter(has_text=work_order_id)).to_be_visible()
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)


async def test_a_unit_that_never_was_is_a_sentence_and_404(page: Page, life: DistrictLife) -> None:
    answer = await page.goto("/directory/none")
    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_text("打不开这一页")).to_be_visible()
