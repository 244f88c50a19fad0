"""A caller rates by the link of the SMS: once, in time, without being named."""

import pytest
from playwright.async_api import Page, expect

from casebook import rating_links
from tests.desk.district_life import ADDRESS, NAME, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


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
