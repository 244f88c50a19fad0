"""Every page of the desk on a telephone: readable, nothing to scroll sideways, nothing personal in the open."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.desk.district_life import ADDRESS, NAME, PHONE, UNIT, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"


async def test_no_page_scrolls_sideways(page: Page, life: DistrictLife) -> None:
    request_id = await life.request(text="长" * 300)
    work_order_id = await life.work_order(request_id)
    await life.asked_for_time(work_order_id, reason="理" * 200)
    token = await life.invited(request_id)
    life.text_arrives(at="99910000001", text="很长的短信" * 40)
    paths = ["/", f"/requests/{request_id}", "/units", f"/units/{UNIT}", f"/work-orders/{work_order_id}"]
    paths += [
        "/inspections",
        "/inspections/none",
        "/route",
        "/memory",
        "/intake",
        "/handset",
        f"/r/{token}",
        "/r/none",
        "/requests/none",
        "/units/none",
    ]
    for path in [*paths, "/work-orders/none"]:
        await page.goto(path)
        await expect(page.locator("h1, h2").first).to_be_visible()
        assert not await page.evaluate(WIDER_THAN_THE_SCREEN), path


async def test_the_books_and_the_worst_light_stand_on_the_first_page(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request())
    await life.light(work_order_id, "red")
    await page.goto("/")
    row = page.locator(".item.work").filter(has_text=work_order_id)
    await expect(row).to_contain_text("红灯")
    await expect(row).to_contain_text("江岸区园林和林业局")
    await expect(page.locator(".item.work").first).to_contain_text("红灯")
    books = [int(value) for value in await page.locator(".stat .value").all_inner_texts()]
    assert books[0] == sum(books[1:])


async def test_a_request_is_found_by_its_number(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    await page.goto("/")
    search = page.get_by_placeholder("按诉求或工单编号查找")
    await search.fill(request_id[:-1] + str((int(request_id[-1]) + 1) % 10))
    await search.press("Enter")
    await expect(page.get_by_text("编号的末位校验码不符")).to_be_visible()
    await search.fill(request_id.lower())
    await search.press("Enter")
    await page.wait_for_url(f"**/requests/{request_id}")


async def test_a_requests_file_tells_its_life_and_hides_the_caller(page: Page, life: DistrictLife) -> None:
    request_id = await life.request(text=f"请打 {PHONE} 联系我。")
    await life.work_order(request_id)
    await page.goto(f"/requests/{request_id}")
    await expect(page.locator("h1")).to_have_text(request_id)
    own = page.locator("section.card").filter(has=page.get_by_role("heading", name="诉求", exact=True))
    await expect(own.get_by_text("请打 138****0001 联系我。")).to_be_visible()
    await expect(page.get_by_text("向江岸区园林和林业局下达 01 号工单（签收）。")).to_be_visible()
    await expect(page.get_by_text("跳过 11月28日至29日（周末）").first).to_be_visible()
    content = await page.content()
    assert PHONE not in content
    assert NAME not in content
    assert ADDRESS not in content


async def test_the_handset_shows_what_arrived_with_its_link(page: Page, life: DistrictLife) -> None:
    token = await life.invited(await life.request())
    await page.goto("/handset")
    life.text_arrives(at="99920000042", text=f"请评价：{life.url}/r/{token}。谢谢")
    message = page.locator(".message").filter(has_text="99920000042").filter(has_text=token)
    await expect(message.get_by_role("link")).to_have_attribute("href", f"{life.url}/r/{token}")
    await message.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="请您评价").first).to_be_visible()


async def test_the_handset_can_be_asked_for_one_number(page: Page, life: DistrictLife) -> None:
    life.text_arrives(at="99920000051", text="第一条")
    life.text_arrives(at="99920000052", text="第二条")
    await page.goto("/handset")
    await page.locator(".number-filter input").fill("99920000052")
    await page.get_by_role("option", name=re.compile("99920000052")).click()
    await expect(page.get_by_text("第二条")).to_be_visible()
    await expect(page.get_by_text("第一条")).not_to_be_visible()


@pytest.mark.parametrize("path", ["/requests/JA20261128-000012-9", "/units/none", "/work-orders/x", "/r/none"])
async def test_what_is_not_there_is_a_sentence_and_404(page: Page, life: DistrictLife, path: str) -> None:
    answer = await page.goto(path)
    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_text("打不开这一页")).to_be_visible()
