"""Requests and what happened to them, as they are told outside; see ARCHITECTURE.md on what may leave."""

from datetime import datetime
from typing import Any

from casebook import open311, open311_views, words
from casebook.numbers import is_request_id
from casebook.open311_views import Wanted
from desk.open311.answers import BAD_REQUEST, NOT_FOUND, Answer, Refused, both, instant
from desk.open311.listing import wanted, wanted_updates
from desk.open311.posting import sender
from desk.open311.reading import Call

OPEN, CLOSED = "open", "closed"
STATES = {  # the extended status in the words that FixMyStreet understands, and the note for a person
    "received": ("OPEN", "已收到，正在派单"),
    "reopened": ("OPEN", "诉求人不满意，已重新办理"),
    "accepted": ("IN_PROGRESS", "承办单位已签收，正在办理"),
    "handled": ("ACTION_SCHEDULED", "承办单位已回单，正在核查和评价"),
    "merged": ("DUPLICATE", "与反映同一件事的在办诉求合并办理"),
    "parted": ("OPEN", "不再合并办理，已单独办理"),
    "withdrawn": ("CLOSED", "诉求人已撤回"),
    "closed": ("CLOSED", "已结束"),
    "done": ("FIXED", "已办结"),
    "not_possible": ("NO_FURTHER_ACTION", "经办理确实无法解决，已结束"),
}


async def requests(call: Call) -> Answer:
    """Return the requests that are asked for, the newest first."""
    return await _shown(call, wanted(call))


async def single(call: Call) -> Answer:
    """Return one request."""
    number = call.request.path_params["service_request_id"]
    answer = await _shown(call, Wanted(page=1, page_size=1, request_ids=(number,)))
    if not answer.content:
        raise Refused(NOT_FOUND, _unknown(number))
    return answer


def _unknown(number: str) -> str:
    if not is_request_id(number):
        return both("编号不对（校验位不符）。", "The service_request_id is not one of ours (check digit).")
    return both("没有这个编号的诉求。", "The service_request_id was not found.")


async def token(call: Call) -> Answer:
    """Return the number of what a client sent: its token is the external_id that it chose, or the number itself."""
    given, client = call.request.path_params["token_id"], sender(call)
    async with call.office.reading() as casebook:
        number = await open311.sent_as(casebook, given, platform=client.platform)
        if number is None and await open311.is_sender(casebook, given, platform=client.platform):
            number = given
    if number is None:
        sentence = both("没有经您以这个 external_id 提交的诉求。", "The token was not found among what you sent.")
        raise Refused(NOT_FOUND, sentence)
    return Answer(root="service_requests", content=[{"service_request_id": number, "token": given}])


async def updates(call: Call) -> Answer:
    """Return what happened, the oldest first (servicerequestupdates, as FixMyStreet fetches them)."""
    asked = wanted_updates(call)
    async with call.office.reading() as casebook:
        rows = await open311_views.updates(casebook, asked)
    return Answer(root="service_request_updates", content=[_update(row, call) for row in rows])


def _update(row: dict[str, Any], call: Call) -> dict[str, Any]:
    state = row["outcome"] or "closed" if row["event"] == "closed" else row["event"]
    status, note = STATES[state]
    return {
        "update_id": row["update_id"],
        "service_request_id": row["request_id"],
        "status": status,
        "external_status_code": state,
        "updated_datetime": instant(row["at"], zone=call.office.district.zone),
        "description": note,
        "media_url": None,
    }


async def _shown(call: Call, asked: Wanted) -> Answer:
    async with call.office.reading() as casebook:
        rows = await open311_views.listed(casebook, asked)
        numbers = [row["request_id"] for row in rows]
        own = {}
        if call.client:
            own = await open311_views.own_words(casebook, numbers, platform=call.client.platform)
    extended = _wants_extensions(call)
    return Answer(
        root="service_requests",
        content=[_request(row, call, own=own.get(row["request_id"]), extended=extended) for row in rows],
    )


def _wants_extensions(call: Call) -> bool:
    given = (call.one("extensions") or "false").strip().lower()
    if given not in {"true", "false"}:
        raise Refused(BAD_REQUEST, both("extensions 只能是 true、false。", "extensions is true or false."))
    return given == "true"


def _request(row: dict[str, Any], call: Call, *, own: dict[str, Any] | None, extended: bool) -> dict[str, Any]:
    district, state = call.office.district, _state(row)
    zone = district.zone
    media = [*_addresses(own["pictures"], call), *(own["media_urls"] or ())] if own else []
    ended = row["closed_at"] or row["withdrawn_at"] or row["merged_into"]
    shown = {
        "service_request_id": row["request_id"],
        "status": CLOSED if ended else OPEN,
        "status_notes": STATES[state][1],
        "service_name": words.category(district, row["category"]),
        "service_code": row["category"],
        "description": own["text"] if own else None,
        "agency_responsible": row["unit_name"],
        "service_notice": None,
        "requested_datetime": instant(row["received_at"], zone=zone),
        "updated_datetime": instant(_changed(row), zone=zone),
        "expected_datetime": instant(row["promised_at"], zone=zone),
        "address": (own and own["address"]) or words.place(district, row["community"]),
        "address_id": row["community"],
        "zipcode": None,
        "lat": own["lat"] if own else None,
        "long": own["lon"] if own else None,
        "media_url": media[0] if media else None,
    }
    return shown | ({"extended_status": STATES[state][0], "media_urls": media} if extended else {})


def _addresses(pictures: list[str], call: Call) -> list[str]:
    door = call.office.settings.base_url.rstrip("/")
    return [f"{door}/open311/v2/media/{picture}" for picture in pictures]


def _state(row: dict[str, Any]) -> str:
    if row["merged_into"]:
        return "merged"
    if row["withdrawn_at"]:
        return "withdrawn"
    if row["closed_at"]:
        return str(row["outcome"] or "closed")
    if row["handled_at"]:
        return "handled"
    return "accepted" if row["accepted_at"] else "received"


def _changed(row: dict[str, Any]) -> datetime:
    names = ("taken_in_at", "accepted_at", "handled_at", "closed_at", "withdrawn_at")
    instants: list[datetime] = [row[name] for name in names if row[name]]
    return max(instants)
