"""登记诉求 on a telephone: while a call is taken down the page says what may be the same, and the clerk merges it."""

import pytest
from playwright.async_api import Page, expect

from casebook import audit, requests
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
TOLD, AGAIN = "12栋旁的井盖断成两半，没人换。", "我们12栋门口井盖裂成两块了，老人容易踩空。"


async def fill(page: Page, text: str) -> None:
    await page.goto("/register")
    await page.locator(".address input").fill("保成社区12栋")
    await page.get_by_role("button", name="大智街道保成社区").click()
    await page.locator(".text textarea").fill(text)
    await page.locator(".found").get_by_role("button", name="井盖").first.click()


async def test_a_like_matter_is_shown_while_writing_and_merged_and_parted_on_its_page(
    page: Page, life: DistrictLife
) -> None:
    await fill(page, TOLD)
    await page.get_by_role("button", name="登记并派单").click()
    await page.wait_for_url("**/requests/*")
    first = page.url.rpartition("/")[2]
    await fill(page, AGAIN)
    found = page.locator(".found")
    await expect(found).to_contain_text(first)
    await expect(found).to_contain_text("都提到 12栋")
    assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    await page.get_by_role("button", name="登记并派单").click()
    await page.wait_for_url(lambda url: "/requests/" in url and first not in url)
    second = page.url.rpartition("/")[2]
    perhaps = page.locator("section.card").filter(has_text="可能是同一件事")
    await expect(perhaps).to_contain_text(TOLD)
    await perhaps.locator(".item").filter(has_text=first).get_by_role("button", name="合并", exact=True).click()
    await page.get_by_role("button", name="确认合并").click()
    await expect(page.get_by_text(f"已并入 {first}")).to_be_visible()
    async with life.casebook.begin() as connection:
        row = await requests.get(connection, second)
        assert (first, "020101") == (row["merged_into"], row["category"])
        noted = await audit.once(connection, "category_suggested", request_id=second, chosen="020101")
        assert noted is not None
        assert "020101" in noted["suggested"]
    await page.get_by_role("button", name="撤销合并").click()
    await expect(perhaps).to_contain_text(first)
    await perhaps.locator(".item").filter(has_text=first).get_by_role("button", name="不是同一件事").click()
    await expect(page.get_by_text(TOLD)).not_to_be_visible()


async def test_what_is_missing_is_said_and_nothing_is_registered(page: Page) -> None:
    await page.goto("/register")
    await page.get_by_role("button", name="登记并派单").click()
    await expect(page.get_by_text("请写下内容，并选择社区和事项类别")).to_be_visible()
