"""Whoever words a short message sees at once how long it gets, and what cannot be filled."""

import pytest
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def test_a_rewording_is_counted_while_it_is_written_and_given_as_a_line(page: Page) -> None:
    await page.goto("/texts")
    card = page.locator(".card").filter(has_text="红灯督办")
    await expect(card.get_by_text("个字，1 条").or_(card.get_by_text("个字，2 条"))).to_be_visible()
    await expect(card.locator("code")).to_have_count(0)
    await card.locator("textarea").first.fill('{unit}：工单{work_order_id}已超期，请"立即"办理。')
    await expect(card.locator(".bubble")).to_contain_text('已超期，请"立即"办理。')
    await expect(card.locator("code")).to_contain_text('red = "{unit}：工单{work_order_id}已超期，请\\"立即\\"办理。"')
    await card.locator("textarea").first.fill("{nobody}")
    await expect(card.get_by_text("没有占位符 {nobody}")).to_be_visible()
    await card.locator("textarea").first.fill("请尽快办理。" * 30)
    await expect(card.get_by_text("超过 2 条，请缩短")).to_be_visible()
