"""An inspection office finds its list, the whole file of a matter and the form; the unit sees what it is asked."""

import itertools
from decimal import Decimal

import pytest
from playwright.async_api import Page, expect

from casebook import accountabilities, inspections, score_adjustments, scores, supervision_orders, work_orders
from tests.desk.district_life import PHONE, UNIT, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

OFFICE = "district_inspection"
INSTANCES = itertools.count(1)
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"
WIDE = {"width": 1280, "height": 900}


async def dragged_on(life: DistrictLife, *, cause: str = "long_delay") -> tuple[str, str]:
    """A unit's work is pushed to inspection, and the office is asked; return the inspection and the order to decide."""
    request_id = await life.request(text=f"请打 {PHONE} 联系我。")
    late = await life.work_order(request_id, kind="handling", form="lead_report")
    await life.light(late, "red")
    wanted = inspections.Push(request_id=request_id, work_order_id=late, cause=cause, office=OFFICE)
    async with life.casebook.begin() as connection:
        number = await inspections.push(connection, wanted, now=life.clock())
    assert number
    kind = "inspection_decision"
    return number, await life.work_order(request_id, kind=kind, form=kind, unit=OFFICE, about=number)


async def called_to_account(life: DistrictLife, number: str) -> tuple[str, str]:
    """The unit is called to account; return the number and the work order for its statement."""
    async with life.casebook.begin() as connection:
        opened = await accountabilities.open_with(
            connection, number, process_instance_key=next(INSTANCES), now=life.clock()
        )
    called, kind = opened["accountability_id"], "accountability_statement"
    return called, await life.work_order(opened["request_id"], kind=kind, form=kind, unit=UNIT, about=called)


async def reported(life: DistrictLife, order: str, *, outcome: str, note: str) -> None:
    answer = work_orders.Report(outcome=outcome, person=OFFICE, note=note)
    async with life.casebook.begin() as connection:
        await work_orders.report(connection, order, answer, now=life.clock())


async def scored(life: DistrictLife, request_id: str) -> None:
    degrees = [{"aspect": "response", "fact": "in_time", "degree": "100"}]
    row = {"request_id": request_id, "round": 1, "unit": UNIT, "score": Decimal("82.50"), "degrees": degrees}
    row |= {"weights": {"response": "0.10"}, "rules_version": "2026-11-01", "reopen": False}
    async with life.casebook.begin() as connection:
        await scores.record(connection, row, now=life.clock())


async def taken_off(life: DistrictLife, accountability_id: str) -> None:
    adjustment = score_adjustments.Adjustment(
        request_id=accountability_id.rpartition("-")[0],
        round=1,
        unit=UNIT,
        source="accountability",
        source_number=accountability_id,
        points=Decimal(-5),
        lasting=True,
        reason="ordinary",
        rules_version="2026-11-01",
    )
    async with life.casebook.begin() as connection:
        await accountabilities.end(connection, accountability_id, now=life.clock())
        await score_adjustments.record(connection, adjustment, now=life.clock())


async def hand_in(page: Page, choice: str, words: str) -> None:
    await page.get_by_text(choice, exact=True).click()
    await page.locator('[data-key="note"] textarea').fill(words)
    await page.get_by_role("button", name="提交回单").click()


async def test_the_list_has_the_open_ones_and_is_filtered_by_cause(page: Page, life: DistrictLife) -> None:
    drags, refused = [(await dragged_on(life, cause=cause))[0] for cause in ("long_delay", "refused")]
    await page.goto("/inspections")
    rows = page.locator(".inspection-row")
    await expect(rows.filter(has_text=drags)).to_contain_text("等督查部门决定")
    await expect(rows.filter(has_text=refused)).to_contain_text("执法力量没有出动")
    await page.locator(".cause").click()
    await page.get_by_role("option", name="执法力量没有出动").click()
    await expect(rows.filter(has_text=drags)).to_have_count(0)
    await expect(rows.filter(has_text=refused)).to_be_visible()
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await page.screenshot(path="build/inspections_phone.png", full_page=True)
    await page.goto("/")
    await expect(page.locator(".inspection-counts")).to_contain_text("执法力量没有出动")


async def test_the_office_decides_beside_the_whole_file_and_the_unit_states_its_side(
    page: Page, life: DistrictLife
) -> None:
    number, _ = await dragged_on(life)
    request_id = number.rpartition("-")[0]
    async with life.casebook.begin() as connection:
        await supervision_orders.order(
            connection, request_id, person="district_centre", note="请两日内办结。", now=life.clock()
        )
    await page.goto(f"/inspections/{number}")
    await expect(page.get_by_text("请打 138****0001 联系我。")).to_be_visible()
    await expect(page.get_by_text("请两日内办结。").first).to_be_visible()
    assert PHONE not in await page.content()
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await hand_in(page, "启动责任追究", " ")
    await expect(page.get_by_text("请填写这一项。")).to_be_visible()
    await hand_in(page, "启动责任追究", "拖延没有正当理由。")
    await expect(page.get_by_text("启动责任追究（江岸区督查室")).to_be_visible()
    _, statement = await called_to_account(life, number)
    await page.goto(f"/units/{UNIT}")
    await page.get_by_role("link", name=statement).click()
    await expect(page.get_by_text("拖延没有正当理由。")).to_be_visible()
    await hand_in(page, "说明情况", "配件缺货。")
    await expect(page.get_by_text("回单已提交。")).to_be_visible()
    await page.goto(f"/inspections/{number}")
    await expect(page.get_by_text("配件缺货。").first).to_be_visible()


async def test_what_the_office_finds_stands_beside_the_score(page: Page, life: DistrictLife) -> None:
    number, decision = await dragged_on(life)
    request_id = number.rpartition("-")[0]
    await scored(life, request_id)
    await reported(life, decision, outcome="accountability", note="拖延没有正当理由。")
    called, statement = await called_to_account(life, number)
    await reported(life, statement, outcome="stated", note="配件缺货。")
    kind = "accountability_finding"
    await life.work_order(request_id, kind=kind, form=kind, unit=OFFICE, about=called)
    await page.goto(f"/inspections/{number}")
    await expect(page.get_by_text("配件缺货。").first).to_be_visible()
    await page.screenshot(path="build/inspection_phone.png", full_page=True)
    await hand_in(page, "一般责任", "拖延属实。")
    await expect(page.get_by_text("一般责任（江岸区督查室")).to_be_visible()
    await taken_off(life, called)
    await page.goto(f"/requests/{request_id}")
    await expect(page.locator(".effective")).to_have_text(
        f"原得分 82.50 分，扣 5.00 分（责任追究 {called}：一般责任），实得 77.50 分"
    )
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    await page.goto(f"/inspections/{number}")
    await expect(page.locator(".effective")).to_be_visible()
    await page.screenshot(path="build/inspection_wide.png", full_page=True)
