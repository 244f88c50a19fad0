"""A clerk rings callers: instead of a link, and those drawn from a month; a number is seen only when asked for."""

from datetime import datetime
from decimal import Decimal

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from casebook import callback_samples, periods, ratings, requests
from casebook.schema import callback_calls
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"
WIDE = {"width": 1280, "height": 900}


async def test_a_clerk_rings_and_what_is_said_is_the_callers_rating(page: Page, life: DistrictLife) -> None:
    request_id = await life.request(text="老人不会用手机，请电话联系。")
    await life.invited(request_id, way="call")
    await page.goto("/callbacks")
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await page.screenshot(path="build/callbacks_phone.png", full_page=True)
    await page.get_by_role("link", name=request_id).click()
    await page.get_by_role("button", name="显示诉求人电话").click()
    await expect(page.get_by_text("已显示电话，并记入操作记录。")).to_be_visible()
    await page.get_by_role("button", name="记下回访").click()
    await expect(page.get_by_text("请选择回访结果")).to_be_visible()
    await expect(page.get_by_text("您对办理满意吗？")).not_to_be_visible()
    await page.get_by_role("radio", name="接通并答复").click()
    await page.locator('[data-key="resolved"] .q-select').click()
    await page.get_by_role("option", name="没有解决").click()
    await page.get_by_text("1 很不满意").click()
    await page.get_by_text("没有人联系我").click()
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await page.screenshot(path="build/callback_phone.png", full_page=True)
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    await page.screenshot(path="build/callback_wide.png", full_page=True)
    await page.get_by_role("button", name="记下回访").click()
    await expect(page.get_by_role("heading", name="回访", exact=True)).to_be_visible()
    async with life.casebook.connect() as connection:
        rated = await ratings.get(connection, f"{request_id}-R1")
    assert (1, "not_told", "district_centre") == (rated["satisfaction"], rated["reason"], rated["rated_by"])


async def test_a_drawn_caller_who_refuses_is_not_rung_again(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    zone = life.district.zone
    async with life.casebook.begin() as connection:
        await requests.note_facts(connection, request_id, closed_at=datetime(2026, 10, 15, 12, tzinfo=zone))
        october = periods.period("2026-10", zone=zone)
        await callback_samples.draw(connection, october, share=Decimal("0.100"), now=life.clock())
    await page.goto("/callbacks")
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    await expect(page.get_by_text("2026-10 抽样回访（待回访 1）")).to_be_visible()
    await page.screenshot(path="build/callbacks_wide.png", full_page=True)
    await page.get_by_role("link", name=request_id).click()
    await expect(page.get_by_text("只作质量核对，不改动诉求人的评价。")).to_be_visible()
    await page.get_by_role("radio", name="拒绝回访").click()
    await page.get_by_role("button", name="记下回访").click()
    await expect(page.get_by_text("2026-10 抽样回访（待回访 0）")).to_be_visible()
    await page.goto(f"/callbacks/{request_id}")
    await expect(page.get_by_text("这件诉求不用回访，或者已经回访过了。")).to_be_visible()
    async with life.casebook.connect() as connection:
        said = select(callback_calls.c.outcome).where(callback_calls.c.request_id == request_id)
        assert ["refused"] == list((await connection.execute(said)).scalars())
