"""现场登记 on a telephone: it opens and keeps entries without a connection, and each is one request in the end."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from casebook.schema import audit_trail, callers, pictures, requests
from tests.desk.conftest import PHONE
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
UNIT, COMMUNITY = "community_002003", "保成社区"
PICTURES = Path("build/desk")
HERE, ELSEWHERE = {"latitude": 30.61, "longitude": 114.3}, {"latitude": 39.9, "longitude": 116.4}
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"


async def telephone(browser: Browser, life: DistrictLife, **options: Any) -> BrowserContext:
    given: dict[str, Any] = {"viewport": PHONE, "locale": "zh-CN", "base_url": life.url, "geolocation": HERE}
    context = await browser.new_context(**given | {"permissions": ["geolocation"]} | options)
    context.set_default_timeout(20_000)
    return context


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, life: DistrictLife) -> AsyncIterator[BrowserContext]:
    context = await telephone(browser, life)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def phone_seen_through(browser: Browser, life: DistrictLife) -> AsyncIterator[BrowserContext]:
    """A telephone without a service worker: what it sends can be held up on the way."""
    context = await telephone(browser, life, service_workers="block")
    yield context
    await context.close()


async def fill(page: Page, text: str, *, way: str = "网格巡") -> None:
    await page.get_by_label(way).check()
    await page.locator("#category-search").fill("井盖")
    await expect(page.locator("[name=category]")).to_have_value("020101")  # the only one that fits is chosen
    await page.get_by_label("内容").fill(text)


async def save(page: Page) -> None:
    await page.get_by_role("button", name="保存并发送").click()
    await expect(page.get_by_label("内容")).to_have_value("")


def photograph() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (2400, 1200), "#7a5c3e").save(content, format="JPEG")
    return content.getvalue()


async def found(life: DistrictLife, text: str) -> list[dict[str, Any]]:
    async with life.casebook.connect() as connection:
        rows = await connection.execute(select(requests).where(requests.c.text == text))
        return [dict(row) for row in rows.mappings()]


async def test_what_was_written_without_a_connection_is_sent_once_when_it_is_back(
    phone: BrowserContext, life: DistrictLife
) -> None:
    page = await opened_without_a_connection(phone)
    await write_two(page)
    await page.close()
    page = await phone.new_page()
    await page.goto(f"/on-site/?unit={UNIT}")
    await expect(page.locator("#entries li")).to_have_count(2)
    await expect(page.get_by_label("内容")).to_have_value("还没有写完的一条")
    await page.screenshot(path=PICTURES / "on_site_waiting.png", full_page=True)
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await phone.set_offline(False)
    await expect(page.locator("#count")).to_have_text("0")
    await expect(page.locator("#sent li")).to_have_count(2)
    await page.screenshot(path=PICTURES / "on_site_sent.png", full_page=True)
    await is_registered(page, life)
    assert "99800010002" not in str(await page.evaluate(ALL_THAT_IS_KEPT))


async def opened_without_a_connection(phone: BrowserContext) -> Page:
    page = await phone.new_page()
    await page.goto(f"/units/{UNIT}")
    await page.get_by_role("link", name="现场登记").click()
    await expect(page.locator("#ready")).to_contain_text("没有网络也能打开")
    await phone.set_offline(True)
    await page.reload()
    await expect(page.locator("#line")).to_have_text("没有网络")
    return page


async def write_two(page: Page) -> None:
    await fill(page, "巡查看到井盖断裂，旁边有学校。")
    await page.get_by_label("地点").fill("12栋旁")
    await page.get_by_role("button", name="取当前位置").click()
    await expect(page.locator("#place")).to_contain_text("30.61000")
    await page.locator("#camera").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    await expect(page.locator("#pictures img")).to_have_count(1)
    await page.screenshot(path=PICTURES / "on_site_written.png", full_page=True)
    await save(page)
    await fill(page, "老人说楼道灯坏了一个月。", way="入户访")
    await page.get_by_label("电话").fill("99800010002")
    await save(page)
    await page.get_by_label("内容").fill("还没有写完的一条")
    await expect(page.locator("#count")).to_have_text("2")
    await page.get_by_role("button", name="立即发送").click()
    await expect(page.locator("#notice")).to_contain_text("现在没有网络")


async def is_registered(page: Page, life: DistrictLife) -> None:
    [patrol] = await found(life, "巡查看到井盖断裂，旁边有学校。")
    [visit] = await found(life, "老人说楼道灯坏了一个月。")
    assert ("on_site", "patrol", "community") == (patrol["platform"], patrol["channel"], patrol["caller_kind"])
    assert ("visit", "citizen") == (visit["channel"], visit["caller_kind"])
    assert ("wgs84", 30.61) == (patrol["datum"], round(patrol["lat"], 5))
    await expect(page.locator("#sent")).to_contain_text(patrol["request_id"])
    async with life.casebook.connect() as connection:
        mine = select(pictures.c.picture_id).where(pictures.c.request_id == patrol["request_id"])
        assert len((await connection.execute(mine)).all()) == 1
        said = await connection.execute(select(callers.c.phone).where(callers.c.request_id == visit["request_id"]))
        assert said.scalar_one() == "99800010002"
        by = select(audit_trail.c.actor).where(audit_trail.c.action == "taken_down_on_site")
        assert UNIT in (await connection.execute(by)).scalars().all()


ALL_THAT_IS_KEPT = """async () => {
  const keeper = await import("./keeper.js");
  return JSON.stringify([await keeper.entries(), await keeper.sent(), await keeper.kept("draft")]);
}"""


async def test_a_page_that_breaks_between_sending_and_the_answer_sends_again_and_it_is_one_request(
    phone_seen_through: BrowserContext, life: DistrictLife
) -> None:
    page = await phone_seen_through.new_page()
    await page.goto(f"/on-site/?unit={UNIT}")

    async def arrives_and_the_page_breaks(route: Route) -> None:
        await route.fetch()
        await page.close()

    await phone_seen_through.route("**/on-site/entries", arrives_and_the_page_breaks)
    await fill(page, "发送途中页面崩溃的一条。")
    async with page.expect_event("close"):
        await page.get_by_role("button", name="保存并发送").click()
    assert len(await found(life, "发送途中页面崩溃的一条。")) == 1
    await phone_seen_through.unroute("**/on-site/entries")
    page = await phone_seen_through.new_page()
    await page.goto("/on-site/")
    await page.get_by_role("button", name="立即发送").dblclick()
    await expect(page.locator("#sent li")).to_have_count(1)
    [request] = await found(life, "发送途中页面崩溃的一条。")
    await expect(page.locator("#sent")).to_contain_text(request["request_id"])


async def test_a_refused_entry_says_why_and_is_corrected(phone: BrowserContext, life: DistrictLife) -> None:
    page = await phone.new_page()
    await page.goto(f"/on-site/?unit={UNIT}")
    await page.get_by_role("button", name="保存并发送").click()
    await expect(page.locator("#fault")).to_have_text("还没有填“渠道”。")
    await phone.set_geolocation(ELSEWHERE)  # type: ignore[arg-type]
    await fill(page, "位置不对的一条。")
    await page.get_by_role("button", name="取当前位置").click()
    await expect(page.locator("#place")).to_contain_text("39.9")
    await save(page)
    row = page.locator("#entries li")
    await expect(row).to_contain_text("位置不在本区。请清除位置，写明地点。")
    await page.reload()
    await expect(row).to_contain_text("已退回，请更正")
    await page.screenshot(path=PICTURES / "on_site_refused.png", full_page=True)
    await row.get_by_role("button", name="更正").click()
    await page.get_by_role("button", name="清除").click()
    await page.get_by_label("地点").fill("3栋门口")
    await save(page)
    await expect(page.locator("#count")).to_have_text("0")
    [request] = await found(life, "位置不对的一条。")
    assert request["lat"] is None
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.screenshot(path=PICTURES / "on_site_desktop.png", full_page=True)
