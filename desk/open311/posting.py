"""A report through the door: read whole, checked whole, taken in whole or not at all."""

import asyncio
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from casebook import open311
from casebook.open311 import Addition, Brought
from casebook.open311_rules import Client
from casebook.pictures import Picture
from casebook.reports import RequestReport
from casebook.rules import Category
from desk.open311.answers import BAD_REQUEST, FORBIDDEN, NOT_FOUND, WRONG_TYPE, Answer, Refused, both
from desk.open311.keys import NO_KEY
from desk.open311.place import community_of, coordinates_of
from desk.open311.questions import answers_of
from desk.open311.reading import Call
from desk.open311.services import known_category
from desk.picture_check import UnusablePicture, clean_picture

TITLE_LETTERS, WORDS_MOST, LINE_MOST, URL_MOST, URLS_MOST = 30, 4000, 200, 2000, 10
CREATED = 201
LATIN = re.compile(r"[A-Za-z]")
FIELDS = {
    "external_id": "external_id",
    "text": "description",
    "address": "address_string",
    "caller_name": "first_name、last_name",
    "caller_phone": "phone",
}
NOTICES = {
    "accepted": "已收到，正在派单。Received.",
    "already_known": "这一编号以前收过，没有重复登记。Already received under this external_id; nothing was added.",
    "supplemented": "这一编号以前收过，内容有变，已作为补充记下。Already received; the other words were added to it.",
    "merged": "同一诉求人的同类诉求正在办理，已并入。Merged into an open request of the same caller.",
}


async def report(call: Call) -> Answer:
    """Take a report in: the number is known at once, so that no token is ever needed."""
    client, kept = sender(call), await _pictures(call)
    code = call.one("service_code")
    if code is None:
        raise Refused(BAD_REQUEST, both("缺少 service_code。", "The service_code is missing."))
    category = known_category(code, call.office.district)
    brought = replace(_brought(call, category, client=client), pictures=kept)
    office = call.office
    async with office.casebook.begin() as casebook:
        taken = await open311.receive(casebook, brought, now=call.now, district=office.district)
    row = {"service_request_id": taken.request_id, "service_notice": NOTICES[taken.result], "account_id": None}
    return Answer(root="service_requests", content=[row], status=CREATED)


async def _pictures(call: Call) -> tuple[Picture, ...]:
    """Return the pictures made anew; only of who has a key, because it takes time."""
    try:
        return tuple([await asyncio.to_thread(clean_picture, content) for content in call.uploads])
    except UnusablePicture:
        chinese = "只收完好的 JPEG、PNG、WebP、GIF 图片，最多 2500 万像素。"
        english = "Only whole JPEG, PNG, WebP and GIF pictures of at most 25 million pixels are taken."
        raise Refused(WRONG_TYPE, both(chinese, english)) from None


def sender(call: Call) -> Client:
    """Return the client that writes; nobody writes without a key."""
    if call.client is None:
        raise Refused(FORBIDDEN, NO_KEY)
    return call.client


def _brought(call: Call, category: Category, *, client: Client) -> Brought:
    """Read everything and say every mistake at once."""
    mistakes: list[str] = []

    def tried(read: Callable[[Call], Any], otherwise: Any) -> Any:
        try:
            return read(call)
        except Refused as refused:
            mistakes.extend(refused.sentences)
            return otherwise

    lat, lon = tried(coordinates_of, (None, None))
    answers, wrong = answers_of(call, call.office.district.questions.get(category.code, ()))
    values = _words(call, category)
    values |= {"lat": lat, "lon": lon, "community": tried(community_of, "")}
    values["external_id"] = tried(external_id_of, "")
    urls = tried(media_urls_of, ())
    lines = {name: tried(_line(name), None) for name in ("email", "device_id", "account_id")}
    values |= {"platform": client.platform, "channel": call.office.district.open311.channel_of(client)}
    read = _report(call, values, mistakes=mistakes)
    if mistakes or wrong or read is None:
        raise Refused(BAD_REQUEST, *mistakes, *wrong)
    return Brought(report=read, media_urls=urls, answers=tuple(answers), **lines)


def _report(call: Call, values: dict[str, Any], *, mistakes: list[str]) -> RequestReport | None:
    rules = call.office.district.open311
    try:
        return RequestReport(caller_kind=rules.caller_kind, received_at=call.now, **values)
    except ValidationError as error:
        wrong = [str(each["loc"][0]) for each in error.errors(include_url=False, include_input=False)]
        mistakes += [
            both(f"{FIELDS[name]} 的长度或写法不合要求。", f"{FIELDS[name]} is too long or malformed.")
            for name in wrong
            if values[name]  # what could not be read at all is among the mistakes already
        ]
        return None


def _words(call: Call, category: Category) -> dict[str, Any]:
    text = (call.one("description") or "").strip() or f"{category.name}（诉求人没有填写说明）"
    first_line = text.splitlines()[0].strip()
    phone = re.sub(r"[\s()（）]", "", call.one("phone") or "") or None
    return {
        "category": category.code,
        "urgency": category.urgency,
        "title": first_line[:TITLE_LETTERS],
        "text": text,
        "caller_name": _name(call),
        "caller_phone": phone,
        "address": call.one("address_string"),
    }


def _name(call: Call) -> str | None:
    first, last = (call.one("first_name") or "").strip(), (call.one("last_name") or "").strip()
    if LATIN.search(first + last):
        return f"{first} {last}".strip() or None
    return f"{last}{first}" or None


def external_id_of(call: Call) -> str:
    """Return the client's own number of what it sends: the same number again is the same thing."""
    given = {value.strip() for value in (call.one("external_id"), call.request.headers.get("idempotency-key")) if value}
    if len(given) > 1:
        sentence = both(
            "external_id 与 Idempotency-Key 不一致。", "external_id and the header Idempotency-Key are not the same."
        )
        raise Refused(BAD_REQUEST, sentence)
    return given.pop() if given else str(uuid.uuid4())


def media_urls_of(call: Call) -> tuple[str, ...]:
    """Return the addresses of pictures elsewhere: kept as they are, never fetched."""
    given = [value.strip() for value in call.given.get("media_url", ()) if value.strip()]
    if len(given) > URLS_MOST or not all(_is_address(value) for value in given):
        sentence = both(
            f"media_url 应为 http(s) 地址，最多 {URLS_MOST} 个。",
            f"media_url is an http(s) address; {URLS_MOST} at most.",
        )
        raise Refused(BAD_REQUEST, sentence)
    return tuple(given)


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return len(value) <= URL_MOST and parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in value


def _line(name: str) -> Callable[[Call], str | None]:
    def read(call: Call) -> str | None:
        given = call.one(name)
        if given is not None and (len(given) > LINE_MOST or (name == "email" and "@" not in given)):
            raise Refused(BAD_REQUEST, both(f"{name} 的长度或写法不合要求。", f"{name} is too long or malformed."))
        return given

    return read


async def addition(call: Call) -> Answer:
    """Take in what a reporter adds to a request that the same client sent (as FixMyStreet's updates do)."""
    client = sender(call)
    number, text = call.one("service_request_id"), (call.one("description") or "").strip()
    mistakes = [
        both(f"缺少 {name}。", f"{name} is missing.")
        for name, value in (("service_request_id", number), ("description", text))
        if not value
    ]
    if len(text) > WORDS_MOST:
        mistakes.append(both(f"description 最多 {WORDS_MOST} 字。", f"description may have {WORDS_MOST} characters."))
    theirs = (call.one("update_id") or call.one("update_id_ext") or external_id_of(call)).strip()
    status = (call.one("status") or "").strip().upper() or None
    if len(theirs) > LINE_MOST or len(status or "") > LINE_MOST:
        mistakes.append(both("update_id、status 太长。", "update_id or status is too long."))
    if mistakes or number is None:
        raise Refused(BAD_REQUEST, *mistakes)
    urls = media_urls_of(call)
    added = Addition(request_id=number.strip(), external_id=theirs, status=status, text=text, media_urls=urls)
    async with call.office.casebook.begin() as casebook:
        if not await open311.is_sender(casebook, added.request_id, platform=client.platform):
            sentence = both("没有经您提交的这件诉求。", "No request of this number was sent with this key.")
            raise Refused(NOT_FOUND, sentence)
        ours = await open311.add(casebook, added, platform=client.platform, now=call.now)
    return Answer(root="service_request_updates", content=[{"update_id": str(ours)}], status=CREATED)
