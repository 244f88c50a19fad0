"""Receipts that clouds push: to the right address, once, and whatever nonsense comes instead changes nothing."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select

from casebook import messages
from casebook.clock import wall_clock
from casebook.receipt_pushes import receipts_of
from casebook.schema import messages as rows_of_messages
from casebook.settings import Settings
from desk.office import Office
from desk.sms_door import make_sms_router
from tests.gateways.outbox import SHORT, Outbox

KEY = "a-long-key"
TOLD: dict[str, dict[str, object]] = {
    "aliyun": {"biz_id": "ID", "success": True, "err_code": "DELIVERED"},
    "tencent": {"sid": "ID", "report_status": "SUCCESS"},
    "mas": {"msgGroup": "ID", "errorCode": "DELIVRD"},
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


async def push(outbox: Outbox, path: str, *, body: Any = None, key: str = KEY) -> int:
    """Push to the door as a cloud does; return the status."""
    settings = Settings.model_validate(
        {"DATABASE_URL": outbox.database_url, "personal_key": "0f" * 32, "sms_push_key": SecretStr(key)}
    )
    office = Office(casebook=outbox.casebook, district=outbox.district, clock=wall_clock, settings=settings)
    app = FastAPI()
    app.include_router(make_sms_router(office))
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://desk") as client:
        return (await client.post(path, **content)).status_code


async def sent(outbox: Outbox, smsc_id: str) -> tuple[str, int]:
    """A message that a cloud took; return its telephone and number."""
    phone = await outbox.queue(SHORT)
    async with outbox.casebook.begin() as connection:
        mine = select(rows_of_messages.c.message_id).where(rows_of_messages.c.dedupe_key == phone)
        number = (await connection.execute(mine)).scalar_one()
        await connection.execute(
            rows_of_messages.update().where(rows_of_messages.c.message_id == number).values(state="sending")
        )
        if smsc_id:
            await messages.note_sent(connection, number, smsc_id=smsc_id, now=wall_clock())
        else:
            await messages.note_uncertain(connection, [number])
    return phone, number


@pytest.mark.parametrize(
    ("gateway", "good", "bad"),
    [
        ("aliyun", TOLD["aliyun"], {"biz_id": "ID", "err_code": "MK:0001"}),
        ("tencent", TOLD["tencent"], {"sid": "ID", "report_status": "FAIL", "errmsg": "MK"}),
        ("mas", TOLD["mas"], {"msgGroup": "ID", "errorCode": "MI:0013"}),
    ],
)
async def test_each_clouds_receipt_settles_its_message(
    outbox: Outbox, gateway: str, good: dict[str, object], bad: dict[str, object]
) -> None:
    for told, state in ((good, "delivered"), (bad, "failed")):
        smsc_id = f"{gateway}-{state}"
        phone, _ = await sent(outbox, smsc_id)
        entry = {name: smsc_id if value == "ID" else value for name, value in told.items()}
        for _ in range(2):  # pushed again
            assert 200 == await push(outbox, f"/api/sms/receipts/{gateway}/{KEY}", body=[entry])
        assert state == await outbox.state(phone)


async def test_aliyuns_receipt_finds_a_message_of_which_nobody_knew(outbox: Outbox) -> None:
    phone, number = await sent(outbox, "")
    assert "uncertain" == await outbox.state(phone)
    entry = {"biz_id": "aliyun-unknown", "success": True, "out_id": f"{number}/1"}
    assert 200 == await push(outbox, f"/api/sms/receipts/aliyun/{KEY}", body=[entry])
    assert "delivered" == await outbox.state(phone)


@pytest.mark.parametrize("gateway", list(TOLD))
async def test_a_receipt_before_the_answer_days_late_or_of_nobody(outbox: Outbox, gateway: str) -> None:
    """A cloud may push before it answers; what it pushes of others changes nothing."""
    door, days = f"/api/sms/receipts/{gateway}/{KEY}", timedelta(days=6)
    phone, number = await sent(outbox, "")
    for called in (f"{gateway}-of-nobody", f"{gateway}-early"):
        entry = {name: called if value == "ID" else value for name, value in TOLD[gateway].items()}
        assert 200 == await push(outbox, door, body=[entry])
    assert "uncertain" == await outbox.state(phone)
    async with outbox.casebook.begin() as connection:
        await messages.note_sent(connection, number, smsc_id=f"{gateway}-early", now=wall_clock() - days)
    assert "delivered" == await outbox.state(phone)
    late, number = await sent(outbox, f"{gateway}-late")
    async with outbox.casebook.begin() as connection:
        long_ago = {"sent_at": wall_clock() - days, "queued_at": wall_clock() - days}
        mine = rows_of_messages.c.message_id == number
        await connection.execute(rows_of_messages.update().where(mine).values(long_ago))
    entry = {name: f"{gateway}-late" if value == "ID" else value for name, value in TOLD[gateway].items()}
    assert 200 == await push(outbox, door, body=[entry])
    assert "delivered" == await outbox.state(late)


async def test_the_door_is_shut_without_the_key(outbox: Outbox) -> None:
    assert 404 == await push(outbox, "/api/sms/receipts/aliyun/wrong", body=[])
    assert 404 == await push(outbox, "/api/sms/receipts/aliyun/x", body=[], key="")


@pytest.mark.parametrize("body", [b"", b"<xml/>", b"[[", b"[1]", b'"x"', b"[" * 5000])
async def test_nonsense_is_refused(outbox: Outbox, body: bytes) -> None:
    assert 422 == await push(outbox, f"/api/sms/receipts/aliyun/{KEY}", body=body)


async def test_an_unknown_gateway_and_too_much_are_refused(outbox: Outbox) -> None:
    assert 422 == await push(outbox, f"/api/sms/receipts/pigeon/{KEY}", body=[])
    assert 413 == await push(outbox, f"/api/sms/receipts/aliyun/{KEY}", body=b" " * 300_000)


@given(st.sampled_from(["aliyun", "tencent", "mas", "x"]), json_values)
def test_any_json_is_receipts_or_refused(gateway: str, pushed: object) -> None:
    try:
        receipts = receipts_of(gateway, pushed)
    except ValueError:
        return
    assert all(receipt.smsc_id and len(receipt.status) <= 64 for receipt in receipts)
