"""One entry as the phone sends it: read whole, checked whole, made a report, or refused with field and reason."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from casebook.district import District
from casebook.errors import RejectedInput
from casebook.platforms import ON_SITE
from casebook.reports import CallerKind, Name, Phone, Place, RequestReport, Words

TITLE_LETTERS = 30
OLDEST = timedelta(days=30)
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NAMES = {
    "channel": "渠道",
    "category": "事项类别",
    "community": "社区",
    "text": "内容",
    "address": "地点",
    "caller_kind": "诉求人",
    "caller_name": "姓名",
    "caller_phone": "电话",
    "lat": "位置",
    "lon": "位置",
    "pictures": "图片",
}


class RefusedEntry(RejectedInput):
    """An entry that has to be corrected on the phone."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class SentEntry(BaseModel):
    """An entry with its pictures in Base64.

    `seconds_ago`: how long before sending it was written, both by the phone's clock, which need not be right.
    Coordinates are the browser's: WGS-84 degrees.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    external_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    unit: str
    channel: str
    category: str
    community: str
    text: Words
    address: Place | None = None
    caller_kind: CallerKind
    caller_name: Name | None = None
    caller_phone: Phone | None = None
    lat: float | None = None
    lon: float | None = None
    seconds_ago: int = Field(ge=0)
    pictures: tuple[Base64Bytes, ...] = Field((), repr=False)


def read(body: bytes, *, district: District) -> SentEntry:
    """Return the entry; RefusedEntry names the first field that cannot stand."""
    try:
        entry = SentEntry.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        if field not in NAMES:
            sentence = "手机送来的内容无法识别，可能是旧版页面。请联网后刷新本页再发送。"
            raise RefusedEntry(sentence) from None
        raise RefusedEntry(f"“{NAMES[field]}”没有填写，或长度、写法不对。请更正。", field=field) from None
    for field, sentence in _faults(entry, district):
        raise RefusedEntry(sentence, field=field)
    return entry


def _faults(entry: SentEntry, district: District) -> Iterator[tuple[str, str]]:
    for field, value in entry.model_dump(exclude={"pictures"}).items():
        if isinstance(value, str) and (NOT_TEXT.search(value) or not value.strip()):
            yield field, f"“{NAMES.get(field, field)}”是空的，或有无法识别的字符。请更正。"
    if entry.category not in district.catalogue:
        yield "category", "没有这个事项类别，可能刚刚调整过。请重新选择。"
    if entry.community not in district.communities:
        yield "community", "本区没有这个社区。请重新选择。"
    if (entry.lat is None) != (entry.lon is None) or (
        entry.lat is not None and not district.bounds.hold(entry.lat, entry.lon or 0.0)
    ):
        yield "lat", "位置不在本区。请清除位置，写明地点。"
    if len(entry.pictures) > district.open311.pictures_most:
        yield "pictures", f"图片最多 {district.open311.pictures_most} 张。请删去几张。"
    if any(len(each) > district.open311.picture_kb_most * 1024 for each in entry.pictures):
        yield "pictures", f"一张图片不能超过 {district.open311.picture_kb_most} KB。请换一张。"


def report_of(entry: SentEntry, *, now: datetime, district: District) -> RequestReport:
    """Return the entry as a report; received when it was written, which counts for 30 days at most."""
    words = entry.text.strip()
    return RequestReport(
        platform=ON_SITE,
        external_id=entry.external_id,
        channel=entry.channel,
        received_at=now - min(timedelta(seconds=entry.seconds_ago), OLDEST),
        category=entry.category,
        community=entry.community,
        urgency=district.catalogue[entry.category].urgency,
        caller_kind=entry.caller_kind,
        caller_name=entry.caller_name,
        caller_phone=entry.caller_phone,
        title=words.splitlines()[0].strip()[:TITLE_LETTERS],
        text=words,
        address=entry.address,
        lat=entry.lat,
        lon=entry.lon,
    )
