"""What only a person can settle stands on the first page, and is gone when the request is over."""

import secrets
from datetime import UTC

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import insert, select, update

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


async def a_message_is_uncertain(life: DistrictLife, request_id: str) -> int:
    await a_message_reaches_nobody(life, request_id)
    async with life.casebook.begin() as casebook:
        mine = outbox.c.dedupe_key == f"attention/{request_id}"
        await casebook.execute(update(outbox).where(mine).values(state="uncertain", followed_at=None))
        return int((await casebook.execute(select(outbox.c.message_id).where(mine))).scalar_one())


async def state_of(life: DistrictLife, message_id: int) -> str:
    async with life.casebook.connect() as casebook:
        found = await casebook.execute(select(outbox.c.state).where(outbox.c.message_id == message_id))
        return str(found.scalar_one())


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


async def test_a_person_settles_an_uncertain_message_or_sends_it_again(page: Page, life: DistrictLife) -> None:
    known, unknown = await life.request(), await life.request()
    numbers = [await a_message_is_uncertain(life, request_id) for request_id in (known, unknown)]
    await page.goto("/")
    rows = page.locator(".item.unsettled")
    for request_id in (known, unknown):
        await expect(rows.filter(has_text=request_id)).to_contain_text("待人工核实")
    await page.screenshot(path="build/unsettled_phone.png", full_page=True)
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.screenshot(path="build/unsettled_desktop.png")
    await rows.filter(has_text=known).get_by_role("button", name="对方已知悉").click()
    await expect(page.get_by_text("已记录：对方已知悉。")).to_be_visible()
    await rows.filter(has_text=unknown).get_by_role("button", name="再发一次").click()
    await expect(page.get_by_text("已重新发送，结果见诉求卷宗。")).to_be_visible()
    for request_id in (known, unknown):
        await expect(rows.filter(has_text=request_id)).to_have_count(0)
    assert ["delivered", "failed"] == [await state_of(life, number) for number in numbers]
    async with life.casebook.begin() as casebook:
        again = select(outbox.c.request_id, outbox.c.state).where(outbox.c.follows == numbers[1])
        assert [unknown] == [row.request_id for row in await casebook.execute(again)]
        for request_id in (known, unknown):
            await requests.note_facts(casebook, request_id, withdrawn_at=life.clock())
