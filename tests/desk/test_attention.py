"""What only a person can settle stands on the first page, and is gone when the request is over."""

import secrets
from datetime import UTC

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import insert, select

from casebook import city_replies, failed_messages, messages, requests
from casebook.schema import city_hand_overs
from casebook.schema import messages as outbox
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def a_message_reaches_nobody(life: DistrictLife, request_id: str) -> None:
    message = messages.NewMessage(
        dedupe_key=f"attention/{request_id}",
        request_id=request_id,
        work_order_id=None,
        event="red",
        recipient="district_centre_deputy_head",
        phone="99900000009",
        text="样例",
    )
    async with life.casebook.begin() as casebook:
        await messages.queue(casebook, message, now=life.clock())
        mine = select(outbox.c.message_id).where(outbox.c.dedupe_key == message.dedupe_key)
        await messages.note_refused(casebook, (await casebook.execute(mine)).scalar_one(), now=life.clock())
        await failed_messages.follow_up(casebook, order=(), zone=UTC, now=life.clock())


async def the_city_says_both(life: DistrictLife, request_id: str) -> None:
    work_order_id, now = await life.work_order(request_id), life.clock()
    sent = {"work_order_id": work_order_id, "request_id": request_id, "written_at": now, "send_after": now}
    async with life.casebook.begin() as casebook:
        await casebook.execute(insert(city_hand_overs).values(sent))
        for kind in ("accepted", "refused"):
            reply = city_replies.CityReply.model_validate({"key": work_order_id, "kind": kind})
            await city_replies.take(casebook, reply, nonce=secrets.token_hex(8), now=now)


async def test_what_only_a_person_can_settle_is_asked_for_while_the_request_is_open(
    page: Page, life: DistrictLife
) -> None:
    request_id = await life.request()
    await a_message_reaches_nobody(life, request_id)
    await the_city_says_both(life, request_id)
    await page.goto("/")
    rows = page.locator(".item.asked").filter(has_text=request_id)
    await expect(rows.filter(has_text="红灯督办")).to_contain_text("发送失败")
    await expect(rows.filter(has_text="先答复“受理”")).to_contain_text("又答复“不受理”")
    await page.screenshot(path="build/attention_phone.png", full_page=True)
    async with life.casebook.begin() as casebook:
        await requests.note_facts(casebook, request_id, withdrawn_at=life.clock())
    await page.reload()
    await expect(page.locator(".stat").first).to_be_visible()
    await expect(rows).to_have_count(0)
