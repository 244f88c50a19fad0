"""The door for the city's platform: `POST /api/city/replies`, signed, each message once."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from casebook import city, city_replies
from casebook.city_replies import CityReply, Replayed
from casebook.errors import RejectedInput
from desk.office import Office, unexpected

LONGEST_BODY = 16 * 1024
TAKEN, FORGED, UNKNOWN, REPLAYED, TOO_LARGE, UNUSABLE, BROKEN = 200, 401, 404, 409, 413, 422, 500


def make_city_router(office: Office) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.post("/api/city/replies")
    async def take_in(request: Request) -> JSONResponse:
        """收下市级平台的回复：accepted 受理、refused 不受理、done 办结；须签名，每条只收一次。"""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LONGEST_BODY:
                return _refused("内容太长。", TOO_LARGE)
        return await _taken(office, dict(request.headers), body=body)

    return router


async def _taken(office: Office, headers: dict[str, str], *, body: bytes) -> JSONResponse:
    now = office.clock()
    if not city.is_authentic(office.settings.city_secret.get_secret_value(), headers, body=body, now=now):
        return _refused("签名不对，或时间相差超过五分钟。请核对密钥和时钟后重新签名。", FORGED)
    try:
        reply = CityReply.model_validate_json(body)
        async with office.casebook.begin() as casebook:
            effect = await city_replies.take(casebook, reply, nonce=headers["x-minhu-nonce"], now=now)
    except ValidationError:
        return _refused("内容应为 JSON：key、kind（accepted、refused、done），可有 city_number、reason。", UNUSABLE)
    except Replayed as replayed:
        return _refused(str(replayed), REPLAYED)
    except RejectedInput as rejected:
        return _refused(str(rejected), UNKNOWN)
    except Exception as error:  # noqa: BLE001 - the other side gets a sentence, whatever broke
        return _refused(unexpected(error), BROKEN)
    return JSONResponse({"effect": effect}, TAKEN)


def _refused(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
