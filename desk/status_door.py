"""Platforms read on what became of what they sent: `GET /api/platforms/{platform}/status?after=SEQ&limit=N`, signed.

Signed is `GET path?query` in the place of a body, so that a signature opens nothing else. A call that comes again reads
the same: no nonce needs to be kept, and an old one is refused after five minutes.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from casebook import city, platform_status
from casebook.district import District
from casebook.errors import RejectedInput
from casebook.platform_status import AheadOfUs, Wanted
from casebook.platforms import Platform
from desk.office import Office, unexpected

MOST, USUAL, LONGEST_NUMBER = 1000, 100, 18
TOLD, FORGED, UNKNOWN, AHEAD, UNUSABLE, BROKEN = 200, 401, 404, 409, 422, 500


def make_status_router(office: Office) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.get("/api/platforms/{platform}/status")
    async def read_on(platform: str, request: Request) -> JSONResponse:
        """一个平台读取它报来的诉求的进展：after 之后的若干条，用平台自己的状态码；须签名，可重复读取。"""
        return await _told(office, platform, request=request)

    return router


async def _told(office: Office, code: str, *, request: Request) -> JSONResponse:
    now, secret = office.clock(), office.settings.platform_secret(code)
    if not city.is_authentic(secret, dict(request.headers), body=_signed(request), now=now):
        return _refused("签名不对，或时间相差超过五分钟。请核对平台编码、密钥、时钟和所签的地址后重新签名。", FORGED)
    platform = office.district.platforms.get(code)
    if platform is None:
        return _refused("没有这个平台。请对照 config/platforms 里的文件名。", UNKNOWN)
    try:
        wanted = _wanted(platform, request=request)
        async with office.casebook.begin() as casebook:
            rows = await platform_status.read_on(casebook, wanted)
    except AheadOfUs as ahead:
        return _refused(str(ahead), AHEAD)
    except RejectedInput as refusal:
        return _refused(str(refusal), UNUSABLE)
    except Exception as error:  # noqa: BLE001 - the other side gets a sentence, whatever broke
        return _refused(unexpected(error), BROKEN)
    items = [_item(row, platform=platform, district=office.district) for row in rows]
    return JSONResponse({"items": items, "next": items[-1]["sequence"] if items else wanted.after}, TOLD)


def _signed(request: Request) -> bytes:
    """Return what the platform signed: method, path and query as they were sent."""
    query: bytes = request.scope["query_string"]
    path: bytes = request.scope["raw_path"]
    return b"GET " + path + (b"?" + query if query else b"")


def _wanted(platform: Platform, *, request: Request) -> Wanted:
    after, limit = (request.query_params.get(name, usual) for name, usual in (("after", "0"), ("limit", str(USUAL))))
    numbers = all(each.isascii() and each.isdigit() and len(each) <= LONGEST_NUMBER for each in (after, limit))
    if not numbers or not 1 <= int(limit) <= MOST:
        raise RejectedInput(
            f"after 应为收到过的最后一个序号（第一次为 0），limit 应为 1 至 {MOST} 的整数。请更正后重试。"
        )
    return Wanted(platform=platform.code, after=int(after), most=int(limit), states=tuple(platform.told))


def _item(row: dict[str, Any], *, platform: Platform, district: District) -> dict[str, Any]:
    return {
        "sequence": row["sequence"],
        "external_id": row["external_id"],
        "request_id": row["request_id"],
        "status": platform.told[row["state"]],
        "state": row["state"],
        "at": row["changed_at"].astimezone(district.zone).isoformat(timespec="seconds"),
        "unit": row["unit_name"],
        "note_code": row["outcome"],
        "main_request_id": row["main_id"],
        "main_external_id": row["main_external_id"],
    }


def _refused(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
