"""The intake takes one report as JSON, and refuses with a sentence and the field."""

import json
import secrets
import urllib.error
import urllib.request
from typing import Any

import pytest

from launcher.stack import Machine

PHONE = "13800010001"


def ask(machine: Machine, path: str, *, body: bytes | None = None, platform: str = "") -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"} | ({"X-Platform": platform} if platform else {})
    request = urllib.request.Request(machine.desk_url + path, data=body, headers=headers)  # noqa: S310 - our own desk
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own desk
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def report(**changes: Any) -> bytes:
    values = {
        "platform": "mayor_line",
        "external_id": secrets.token_hex(6),
        "category": "010101",
        "community": "420102002003",
        "text": "路灯不亮。",
        "caller_phone": f"998{secrets.randbelow(10**8):08d}",
    }
    return json.dumps({key: value for key, value in (values | changes).items() if value is not ...}).encode()


def test_the_same_report_twice_is_one_request(machine: Machine) -> None:
    body = report()
    status, first = ask(machine, "/api/requests", body=body)
    assert (status, first["result"]) == (202, "accepted")
    assert ask(machine, "/api/requests", body=body) == (202, first | {"result": "already_known"})


def test_the_platform_may_stand_in_a_header(machine: Machine) -> None:
    status, _ = ask(machine, "/api/requests", body=report(platform=...), platform="mayor_line")
    assert status == 202


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("platform", "nowhere"),
        ("category", "999999"),
        ("community", "420199999999"),
        ("channel", "nowhere"),
        ("channel", "visit"),  # the platform carries what the district collects, and home visits are the communities'
        ("text", ...),
        ("text", "  "),
        ("text", "坏\x00字"),
        ("text", "长" * 4001),
        ("caller_phone", f"请打{PHONE}"),
        ("received_at", "2026-11-23T10:00:00"),
        ("received_at", "1826-11-23T10:00:00+08:00"),
        ("urgency", "at once"),
        ("lat", 30.6),
        ("nonsense", PHONE),
    ],
)
def test_a_wrong_field_is_named_and_never_repeated(machine: Machine, field: str, value: Any) -> None:
    status, refusal = ask(machine, "/api/requests", body=report(**{field: value}))
    assert (status, refusal["field"]) == (422, field)
    assert refusal["error"].endswith("。")
    assert PHONE not in refusal["error"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"text": "\\ud800"}'])
def test_what_is_no_report_is_refused(machine: Machine, body: bytes) -> None:
    status, refusal = ask(machine, "/api/requests", body=body or b" ")
    assert status == 422
    assert refusal["error"]


def test_a_huge_body_is_refused(machine: Machine) -> None:
    status, refusal = ask(machine, "/api/requests", body=b" " * 70_000)
    assert status == 413
    assert "64 KB" in refusal["error"]


def test_the_desk_says_that_it_is_well_and_describes_its_interface(machine: Machine) -> None:
    assert ask(machine, "/healthz") == (200, {"ok": True})
    status, description = ask(machine, "/api/openapi.json")
    assert status == 200
    paths = {path for path in description["paths"] if not path.startswith("/open311/")}
    of_platforms = {"/api/platforms/{platform}/rows", "/api/platforms/{platform}/status"}
    assert paths == {"/api/requests", "/api/city/replies", "/healthz"} | of_platforms
