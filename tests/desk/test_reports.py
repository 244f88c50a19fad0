"""The centre asks for a report, sees it being made, sends it back, approves it; files come as they were kept."""

import itertools
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import delete, select

from casebook import district_reports
from casebook.district_reports import Made
from casebook.messages import NewMessage, queue
from casebook.schema import district_reports as reports
from casebook.schema import fact_outbox, messages, report_versions
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

PROCESSES = itertools.count(7 * 10**12)
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"
WIDE = {"width": 1280, "height": 900}


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _nothing_stays(life: DistrictLife) -> AsyncIterator[None]:
    yield
    async with life.casebook.begin() as connection:
        await connection.execute(delete(messages).where(messages.c.request_id.is_(None)))
        await connection.execute(delete(fact_outbox).where(fact_outbox.c.request_id.is_(None)))
        await connection.execute(delete(report_versions))
        await connection.execute(delete(reports))


async def make(life: DistrictLife, report_id: str, version: int) -> None:
    """The worker makes a version."""
    now = life.clock()
    async with life.casebook.begin() as connection:
        await district_reports.take(connection, report_id, process_instance_key=next(PROCESSES))
        made = Made(version=version, as_of=now, word=b"word", pdf=b"%PDF-1.7 sample")
        await district_reports.keep(connection, report_id, made, now=now)


async def send(life: DistrictLife, report_id: str, *, state: str) -> None:
    """The worker tells somebody, and notes that the report is out."""
    about = {"request_id": None, "work_order_id": None, "event": "report_published", "text": "样例"}
    who = "district_centre_principal_head"
    key = f"report_published/{report_id}/sent/{who}"
    async with life.casebook.begin() as connection:
        message = NewMessage(dedupe_key=key, recipient=who, phone="99910000222", **about)  # type: ignore[arg-type]
        await queue(connection, message, now=life.clock())
        await connection.execute(messages.update().where(messages.c.dedupe_key == key).values(state=state))
        await district_reports.note_sent(connection, report_id, now=life.clock())


async def facts(life: DistrictLife, report_id: str) -> list[str]:
    mine = select(fact_outbox.c.variables).where(fact_outbox.c.correlation_key == report_id)
    async with life.casebook.begin() as connection:
        rows = (await connection.execute(mine.order_by(fact_outbox.c.fact_id))).scalars()
        return [json.loads(row)["decision"] if isinstance(row, str) else row.get("decision", "asked") for row in rows]


async def test_a_flash_report_is_asked_for_read_sent_back_and_approved(page: Page, life: DistrictLife) -> None:
    await page.goto("/reports")
    await page.get_by_role("button", name="开始编制").click()
    await expect(page.get_by_text("正在编制、发送（1）")).to_be_visible()
    await page.get_by_role("button", name="开始编制").click()
    await expect(page.get_by_text("的通报已经有了，或者正在编制、等待审批")).to_be_visible()
    today = life.clock().astimezone(life.district.zone).date()
    report_id = f"KB{today.isoformat()}-1"
    await make(life, report_id, 1)
    await expect(page.get_by_text("等待审批（1）")).to_be_visible()
    await page.get_by_role("link", name=f"江民呼快报〔{today.year}〕{today:%m%d}号").click()
    await page.get_by_role("button", name="退回重做").click()
    await expect(page.get_by_text("退回重做要写明哪里要改")).to_be_visible()
    await page.get_by_label("意见").fill("请补上昨晚的数字。")
    await page.get_by_role("button", name="退回重做").click()
    await expect(page.get_by_text("退回，正在重做，完成后这一页会自己更新")).to_be_visible()
    await make(life, report_id, 2)
    await expect(page.get_by_role("link", name="打开第 2 版 PDF").first).to_be_visible()
    await expect(page.get_by_text("请补上昨晚的数字。")).to_be_visible()
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    await page.get_by_role("button", name="批准并发送").click()
    await expect(page.get_by_text("已批准，正在发送，完成后")).to_be_visible()
    await send(life, report_id, state="failed")
    await expect(page.get_by_text("请电话告知")).to_be_visible()
    assert ["asked", "redo", "approved"] == await facts(life, report_id)


async def test_the_files_come_byte_by_byte_as_they_were_kept(page: Page, life: DistrictLife) -> None:
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    await page.goto("/reports")
    await page.get_by_label("种类").click()
    await page.get_by_role("option", name="周动态").click()
    await page.get_by_label("统计期").fill("2025-W44")
    await page.get_by_role("button", name="开始编制").click()
    await expect(page.get_by_text("江民呼周报〔2025〕44号")).to_be_visible()
    await make(life, "ZB2025-W44-1", 1)
    word = await page.request.get("/reports/ZB2025-W44-1/1.docx")
    pdf = await page.request.get("/reports/ZB2025-W44-1/1.pdf")
    assert (b"word", b"%PDF-1.7 sample") == (await word.body(), await pdf.body())
    assert word.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6")
    assert pdf.headers["content-disposition"].startswith("inline")
    for address in ("/reports/ZB2025-W44-1/2.pdf", "/reports/XX1-1/1.pdf", "/reports/ZB2025-W44-1/x.pdf"):
        assert (await page.request.get(address)).status in {404, 422}
    await page.goto("/reports/ZB2025-W44-1")
    await page.get_by_role("button", name="不发").click()
    await expect(page.get_by_text("不发", exact=True).first).to_be_visible()
    assert not await page.evaluate(WIDER_THAN_THE_SCREEN)
    assert ["asked", "dropped"] == await facts(life, "ZB2025-W44-1")


async def test_what_cannot_be_asked_for_is_said(page: Page, life: DistrictLife) -> None:
    del life
    await page.goto("/reports")
    await page.get_by_label("统计期").fill("2025年")
    await page.get_by_role("button", name="开始编制").click()
    await expect(page.get_by_text("统计期“2025年”写法不对，应为日期，例如 2026-10-12。")).to_be_visible()
    await page.goto("/reports/KB1999-01-01-1")
    await expect(page.get_by_text("没有编号为 KB1999-01-01-1 的通报")).to_be_visible()
