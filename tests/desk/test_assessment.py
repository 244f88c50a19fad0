"""考核: ranked, with every number leading to its cases; the request says what its score rests on."""

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import delete

from casebook import scores, unit_scores
from casebook.schema import unit_scores as table
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
FACTS = {"response": "in_time", "cooperation": "alone", "completion": "in_time", "satisfaction": "satisfied"}
DEGREES = {"response": "100", "cooperation": "100", "completion": "100", "satisfaction": "85"}
WEIGHTS = {"response": "0.10", "cooperation": "0.20", "completion": "0.30", "satisfaction": "0.40"}
LEAD, CO_UNIT = "dept_tax", "dept_culture"


async def scored(life: DistrictLife, *, score: str) -> str:
    """A matter was handled by a lead and a co-unit and is scored; return its number."""
    request_id, now = await life.request(), life.clock()
    order = await life.work_order(request_id, unit=LEAD)
    red_at = (now + timedelta(hours=8)).isoformat()
    ground = {"work_order_id": order, "kind": "sign_in", "outcome": "accepted", "red_at": red_at}
    row = {
        "degrees": [{"aspect": name, "fact": fact, "degree": DEGREES[name]} for name, fact in FACTS.items()],
        "weights": WEIGHTS,
        "score": Decimal(score),
        "rules_version": "2026-11-01",
    }
    ids = {"request_id": request_id, "round": 1, "scored_at": now}
    of_lead = ids | row | FACTS | {"unit": LEAD, "part": "lead"}
    of_lead["grounds"] = {"response": [ground | {"reported_at": now.isoformat()}]}
    async with life.casebook.begin() as connection:
        await scores.record(
            connection, row | {"request_id": request_id, "round": 1, "unit": LEAD, "reopen": False}, now=now
        )
        await unit_scores.record(connection, [of_lead, of_lead | {"unit": CO_UNIT, "part": "co_unit", "grounds": {}}])
    return request_id


async def test_the_ranking_leads_to_the_cases_and_these_to_the_file(page: Page, life: DistrictLife) -> None:
    numbers = [await scored(life, score="94.00") for _ in range(11)]
    try:
        await page.goto("/assessment")
        line = page.locator(".standing", has_text="江岸区税务局")
        await expect(line).to_contain_text("94.00 分")
        await expect(line).to_contain_text("按时响应 100%（74%–100%）")
        await line.get_by_role("link").click()
        await expect(page.get_by_text("得分从低到高")).to_be_visible()
        assert 11 == await page.locator(".item.case").count()
        await page.get_by_role("link", name=numbers[0]).click()
        await expect(page.get_by_text("（协办）").first).to_be_visible()
        told = page.locator(
            ".sentence", has_text="满意度 85（满意）× 40% = 94.00 分，依据：响应度按时（01 号工单（签收），期限"
        )
        await expect(told.first).to_be_visible()
    finally:
        async with life.casebook.begin() as connection:
            await connection.execute(delete(table).where(table.c.request_id.in_(numbers)))


async def test_a_month_without_scores_says_so_and_a_period_that_is_none_is_a_sentence(
    page: Page, life: DistrictLife
) -> None:
    await page.goto("/assessment/cases/2019/unit/dept_tax")
    await expect(page.get_by_text("“2019”", exact=False)).to_have_count(0)
    await page.goto("/assessment/cases/2026-13/unit/dept_tax")
    await expect(page.get_by_text("“2026-13”不是考核周期")).to_be_visible()
    await page.goto("/assessment/signals/2026-01")
    await expect(page.get_by_text("临近期限的空回单（0）")).to_be_visible()
