"""Who called is hidden; an office that presses for it sees one field, and the file says who saw what."""

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from casebook import requests
from casebook.schema import audit_trail
from tests.desk.district_life import ADDRESS, NAME, UNIT, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def shown_fields(life: DistrictLife, number: str) -> list[tuple[str, str]]:
    asked = select(audit_trail.c.actor, audit_trail.c.details).where(
        audit_trail.c.request_id == number, audit_trail.c.action == "personal_shown"
    )
    async with life.casebook.connect() as casebook:
        rows = await casebook.execute(asked.order_by(audit_trail.c.entry_id))
        return [(row.actor, row.details["field"]) for row in rows]


async def test_a_caller_is_shown_field_by_field_to_who_presses_for_it_and_it_is_written_down(
    page: Page, life: DistrictLife
) -> None:
    number = await life.request()
    work_order_id = await life.work_order(number)
    async with life.casebook.connect() as casebook:
        phone = str((await requests.caller_of(casebook, number))["phone"])
    await page.goto(f"/requests/{number}")
    caller = page.locator("section.card").filter(has=page.get_by_role("heading", name="诉求人", exact=True))
    await expect(caller).to_contain_text("诸**")
    await expect(caller).to_contain_text(f"998****{phone[-4:]}")
    await expect(caller).to_contain_text("样例路****")
    content = await page.content()
    assert [] == [each for each in (NAME, phone, ADDRESS) if each in content]
    assert [] == await shown_fields(life, number)

    await caller.get_by_role("button", name="显示诉求人电话").click()
    await expect(caller).to_contain_text(phone)
    assert [("district_centre", "phone")] == await shown_fields(life, number)
    content = await page.content()
    assert [] == [each for each in (NAME, ADDRESS) if each in content]

    await page.goto(f"/work-orders/{work_order_id}")
    await expect(page.get_by_text(ADDRESS)).to_be_visible()  # whoever handles it has to get there
    await caller.get_by_role("button", name="显示诉求人姓名").click()
    await expect(caller).to_contain_text(NAME)
    assert [("district_centre", "phone"), (UNIT, "name")] == await shown_fields(life, number)

    await page.goto(f"/requests/{number}")
    await page.get_by_text("操作记录").click()
    await expect(page.get_by_text("查看诉求人资料（电话）")).to_be_visible()
