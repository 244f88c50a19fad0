"""派单预演 on a telephone: asked, answered, refused with a sentence, and nothing is written."""

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import func, select

from casebook.schema import audit_trail, requests
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def choose(page: Page, field: str, *, text: str) -> None:
    await page.locator(f"{field} input").fill(text)
    await page.get_by_role("option").filter(has_text=text).first.click()


async def rows(life: DistrictLife) -> tuple[int, int]:
    async with life.casebook.connect() as connection:
        counts = [await connection.scalar(select(func.count()).select_from(table)) for table in (requests, audit_trail)]
    return int(counts[0] or 0), int(counts[1] or 0)


async def test_the_page_says_who_would_get_it_by_which_row_and_who_is_on_duty(page: Page, life: DistrictLife) -> None:
    before = await rows(life)
    await page.goto("/route")
    await choose(page, ".category", text="030202")
    await choose(page, ".community", text="保成社区")
    await page.get_by_role("button", name="预演").click()
    answer = page.locator(".answer")
    await expect(answer.get_by_text("江岸区城市管理执法局", exact=True).first).to_be_visible()
    await expect(answer).to_contain_text("Rule_030202")
    await expect(answer).to_contain_text("《城镇燃气管理条例》")
    await expect(answer).to_contain_text("4 小时（自然时间）　Rule_HandlingFast_C")
    await expect(answer).to_contain_text("保成社区·值班员")
    assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert before == await rows(life)


async def test_a_question_without_a_category_is_a_sentence_and_the_next_one_is_answered(
    page: Page, life: DistrictLife
) -> None:
    await page.goto("/route")
    await page.get_by_role("button", name="预演").click()
    await expect(page.get_by_text("没有类别“”")).to_be_visible()
    await choose(page, ".category", text="999901")
    await choose(page, ".community", text="保成社区")
    await page.get_by_role("button", name="预演").click()
    await expect(page.locator(".answer")).to_contain_text("权责不清，由江岸区“民呼我应”指挥中心指定派单")
    await expect(page.get_by_text("没有类别“”")).not_to_be_visible()
