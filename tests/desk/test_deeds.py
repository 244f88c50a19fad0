"""What people do at the desk becomes facts of the casebook."""

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from casebook import clock_changes, supervision_orders, work_orders
from casebook.schema import extensions, fact_outbox, requests
from casebook.schema import supervision_orders as orders
from tests.desk.district_life import UNIT, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def facts_about(life: DistrictLife, request_id: str) -> list[str]:
    query = select(fact_outbox.c.name).where(fact_outbox.c.request_id == request_id).order_by(fact_outbox.c.fact_id)
    async with life.casebook.connect() as connection:
        return list((await connection.execute(query)).scalars())


async def test_a_unit_signs_in_a_work_order_from_its_list(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    work_order_id = await life.work_order(request_id)
    await page.goto(f"/units/{UNIT}")
    await page.get_by_role("link", name=work_order_id).click()
    await page.get_by_text("签收，由本单位办理").click()
    await expect(page.get_by_text("退单理由")).not_to_be_visible()
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("回单已提交。")).to_be_visible()
    await expect(page.get_by_text("已签收")).to_be_visible()
    async with life.casebook.connect() as connection:
        order = await work_orders.get(connection, work_order_id)
    assert (order["outcome"], order["reason_code"], order["person"]) == ("accepted", None, UNIT)
    assert await facts_about(life, request_id) == ["request_received", "work_reported"]


async def test_a_return_needs_its_reason(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request())
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("退单，请改派").click()
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("请填写这一项。")).to_be_visible()
    await page.locator('[data-key="return_reason"] .q-select').click()
    await page.get_by_role("option", name="不属本单位职责").click()
    await page.locator('[data-key="note"] textarea').fill("产权属街道。")
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("回单已提交。")).to_be_visible()
    async with life.casebook.connect() as connection:
        order = await work_orders.get(connection, work_order_id)
    assert (order["outcome"], order["reason_code"], order["note"]) == ("returned", "not_ours", "产权属街道。")


async def test_a_centre_assigns_a_unit_found_by_its_name(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request(), kind="assignment", form="assignment")
    await page.goto(f"/work-orders/{work_order_id}")
    await page.locator('[data-key="assigned_unit"] input').fill("水务和湖泊")
    await page.get_by_role("option", name="江岸区水务和湖泊局").click()
    await page.locator('[data-key="note"] textarea').fill("排水设施由水务部门管理。")
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("已指定承办单位")).to_be_visible()
    async with life.casebook.connect() as connection:
        order = await work_orders.get(connection, work_order_id)
    assert (order["outcome"], order["assigned_unit"]) == ("assigned", "dept_water")


async def test_a_second_report_is_refused_with_a_sentence(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request(), kind="verification", form="verification")
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("属实，通过", exact=True).click()
    async with life.casebook.begin() as connection:
        report = work_orders.Report(outcome="failed", person="somebody")
        await work_orders.report(connection, work_order_id, report, now=life.clock())
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("已经回单或收回，不能再次提交。")).to_be_visible()


async def test_a_form_that_is_missing_is_named(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request(), form="no_such_form")
    await page.goto(f"/work-orders/{work_order_id}")
    await expect(page.get_by_text("找不到表单 forms/no_such_form.form")).to_be_visible()


async def test_a_unit_asks_for_time_and_the_centre_grants_it(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    work_order_id = await life.work_order(request_id, kind="handling", form="handling_report")
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("申请延期").click()
    await page.get_by_label("延长几个小时").fill("14")
    await page.get_by_label("理由", exact=True).fill("需要更换配件。")
    await page.get_by_role("button", name="提交延期申请").click()
    await expect(page.get_by_text("等待批复")).to_be_visible()
    await page.goto("/")
    asked = page.locator(".item.asked").filter(has_text=work_order_id)
    await expect(asked).to_contain_text("申请延期 14 个工作小时")
    await asked.get_by_role("button", name="批准", exact=True).click()
    await expect(page.get_by_text("已批准，期限正在重新计算。")).to_be_visible()
    await expect(asked).to_have_count(0)
    async with life.casebook.connect() as connection:
        changes = await clock_changes.of_order(connection, work_order_id)
    assert (1, 14.0) == (changes.times, changes.extended_hours)
    assert await facts_about(life, request_id) == ["request_received", "deadline_changed"]


async def test_an_extension_is_refused(page: Page, life: DistrictLife) -> None:
    work_order_id = await life.work_order(await life.request())
    extension_id = await life.asked_for_time(work_order_id, reason="人手不足。")
    await page.goto("/")
    asked = page.locator(".item.asked").filter(has_text=work_order_id)
    await asked.get_by_role("button", name="不批准").click()
    await expect(asked).to_have_count(0)
    query = select(extensions.c.granted).where(extensions.c.extension_id == extension_id)
    async with life.casebook.connect() as connection:
        assert (await connection.execute(query)).scalar_one() is False


async def test_one_key_supervises_a_request(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    work_order_id = await life.work_order(request_id)
    await page.goto("/")
    row = page.locator(".item.work").filter(has_text=work_order_id)
    await row.get_by_role("button", name="一键督办").click()
    await page.get_by_label("督办意见").fill("群众多次反映，请加快办理。")
    await page.get_by_role("button", name="下达督办单").click()
    await expect(page.get_by_text("督办单已下达")).to_be_visible()
    query = select(orders.c.note).where(orders.c.request_id == request_id)
    async with life.casebook.connect() as connection:
        assert list((await connection.execute(query)).scalars()) == ["群众多次反映，请加快办理。"]
    assert await facts_about(life, request_id) == ["request_received", "supervision_ordered"]


async def test_one_press_supervises_all_that_is_ticked(page: Page, life: DistrictLife) -> None:
    requests_ = [await life.request() for _ in range(3)]
    numbers = [await life.work_order(request_id) for request_id in requests_]
    await life.light(numbers[1], "red")
    await page.goto("/")
    await page.get_by_label(f"选中 {numbers[0]}").click()
    await expect(page.get_by_role("button", name="一键督办所选 1 件")).to_be_visible()
    await page.get_by_role("button", name="选中亮红灯的").click()
    await expect(page.get_by_label(f"选中 {numbers[1]}")).to_be_checked()
    await expect(page.get_by_label(f"选中 {numbers[0]}")).to_be_checked()
    await expect(page.get_by_label(f"选中 {numbers[2]}")).not_to_be_checked()
    await page.get_by_role("button", name="一键督办所选").click()
    await page.get_by_role("button", name="下达督办单").click()
    await expect(page.get_by_text("督办单已下达")).to_be_visible()
    await expect(page.get_by_label(f"选中 {numbers[0]}")).not_to_be_checked()
    for request_id in requests_[:2]:
        await expect(page.locator(".supervision-order").filter(has_text=f"{request_id}-DB01")).to_be_visible()
        assert await facts_about(life, request_id) == ["request_received", "supervision_ordered"]
    assert await facts_about(life, requests_[2]) == ["request_received"]
    await page.locator(".item.work").filter(has_text=numbers[0]).get_by_role("button", name="一键督办").click()
    await page.get_by_role("button", name="下达督办单").click()
    await expect(page.get_by_text("还没有回复，不必重复下达")).to_be_visible()


async def test_a_unit_sees_what_it_is_supervised_for_and_replies(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    async with life.casebook.begin() as connection:
        number = await supervision_orders.order(
            connection, request_id, person="district_centre", note="请两日内办结。", now=life.clock()
        )
    order = await life.work_order(request_id, kind="supervision_reply", form="supervision_reply", about=number)
    await page.goto(f"/work-orders/{order}")
    await expect(page.get_by_text("请两日内办结。")).to_be_visible()
    await expect(page.get_by_text(number).first).to_be_visible()
    await page.get_by_text("有困难，请协调").click()
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("回单已提交。")).to_have_count(0)
    await page.locator('[data-key="note"] textarea').fill("产权单位不配合。")
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("回单已提交。")).to_be_visible()
    await page.goto(f"/requests/{request_id}")
    await expect(page.get_by_text(f"督办单 {number}：有困难，请协调。")).to_be_visible()
    await page.goto("/")
    trouble = page.locator(".card").filter(has_text="督办报告困难")
    await expect(trouble.locator(".item").filter(has_text=request_id)).to_contain_text("产权单位不配合。")


async def test_a_caller_withdraws_a_request(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    await page.goto(f"/requests/{request_id}")
    await page.get_by_role("button", name="诉求人撤回").click()
    await page.get_by_role("button", name="确认撤回").click()
    await expect(page.get_by_text("诉求人申请撤回。")).to_be_visible()
    await expect(page.get_by_role("button", name="诉求人撤回")).to_have_count(0)
    query = select(requests.c.withdrawal_asked_at).where(requests.c.request_id == request_id)
    async with life.casebook.connect() as connection:
        assert (await connection.execute(query)).scalar_one() is not None
