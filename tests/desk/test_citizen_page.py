"""A caller looks at their own request on a telephone, and adds something."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from casebook import citizen_links, requests, total_deadlines
from casebook.total_deadlines import TotalDeadline
from tests.desk.district_life import ADDRESS, NAME, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
WIDTH = 390


async def linked(life: DistrictLife) -> tuple[str, str]:
    """A request is promised, and its caller has the link; return the number and the token."""
    number, now = await life.request(), life.clock()
    instants: dict[str, Any] = dict.fromkeys(
        ("started_at", "yellow_at", "red_at", "inspect_at"), now.replace(year=now.year + 1)
    )
    hours: dict[str, Any] = {"limit_hours": 70.0, "inspect_hours": 140.0, "extended_hours": 0.0}
    promise = TotalDeadline(
        request_id=number, version=1, limit_name="total", basis="working", skipped=[], provisional=False, **hours,
        **instants,
    )  # fmt: skip
    async with life.casebook.begin() as casebook:
        await total_deadlines.write(casebook, promise, now=now)
        token = await citizen_links.make(casebook, number, now=now)
    assert token
    return number, token


async def test_a_caller_sees_where_the_request_is_and_adds_something(page: Page, life: DistrictLife) -> None:
    number, token = await linked(life)
    async with life.casebook.connect() as casebook:
        phone = str((await requests.caller_of(casebook, number))["phone"])
    answer = await page.goto(f"/q/{token}")
    assert answer
    await expect(page.get_by_role("heading", level=1)).to_contain_text("正在转办")
    await expect(page.get_by_text("前办结")).to_be_visible()
    content = await page.content()
    assert [] == [each for each in (NAME, ADDRESS, phone) if each in content]
    assert "no-referrer" in content
    assert WIDTH == await page.evaluate("document.documentElement.scrollWidth")

    await page.get_by_label("补充内容").fill("现在更严重了，请打 13800010001。")
    await page.get_by_role("button", name="提交补充").click()
    await expect(page.get_by_text("已收到您的补充")).to_be_visible()
    await page.goto(f"/requests/{number}")
    await expect(page.get_by_text("现在更严重了，请打 138****0001。")).to_be_visible()


async def test_a_link_that_leads_nowhere_says_so_and_no_more(page: Page, life: DistrictLife) -> None:
    answer = await page.goto("/q/AAAAAAAAAAAAAAAAAAAAAA")
    assert answer
    assert 404 == answer.status
    await expect(page.get_by_text("查询链接无效或已过期")).to_be_visible()
