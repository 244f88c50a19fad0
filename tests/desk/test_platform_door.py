"""Platforms push their rows, signed; what cannot be taken in stands on a page until it can."""

import asyncio
import json
import secrets
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import delete, func, select

from casebook import city
from casebook.schema import rejected_rows, requests
from tests.desk.conftest import PLATFORM_SECRET
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
TEXT = "垃圾三天没人清运。"


def thread(**changes: Any) -> dict[str, Any]:
    return {
        "thread_id": secrets.token_hex(6),
        "posted_at": "2026-11-02T09:00:00+08:00",
        "area": {"street": "后湖街道", "community": "同安社区"},
        "topic": "环境卫生·暴露垃圾",
        "content": TEXT,
        "author": {"nickname": "样例·王女士", "mobile": "", "identity": "个人"},
    } | changes


def post(
    life: DistrictLife, body: bytes, *, at: datetime, secret: str = PLATFORM_SECRET, to: str = "message_board"
) -> Any:
    timestamp, nonce = at.isoformat(), secrets.token_hex(8)
    signature = city.signature(secret, timestamp=timestamp, nonce=nonce, body=body)
    headers = {"X-Minhu-Timestamp": timestamp, "X-Minhu-Nonce": nonce, "X-Minhu-Signature": signature}
    asked = urllib.request.Request(f"{life.url}/api/platforms/{to}/rows", data=body, headers=headers)  # noqa: S310 - our own desk
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - our own desk
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


async def push(life: DistrictLife, *threads: dict[str, Any], **how: Any) -> Any:
    body = json.dumps({"data": {"items": threads}}, ensure_ascii=False).encode()
    return await asyncio.to_thread(post, life, body, **({"at": life.clock()} | how))


async def count(life: DistrictLife, external_id: str) -> int:
    async with life.casebook.connect() as connection:
        query = select(func.count()).select_from(requests).where(requests.c.external_id == external_id)
        return int((await connection.execute(query)).scalar_one())


async def test_a_signed_push_is_taken_in_once_however_often_it_comes(life: DistrictLife) -> None:
    first, bad = thread(), thread(topic="")
    status, answer = await push(life, first, bad)
    assert (status, answer["accepted"], [row["field"] for row in answer["rejected"]]) == (200, 1, ["topic"])
    answers = await asyncio.gather(*(push(life, first, bad) for _ in range(5)))
    assert {(status, answer["already_known"]) for status, answer in answers} == {(200, 1)}
    _, later = await push(life, first | {"content": f"{TEXT}还是没有人来。"}, first | {"status": "withdrawn"})
    assert (later["supplemented"], later["withdrawn"]) == (1, 1)
    assert await count(life, first["thread_id"]) == 1


@pytest.mark.parametrize(
    "how", [{"secret": "guessed"}, {"secret": ""}, {"to": "mayor_line"}, {"to": "nowhere"}, {"late": 400}]
)
async def test_nobody_else_gets_in(life: DistrictLife, how: dict[str, Any]) -> None:
    one = thread()
    at = life.clock() - timedelta(seconds=how.pop("late", 0))
    status, answer = await push(life, one, at=at, **how)
    assert (status, await count(life, one["thread_id"])) == (401, 0)
    assert "签名" in answer["error"]


@pytest.mark.parametrize(("body", "status"), [(b"{", 422), (b"[]", 422), (b" " * 1_100_000, 413)])
async def test_what_is_no_export_is_refused_with_a_sentence(life: DistrictLife, body: bytes, status: int) -> None:
    found, answer = await asyncio.to_thread(post, life, body, at=life.clock())
    assert found == status
    assert answer["error"].endswith("。")


async def test_refused_rows_stand_on_a_page_and_are_taken_in_again(life: DistrictLife, page: Page) -> None:
    await clear(life)
    late = thread()
    await push(life, {"thread_id": late["thread_id"], "status": "withdrawn"}, thread(topic="没有的类别"))
    await page.goto("/intake")
    await expect(page.get_by_text("没有收下的行（2）")).to_be_visible()
    await expect(page.get_by_text("从来没有收到过它")).to_be_visible()
    await push(life, late)
    await page.get_by_role("button", name="重新收取").click()
    await expect(page.get_by_text("重读 2 行：收下 1 行，仍退回 1 行。")).to_be_visible()
    await expect(page.get_by_text("没有收下的行（1）")).to_be_visible()
    assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    await page.screenshot(path="build/intake_page.png", full_page=True)
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="下载清单").click()
    written = (await (await waiting.value).path()).read_text(encoding="utf-8-sig")
    assert "没有对应的编码" in written
    assert TEXT not in written
    await clear(life)


async def clear(life: DistrictLife) -> None:
    async with life.casebook.begin() as connection:
        await connection.execute(delete(rejected_rows))


async def test_a_supplement_stands_in_the_file_of_its_request(life: DistrictLife, page: Page) -> None:
    first = thread()
    await push(life, first, first | {"content": f"{TEXT}今天更多了，电话 13800010001。"})
    async with life.casebook.connect() as connection:
        query = select(requests.c.request_id).where(requests.c.external_id == first["thread_id"])
        number = (await connection.execute(query)).scalar_one()
    await page.goto(f"/requests/{number}")
    await expect(page.get_by_text("今天更多了")).to_be_visible()
    await expect(page.get_by_text("平台第 1 次补充内容")).to_be_visible()
    assert "13800010001" not in await page.content()
