"""Rows of platforms in the casebook: each has its effect once, later wordings are kept, refused rows wait."""

import secrets
from datetime import datetime

import pytest
from sqlalchemy import func, select

from casebook import explain, quarantine, supplements, views
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.reports import RequestReport, Withdrawal
from casebook.schema import requests
from desk.intake.records import UNREADABLE, Rejected
from desk.intake.register import Door, Result

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]
BOARD = "message_board"
TEXT = "垃圾三天没人清运。"


def door(district: District, *, platform: str = BOARD) -> Door:
    return Door(platform=district.platforms[platform], source="样例.json", district=district)


def report(now: datetime, **changes: object) -> RequestReport:
    values: dict[str, object] = {
        "platform": BOARD,
        "external_id": secrets.token_hex(6),
        "channel": "online",
        "received_at": now,
        "category": "010101",
        "community": "420102002003",
        "urgency": "normal",
        "caller_kind": "citizen",
        "title": "垃圾",
        "text": TEXT,
    }
    return RequestReport.model_validate(values | changes)


def refused(**record: str) -> Rejected:
    fields = {"thread_id": secrets.token_hex(6), "topic": "没有的类别", "content": TEXT} | record
    return Rejected(3, "字段“topic”：没有对应的编码。", field="topic", record=fields)


async def take(
    casebook: AsyncConnection, at: Door, row: RequestReport | Withdrawal | Rejected, now: datetime
) -> Result:
    return await at.take(casebook, row, number=1, now=now)


async def request_of(casebook: AsyncConnection, external_id: str) -> dict[str, object]:
    found = await supplements.known(casebook, BOARD, external_id)
    assert found
    return found


async def test_a_changed_row_is_kept_as_a_supplement_once_and_changes_nothing_else(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    at, first = door(district), report(now)
    later = first.model_copy(update={"text": f"{TEXT}补充：还是没有人来。", "category": "010105", "urgency": "urgent"})
    rows = [first, later, first, later, later.model_copy(update={"text": "换了说法"}), later]
    results = [await take(casebook, at, row, now) for row in rows]
    assert results == ["accepted", "supplemented", "already_known", "already_known", "supplemented", "already_known"]
    request = await request_of(casebook, first.external_id)
    assert (request["text"], request["category"], request["urgency"]) == (TEXT, "010101", "normal")
    file = await views.request_file(casebook, str(request["request_id"]))
    assert [row["text"] for row in file.supplements] == [f"{TEXT}补充：还是没有人来。", "换了说法"]
    assert supplements.added(TEXT, file.supplements[0]["text"]) == "补充：还是没有人来。"
    told = "\n".join(explain.tell(file, district))
    assert "平台第 1 次补充内容，见诉求卷宗。平台现在写的是“垃圾清运不及时”、“紧急”" in told
    assert "还是没有人来" not in told


async def test_a_withdrawn_row_takes_the_way_of_every_withdrawal_once(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    at, first = door(district), report(now)
    back = Withdrawal(platform=BOARD, external_id=first.external_id)
    assert [await take(casebook, at, row, now) for row in (first, back, back)] == [
        "accepted",
        "withdrawn",
        "already_known",
    ]
    assert (await request_of(casebook, first.external_id))["withdrawal_asked_at"] == now


async def test_a_withdrawal_that_overtakes_its_report_waits_and_is_taken_again(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    at, first = door(district), report(now)
    back = Withdrawal(platform=BOARD, external_id=first.external_id)
    assert await take(casebook, at, back, now) == "rejected"
    [row] = await quarantine.waiting(casebook, platform=BOARD)
    assert row["field"] == "status"
    assert await at.retake(casebook, row["rejected_id"], now=now) == "rejected"
    assert await take(casebook, at, first, now) == "accepted"
    assert await quarantine.count(casebook) == 1, "the report alone does not settle its withdrawal"
    assert await at.retake(casebook, row["rejected_id"], now=now) == "withdrawn"
    assert await quarantine.hold(casebook, row["rejected_id"]) is None


async def test_a_refused_row_is_kept_once_with_where_and_why(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    at, row = door(district), refused()
    for _ in range(10):
        assert await take(casebook, at, row, now) == "rejected"
    [kept] = await quarantine.waiting(casebook, platform=BOARD)
    shown = {name: kept[name] for name in ("source", "row", "field", "reason", "external_id")}
    assert shown == {
        "source": "样例.json",
        "row": 3,
        "field": "topic",
        "reason": row.reason,
        "external_id": row.record["thread_id"],
    }
    assert kept["record"] == row.record


async def test_letters_that_a_database_cannot_hold_are_kept_as_replaced(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    await take(casebook, door(district), refused(content="坏\x00字\ud800", thread_id="坏\x00号"), now)
    [kept] = await quarantine.waiting(casebook, platform=BOARD)
    assert (kept["record"]["content"], kept["external_id"]) == ("坏\ufffd字\ufffd", "坏\ufffd号")


async def test_a_row_that_the_platform_sends_again_in_good_order_no_longer_waits(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    at, row = door(district), refused()
    await take(casebook, at, row, now)
    await take(casebook, at, report(now, external_id=row.record["thread_id"]), now)
    assert await quarantine.count(casebook) == 0
    await take(casebook, at, row, now)
    assert await quarantine.count(casebook) == 0, "the old file once more does not open it again"


GOOD = {
    "posted_at": "2026-11-02T09:00:00+08:00",
    "area.street": "后湖街道",
    "area.community": "同安社区",
    "content": TEXT,
    "author.identity": "个人",
}


async def test_refused_rows_are_taken_in_whole_once_the_mapping_is_mended(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    row = refused(**GOOD)
    await take(casebook, door(district), row, now)
    [kept] = await quarantine.waiting(casebook, platform=BOARD)
    assert await door(district).retake(casebook, kept["rejected_id"], now=now) == "rejected"
    old = district.platforms[BOARD]
    platform = old.model_copy(update={"categories": {**old.categories, "没有的类别": "010101"}})
    mended = Door(platform=platform, source="样例.json", district=district)
    results = [await mended.retake(casebook, kept["rejected_id"], now=now) for _ in range(3)]
    assert results == ["accepted", "already_known", "already_known"]
    assert await quarantine.count(casebook) == 0
    count = select(func.count()).where(requests.c.external_id == row.record["thread_id"])
    assert (await casebook.execute(count)).scalar_one() == 1


async def test_a_row_that_was_torn_is_never_taken_in_by_halves(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    torn = Rejected(7, "列数不对", record={UNREADABLE: "1,2026-11-02,垃圾三天没"})
    at = door(district)
    await take(casebook, at, torn, now)
    [kept] = await quarantine.waiting(casebook, platform=BOARD)
    assert await at.retake(casebook, kept["rejected_id"], now=now) == "rejected"
    assert await quarantine.count(casebook) == 1
