"""The addresses under `/on-site/`: the page and its parts, what it offers to a unit, and where entries are sent.

The page is plain HTML and JavaScript without a build. Its service worker keeps it on the phone; the first lines of that
file name its version, the digest of all parts, so that a changed part is fetched whole at the next visit.
"""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response

from casebook import on_site, words
from casebook.errors import RejectedInput
from casebook.on_site import Entry
from desk.office import Office, unexpected
from desk.on_site.entry import RefusedEntry, SentEntry, read, report_of
from desk.picture_check import UnusablePicture, clean_picture

ROOT = "/on-site"
PHONE = Path(__file__).with_name("phone")
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PAGE, WORKER = "index.html", "worker.js"
WORDS_KB, KB = 64, 1024
ACCEPTED, BROKE_OFF, WRONG_TYPE, UNUSABLE, BROKEN = 202, 400, 415, 422, 500
HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'",
}


def make_on_site_router(office: Office) -> APIRouter:
    """Return the routes; they are for our own page, so no description names them."""
    router = APIRouter(prefix=ROOT, include_in_schema=False)
    parts = {path.name: path.read_bytes() for path in sorted(PHONE.iterdir())}

    async def choices(unit: str) -> JSONResponse:
        """Return what the form offers to a unit; kept by the phone."""
        return await _choices(office, unit)

    async def take_in(request: Request) -> JSONResponse:
        """Take one entry in; sent again, it is the same request."""
        return await _taken(office, request)

    router.add_api_route("/choices/{unit}", choices)
    router.add_api_route("/entries", take_in, methods=["POST"])
    for name, content in ({"": parts[PAGE]} | parts | {WORKER: worker_of(parts)}).items():
        router.add_api_route(f"/{name}", _part(content, kind=TYPES[Path(name or PAGE).suffix]), methods=["GET", "HEAD"])
    router.add_api_route("", lambda: RedirectResponse(f"{ROOT}/"))
    return router


def worker_of(parts: dict[str, bytes]) -> bytes:
    """Return the service worker with its version and the parts that it keeps in front."""
    digest = hashlib.sha256(b"".join(name.encode() + content for name, content in parts.items())).hexdigest()[:16]
    kept = ["./", *(name for name in parts if name not in {PAGE, WORKER})]
    return f"const VERSION = {json.dumps(digest)};\nconst PARTS = {json.dumps(kept)};\n".encode() + parts[WORKER]


def _part(content: bytes, *, kind: str) -> Any:
    async def part() -> Response:
        return Response(content, media_type=f"{kind}; charset=utf-8", headers=HEADERS)

    return part


async def _choices(office: Office, code: str) -> JSONResponse:
    district, now = office.district, office.clock()
    try:
        async with office.reading() as casebook:
            unit = await on_site.unit_for(casebook, code, district=district, now=now)
    except RejectedInput as refusal:
        return _refused(str(refusal), UNUSABLE)
    except Exception as error:  # noqa: BLE001 - the phone gets a sentence, whatever broke
        return _refused(unexpected(error), BROKEN)
    categories = [[each.code, f"{each.major}·{each.minor}", each.name] for each in district.catalogue.values()]
    own = unit["level"]
    offered = {
        "unit": code,
        "name": unit["name"],
        "district": district.name,
        "channels": on_site.ways_of(district, own),
        "communities": on_site.communities_of(district, unit["area"]),
        "categories": categories,
        "caller_kinds": {own: f"本{words.LEVEL_NAMES[own]}发现"}
        | {kind: words.CALLER_KINDS[kind] for kind in ("citizen", "business", "cared_for")},
        "pictures_most": district.open311.pictures_most,
    }
    return JSONResponse(offered, headers={"Cache-Control": "no-store"})


async def _taken(office: Office, request: Request) -> JSONResponse:
    """Answer 202 with the number, 422 with what to correct; anything else means: keep it and send it again."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return _refused("请从现场登记页面发送。", WRONG_TYPE)  # so that no page elsewhere can send in a visitor's name
    try:
        body = await _body(request, office)
        sent = read(body, district=office.district)
        taken = await _take(office, sent)
    except ClientDisconnect:
        return _refused("内容没有传完。", BROKE_OFF)
    except RefusedEntry as refused:
        return _refused(str(refused), UNUSABLE, field=refused.field)
    except RejectedInput as refusal:
        return _refused(str(refusal), UNUSABLE)
    except Exception as error:  # noqa: BLE001 - the phone gets a sentence, whatever broke
        return _refused(unexpected(error), BROKEN)
    return JSONResponse(taken, ACCEPTED)


async def _body(request: Request, office: Office) -> bytes:
    rules = office.district.open311
    most = (WORDS_KB + rules.pictures_most * rules.picture_kb_most * 4 // 3) * KB
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise RefusedEntry("图片太大。请删去几张，或换小一些的。", field="pictures")
    return bytes(body)


async def _take(office: Office, sent: SentEntry) -> dict[str, str]:
    found = []
    for content in sent.pictures:
        try:
            found.append(await asyncio.to_thread(clean_picture, content))
        except UnusablePicture:
            raise RefusedEntry("有一张图片打不开或太大。请删去它，或重新拍摄。", field="pictures") from None
    now = office.clock()
    report = report_of(sent, now=now, district=office.district)
    async with office.casebook.begin() as casebook:
        entry = Entry(unit=sent.unit, report=report, pictures=tuple(found))
        taken = await on_site.receive(casebook, entry, now=now, district=office.district)
    return {"request_id": taken.request_id, "result": taken.result}


def _refused(sentence: str, status: int, *, field: str | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence, "field": field}, status)
