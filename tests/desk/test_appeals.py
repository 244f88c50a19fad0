"""A unit appeals on the request's page, the centre decides on its work order, everybody sees both scores."""

import itertools
from typing import Any

import pytest
from playwright.async_api import Page, expect

from casebook import appeals, requests, score_rules, unit_scores
from casebook import scores as rounds
from launcher.machine import ROOT
from tests.desk.district_life import PHONE, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

UNIT, CENTRE, KIND = "dept_civil", "district_centre", "appeal_decision"
FACTS = {"response": "late", "cooperation": "alone", "completion": "late", "satisfaction": "neutral"}
INSTANCES = itertools.count(10**6)
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"
WIDE = {"width": 1280, "height": 900}


async def scored(life: DistrictLife) -> str:
    """A matter was signed in and reported late: 68 points; return its number."""
    request_id, now = await life.request(), life.clock()
    await life.work_order(request_id, unit=UNIT)
    rules = score_rules.of_folders(life.district, ROOT / "bpmn")
    row: dict[str, Any] = {
        "request_id": request_id,
        "round": 1,
        "unit": UNIT,
        "degrees": [
            {"aspect": name, "fact": fact, "degree": f"{rules.degree(name, fact):f}"} for name, fact in FACTS.items()
        ],
        "weights": {name: f"{weight:f}" for name, weight in rules.weights.items()},
        "score": rules.score(FACTS),
        "rules_version": rules.version,
    }
    async with life.casebook.begin() as connection:
        await requests.note_facts(connection, request_id, lead_unit=UNIT)
        await rounds.record(connection, row | {"reopen": False}, now=now)
        await unit_scores.record(connection, [row | FACTS | {"part": "lead", "grounds": {}, "scored_at": now}])
    return request_id


async def asked(life: DistrictLife, number: str) -> str:
    """The engine takes the appeal up and asks the centre; return the work order."""
    async with life.casebook.begin() as connection:
        await appeals.open_with(connection, number, process_instance_key=next(INSTANCES))
    return await life.work_order(number.rpartition("-")[0], kind=KIND, form=KIND, unit=CENTRE, about=number)


async def file_appeal(page: Page, request_id: str) -> str:
    await page.goto(f"/requests/{request_id}")
    await page.locator(".appeal-key").click()
    await page.get_by_role("button", name="提交申诉").click()
    await expect(page.get_by_text("没有写申诉的理由。").first).to_be_visible()
    await page.get_by_text("响应度 60 分（超时）").click()
    await page.get_by_text("办结度 60 分（超时）").click()
    await page.get_by_text("计分依据的事实有误").click()
    await page.locator(".grounds textarea").fill(f"当天已到场，可打 {PHONE} 核实。")
    await page.screenshot(path="build/appeal_dialog_phone.png")
    await page.get_by_role("button", name="提交申诉").click()
    await expect(page.locator(".appeal-state")).to_have_text(f"申诉 {request_id}-SS01：等指挥中心决定")
    await expect(page.locator(".grounds")).to_have_count(0)
    return f"{request_id}-SS01"


async def decided(page: Page, life: DistrictLife, number: str) -> None:
    """The centre writes its reason and hands in; the engine records the decision."""
    await page.locator('[data-key="note"] textarea').fill("到场照片属实。")
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("回单已提交。")).to_be_visible()
    async with life.casebook.begin() as connection:
        assert await appeals.end(connection, number, now=life.clock())


async def wished(life: DistrictLife, request_id: str) -> str:
    """A unit appeals because of a storm; return the number."""
    wish = appeals.Appeal(
        request_id=request_id,
        round=1,
        unit=UNIT,
        reason_code="force_majeure",
        contested=("completion",),
        grounds="暴雨红色预警期间无法作业。",
        person=UNIT,
    )
    async with life.casebook.begin() as connection:
        return await appeals.file(connection, wish, district=life.district, now=life.clock())


async def test_a_unit_appeals_the_centre_corrects_one_fact_and_both_scores_are_seen(
    page: Page, life: DistrictLife
) -> None:
    request_id = await scored(life)
    number = await file_appeal(page, request_id)
    await expect(page.get_by_text("可打 138****0001 核实。")).to_be_visible()
    assert PHONE not in await page.content()
    order = await asked(life, number)
    await page.goto(f"/units/{CENTRE}")
    await page.get_by_role("link", name=order).click()
    await expect(page.get_by_text("可打 138****0001 核实。")).to_be_visible()
    await expect(page.locator('[data-key="completion_fact"]')).to_be_hidden()
    await page.get_by_text("部分成立，改定其中几项", exact=True).click()
    await expect(page.locator('[data-key="satisfaction_fact"]')).to_have_count(0)
    await page.locator('[data-key="completion_fact"] input').click()
    await page.get_by_role("option", name="按时（100 分）").click()
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await page.screenshot(path="build/appeal_order_phone.png", full_page=True)
    await decided(page, life, number)
    await page.goto(f"/requests/{request_id}")
    await expect(page.locator(".effective")).to_have_text(
        f"原得分 68.00 分，加 12.00 分（申诉 {number}：申诉部分成立，办结度改按“按时”计），实得 80.00 分"
    )
    await expect(page.get_by_text("到场照片属实。").first).to_be_visible()
    await expect(page.locator(".appeal-key")).to_have_count(0)
    await page.screenshot(path="build/appeal_request_phone.png", full_page=True)
    await page.goto("/assessment")
    await page.locator(".standing", has_text="江岸区民政局").get_by_role("link").click()
    await expect(page.locator(".moved")).to_have_text(f"原得分 68.00 → 实得分 80.00（申诉 {number}）")
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await page.screenshot(path="build/appeal_cases_phone.png", full_page=True)


async def test_an_excluded_score_is_shown_and_the_list_tells_what_waits(page: Page, life: DistrictLife) -> None:
    excluded, waits = [await scored(life) for _ in range(2)]
    orders = {number: await asked(life, await wished(life, number)) for number in (excluded, waits)}
    await page.goto(f"/work-orders/{orders[excluded]}")
    await page.get_by_text("这个得分不计入考核", exact=True).click()
    await decided(page, life, f"{excluded}-SS01")
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    await page.goto("/appeals")
    rows = page.locator(".appeal-row")
    await expect(rows.filter(has_text=excluded)).to_contain_text("原得分 68.00，不计入考核")
    await expect(rows.filter(has_text=waits)).to_contain_text(orders[waits])
    await page.screenshot(path="build/appeals_wide.png", full_page=True)
    await page.goto("/assessment")
    line = page.locator(".standing", has_text="江岸区民政局")
    await expect(line).to_contain_text("另有 1 个不计入")
    await page.screenshot(path="build/appeal_assessment_wide.png", full_page=True)
    await line.get_by_role("link").click()
    await expect(page.get_by_text("不计入考核（1）")).to_be_visible()
    await page.screenshot(path="build/appeal_cases_wide.png", full_page=True)
    await page.goto(f"/requests/{excluded}")
    await expect(page.locator(".effective")).to_have_text(f"原得分 68.00 分，不计入考核（申诉 {excluded}-SS01）")
    await page.screenshot(path="build/appeal_request_wide.png", full_page=True)
    await page.goto(f"/work-orders/{orders[waits]}")
    await page.screenshot(path="build/appeal_order_wide.png", full_page=True)
