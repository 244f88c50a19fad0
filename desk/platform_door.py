"""The door for platforms that push: `POST /api/platforms/{platform}/rows`, their own format, signed.

A message may come again (the platform saw no answer): every row has its effect once, so no nonce needs to be kept.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from casebook import city
from casebook.errors import RejectedInput
from casebook.platforms import Platform
from desk.intake.pull import Puller, Tally, as_file
from desk.intake.register import Door
from desk.office import Office, unexpected

LONGEST_BODY = 1024 * 1024
TAKEN, FORGED, UNKNOWN, TOO_LARGE, UNUSABLE, BROKEN = 200, 401, 404, 413, 422, 500


def make_platform_router(office: Office) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.post("/api/platforms/{platform}/rows")
    async def take_in(platform: str, request: Request) -> JSONResponse:
        """收下一个平台推送的若干条（平台自己的格式）；须签名，同一条重复推送不会重复登记，退回的逐条说明原因。"""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LONGEST_BODY:
                return _refused("内容太长，请分几次推送。", TOO_LARGE)
        return await _taken(office, platform, headers=request.headers, body=body)

    return router


async def _taken(office: Office, code: str, *, headers: Mapping[str, str], body: bytes) -> JSONResponse:
    now, secret = office.clock(), office.settings.platform_secret(code)
    if not city.is_authentic(secret, dict(headers), body=body, now=now):
        return _refused("签名不对，或时间相差超过五分钟。请核对平台编码、密钥和时钟后重新签名。", FORGED)
    platform = office.district.platforms.get(code)
    if platform is None:
        return _refused("没有这个平台。请对照 config/platforms 里的文件名。", UNKNOWN)
    try:
        tally = await _taken_in(office, platform, body=body)
    except RejectedInput as refusal:
        return _refused(str(refusal), UNUSABLE)
    except Exception as error:  # noqa: BLE001 - the other side gets a sentence, whatever broke
        return _refused(unexpected(error), BROKEN)
    return JSONResponse(tally.as_dict(), TAKEN)


async def _taken_in(office: Office, platform: Platform, *, body: bytes) -> Tally:
    today = office.clock().astimezone(office.district.zone).date()
    door = Door(platform=platform, source=f"推送 {today}", district=office.district)
    puller = Puller(casebook=office.casebook, clock=office.clock, door=door, tally=Tally())
    with as_file(body) as path:
        await puller.file(path)
    return puller.tally


def _refused(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
