"""At the desk a clock is suspended, resumed, shortened; a street's centre decides what it may."""

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from casebook import clock_changes
from casebook.schema import extensions, fact_outbox
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
WIDE = {"width": 1280, "height": 900}


async def told_engine(life: DistrictLife, work_order_id: str) -> list[str]:
    query = select(fact_outbox.c.name).where(fact_outbox.c.correlation_key == work_order_id)
    async with life.casebook.connect() as connection:
        return list((await connection.execute(query)).scalars())


async def test_a_unit_suspends_its_clock_and_lets_it_go_on(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request(), kind="handling", form="handling_report")
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("暂停计时", exact=True).first.click()
    await page.get_by_role("button", name="暂停计时", exact=True).last.click()
    await expect(page.get_by_text("请选择理由，写明情况和最多暂停几天。")).to_be_visible()
    await page.get_by_label("为什么暂停").click()
    await page.get_by_role("option", name="恶劣天气无法作业").click()
    await page.get_by_label("情况说明").fill("暴雨红色预警。")
    await page.get_by_label("最多暂停几天").fill("3")
    await page.screenshot(path="build/clock_panel_phone.png", full_page=True)
    await page.get_by_role("button", name="暂停计时", exact=True).last.click()
    await expect(page.get_by_text("正在暂停计时：恶劣天气无法作业")).to_be_visible()
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    await page.screenshot(path="build/clock_panel_wide.png", full_page=True)
    await page.get_by_role("button", name="恢复计时").click()
    await expect(page.get_by_text("正在暂停计时")).to_have_count(0)
    async with life.casebook.connect() as connection:
        changes = await clock_changes.of_order(connection, work_order_id)
    assert (2, "weather") == (changes.times, changes.told[0]["reason"])
    assert ["deadline_changed", "deadline_changed"] == await told_engine(life, work_order_id)


async def test_a_leader_shortens_a_limit_with_a_reason(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request(), kind="handling", form="handling_report")
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("缩短时限（领导）").click()
    await page.get_by_label("缩短几个小时").fill("500")
    await page.get_by_label("缩短的理由").fill("汛期将至。")
    await page.get_by_role("button", name="缩短时限", exact=True).click()
    await expect(page.get_by_text("不足 1 小时就到期")).to_be_visible()
    await page.get_by_label("缩短几个小时").fill("3")
    await page.get_by_role("button", name="缩短时限", exact=True).click()
    await expect(page.get_by_text("时限已缩短，期限正在重新计算。")).to_be_visible()
    await expect(page.get_by_text("缩短时限：汛期将至。")).to_be_visible()
    async with life.casebook.connect() as connection:
        assert 3.0 == (await clock_changes.of_order(connection, work_order_id)).shortened_hours


async def test_a_streets_centre_grants_on_its_own_page_what_it_may(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request(), kind="handling", unit="street_002_order")
    extension_id = await life.asked_for_time(work_order_id, reason="需更换配件。")
    await page.goto("/units/street_002_centre")
    asked = page.locator(".item.asked").filter(has_text=work_order_id)
    await asked.get_by_role("button", name="批准", exact=True).click()
    await expect(page.get_by_text("已批准，期限正在重新计算。")).to_be_visible()
    query = select(extensions.c.granted, extensions.c.decided_by).where(extensions.c.extension_id == extension_id)
    async with life.casebook.connect() as connection:
        assert (True, "street_002_centre") == tuple((await connection.execute(query)).one())
