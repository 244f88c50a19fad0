"""The door for receipts that HTTP gateways push: `POST /api/sms/receipts/{gateway}/{key}`.

The gateways sign nothing, so the address itself is the secret (`MINHU_SMS_PUSH_KEY`); without one the door is shut.
"""

import hmac
import json

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from casebook import messages
from casebook.receipt_pushes import receipts_of
from desk.office import Office, unexpected

LONGEST_BODY = 256 * 1024
SHUT, TOO_LARGE, UNUSABLE, BROKEN = 404, 413, 422, 500
TAKEN = {"code": 0, "msg": "OK", "result": 0, "errmsg": "OK"}  # each gateway looks for its own two


def make_sms_router(office: Office) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.post("/api/sms/receipts/{gateway}/{key}", include_in_schema=False)
    async def take_in(request: Request, *, gateway: str, key: str) -> JSONResponse:
        """收下短信回执；同一回执推送多次只算一次。"""
        expected = office.settings.sms_push_key.get_secret_value()
        if not expected or not hmac.compare_digest(expected.encode(), key.encode()):
            return _refused("没有这个地址。", SHUT)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LONGEST_BODY:
                return _refused("内容太长。", TOO_LARGE)
        return await _taken(office, gateway, body=body)

    return router


async def _taken(office: Office, gateway: str, *, body: bytes) -> JSONResponse:
    try:
        receipts = receipts_of(gateway, json.loads(body))
        for receipt in receipts:
            async with office.casebook.begin() as casebook:
                await messages.note_receipt(casebook, receipt, now=office.clock())
    except (ValueError, RecursionError):
        return _refused("内容不是这家短信网关的回执。请核对推送地址。", UNUSABLE)
    except Exception as error:  # noqa: BLE001 - the other side gets a sentence, whatever broke
        return _refused(unexpected(error), BROKEN)
    return JSONResponse(TAKEN)


def _refused(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
