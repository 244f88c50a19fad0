"""The desk's doors for machines: `POST /api/requests` takes one report in, `GET /healthz` tells whether we can work."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from casebook import facts, requests
from casebook.collecting import not_open
from casebook.district import District
from casebook.platforms import Platform
from casebook.reports import CallerKind, Name, Phone, Place, RequestReport, Title, Urgency, Words
from desk.office import Office, unexpected

LONGEST_BODY = 64 * 1024
TITLE_LETTERS = 30
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
YEARS = range(2000, 2100)
ACCEPTED, TOO_LARGE, UNUSABLE, BROKEN, UNAVAILABLE = 202, 413, 422, 500, 503


class OneRequest(BaseModel):
    """One report in the district's codes; what is left out is filled from the platform and the catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    platform: str | None = Field(None, description="平台代码；也可以放在请求头 X-Platform 里")
    external_id: Name = Field(description="平台自己的编号；同一编号只收一次")
    category: str = Field(description="事项类别代码，六位")
    community: str = Field(description="社区代码、唯一的社区名，或“街道名+社区名”")
    text: Words = Field(description="诉求内容")
    title: Title | None = None
    channel: str | None = None
    received_at: AwareDatetime | None = Field(None, description="平台收到的时刻，带时区")
    urgency: Urgency | None = None
    caller_kind: CallerKind | None = None
    caller_name: Name | None = None
    caller_phone: Phone | None = None
    address: Place | None = None
    lat: float | None = Field(None, description="WGS-84")
    lon: float | None = Field(None, description="WGS-84")


class TakenIn(BaseModel):
    """What became of it."""

    request_id: str
    result: str = Field(
        description="accepted 收下；already_known 以前收过；supplemented 内容作为补充；merged 并入同一件在办诉求"
    )


class Refusal(BaseModel):
    """What is wrong, and in which field."""

    error: str
    field: str | None


class Refused(Exception):
    """A report that cannot be taken in."""

    def __init__(self, sentence: str, *, field: str | None = None, status: int = UNUSABLE) -> None:
        super().__init__(sentence)
        self.field = field
        self.status = status


def make_router(office: Office) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    body = {"content": {"application/json": {"schema": OneRequest.model_json_schema()}}, "required": True}
    refusals: dict[int | str, dict[str, Any]] = {status: {"model": Refusal} for status in (TOO_LARGE, UNUSABLE, BROKEN)}

    @router.post(
        "/api/requests",
        status_code=ACCEPTED,
        response_model=TakenIn,
        responses=refusals,
        openapi_extra={"requestBody": body},
    )
    async def take_in(request: Request) -> JSONResponse:
        """收下一件诉求；同一平台的同一编号再送一次，得到同一个诉求编号。"""
        try:
            read = _read(await _body(request))
            report = _report(read, office=office, platform=request.headers.get("x-platform"))
            async with office.casebook.begin() as casebook:
                now = office.clock()
                taken = await requests.receive(casebook, report, now=now, district=office.district)
        except Refused as refused:
            return JSONResponse({"error": str(refused), "field": refused.field}, refused.status)
        except Exception as error:  # noqa: BLE001 - a platform gets a sentence, whatever broke
            return JSONResponse({"error": unexpected(error), "field": None}, BROKEN)
        return JSONResponse({"request_id": taken.request_id, "result": taken.result}, ACCEPTED)

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        """卷宗数据库能回答时为 200。"""
        try:
            async with office.reading() as casebook:
                await facts.pending(casebook)
        except Exception as error:  # noqa: BLE001 - whatever keeps it from answering
            return JSONResponse({"ok": False, "error": unexpected(error)}, UNAVAILABLE)
        return JSONResponse({"ok": True})

    return router


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_BODY:
            raise Refused(f"一件诉求不能超过 {LONGEST_BODY // 1024} KB。请精简内容后重试。", status=TOO_LARGE)
    return body


def _read(body: bytes) -> OneRequest:
    try:
        return OneRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = str(first["loc"][0]) if first["loc"] else None
        raise Refused(_sentence(first["type"], field), field=field) from None


def _sentence(kind: str, field: str | None) -> str:
    if kind == "json_invalid" or field is None:
        return "内容不是有效的 JSON 对象。请按 /api/openapi.json 的格式重新提交。"
    match kind:
        case "missing":
            return f"缺少字段“{field}”。请补上后重试。"
        case "extra_forbidden":
            return "有不认识的字段。请对照 /api/openapi.json 更正。"
    return f"字段“{field}”的长度或写法不符合要求。请更正后重试。"


def _report(read: OneRequest, *, office: Office, platform: str | None) -> RequestReport:
    district = office.district
    source = district.platforms.get(read.platform or platform or "")
    if source is None:
        raise Refused(
            "没有这个平台。请在 platform 或请求头 X-Platform 里写 config/platforms 中的代码。", field="platform"
        )
    for field, fault in _faults(read, source, district=district):
        raise Refused(fault, field=field)
    values = read.model_dump(exclude={"platform", "title", "channel", "received_at", "urgency", "caller_kind"})
    return RequestReport(
        **values | {"community": district.community_codes[read.community]},
        platform=source.code,
        title=read.title or read.text.splitlines()[0].strip()[:TITLE_LETTERS] or read.text.strip()[:TITLE_LETTERS],
        channel=read.channel or source.default_channel,
        received_at=read.received_at or office.clock(),
        urgency=read.urgency or district.catalogue[read.category].urgency,
        caller_kind=read.caller_kind or source.default_caller_kind,
    )


def _faults(read: OneRequest, platform: Platform, *, district: District) -> Iterator[tuple[str, str]]:
    for field, value in read.model_dump().items():
        if isinstance(value, str) and (NOT_TEXT.search(value) or not value.strip()):
            yield field, f"字段“{field}”是空的，或有无法识别的字符。请更正后重试。"
    if read.category not in district.catalogue:
        yield "category", "没有这个事项类别。请对照 config/catalogue.csv 更正。"
    if read.community not in district.community_codes:
        yield "community", "本区没有这个社区。请对照 config/directory/places.csv 更正。"
    channel = read.channel or platform.default_channel
    if sentence := not_open(district, platform.levels, channel=channel):
        yield "channel", f"{sentence}请更正，或核对 config/channels.toml 和平台文件的 levels。"
    if read.received_at and not _plausible(read.received_at):
        yield "received_at", "年份不合理。请更正后重试。"
    if (read.lat, read.lon) != (None, None) and not _inside(read, district):
        yield "lat", "坐标不在本区，可能写反或缺了一个。请更正后重试。"


def _plausible(moment: datetime) -> bool:
    return moment.year in YEARS


def _inside(read: OneRequest, district: District) -> bool:
    return read.lat is not None and read.lon is not None and district.bounds.hold(read.lat, read.lon)
