"""A platform reads on what became of what it sent, signed; docs/platform-status.md is true as it is written."""

import asyncio
import json
import re
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any

import pytest

from casebook import audit, city, requests
from casebook.reports import RequestReport
from launcher.machine import ROOT
from tests.desk.conftest import PLATFORM_SECRET
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
BOARD = "message_board"
COMMANDS = re.compile(r"```sh\n(.*?)```", re.DOTALL)
FIELDS = re.compile(r'"(\w+)":')


async def sent(life: DistrictLife) -> tuple[str, str]:
    """A thread of the board is taken in and closed; return its number there and ours."""
    now, external_id = life.clock(), secrets.token_hex(6)
    report = RequestReport(
        platform=BOARD,
        external_id=external_id,
        channel="online",
        received_at=now,
        category="010101",
        community="420102002003",
        urgency="normal",
        caller_kind="citizen",
        title="垃圾",
        text="垃圾三天没人清运。",
    )
    async with life.casebook.begin() as casebook:
        number = (await requests.receive(casebook, report, now=now, district=life.district)).request_id
        for action in ("rated", "closed"):
            await audit.note(casebook, action, actor="engine", now=now, request_id=number)
    return external_id, number


def ask(life: DistrictLife, call: str, *, at: datetime, secret: str = PLATFORM_SECRET, signed: str = "") -> Any:
    timestamp, nonce = at.isoformat(), secrets.token_hex(8)
    body = f"GET {signed or call}".encode()
    signature = city.signature(secret, timestamp=timestamp, nonce=nonce, body=body)
    headers = {"X-Minhu-Timestamp": timestamp, "X-Minhu-Nonce": nonce, "X-Minhu-Signature": signature}
    asked = urllib.request.Request(life.url + call, headers=headers)  # noqa: S310 - our own desk
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - our own desk
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


async def read(life: DistrictLife, call: str, **how: Any) -> Any:
    return await asyncio.to_thread(ask, life, call, **({"at": life.clock()} | how))


def address(*, after: int = 0, limit: int = 1000, platform: str = BOARD) -> str:
    return f"/api/platforms/{platform}/status?after={after}&limit={limit}"


async def test_a_platform_reads_in_its_own_codes_and_reads_on(life: DistrictLife) -> None:
    external_id, number = await sent(life)
    status, answer = await read(life, address())
    assert status == 200
    mine = [item for item in answer["items"] if item["external_id"] == external_id]
    assert [(item["status"], item["state"]) for item in mine] == [
        ("accepted", "received"),
        ("rated", "rated"),
        ("closed", "closed"),
    ]
    assert {item["request_id"] for item in mine} == {number}
    assert answer["next"] == answer["items"][-1]["sequence"]
    before = mine[0]["sequence"] - 1
    _, one = await read(life, address(after=before, limit=1))
    assert (one["items"], one["next"]) == (mine[:1], before + 1)
    assert (200, {"items": [], "next": answer["next"]}) == await read(life, address(after=answer["next"]))


@pytest.mark.parametrize(
    ("call", "how"),
    [
        (address(), {"secret": "guessed"}),
        (address(), {"secret": ""}),
        (address(), {"late": 400}),
        (address(after=1), {"signed": address(after=0)}),
        (address(), {"signed": address(platform="mayor_line")}),
        (address(platform="mayor_line"), {}),
        (address(platform="nowhere"), {}),
    ],
)
async def test_nobody_else_reads_it(life: DistrictLife, call: str, how: dict[str, Any]) -> None:
    how = dict(how)
    at = life.clock() - timedelta(seconds=how.pop("late", 0))
    status, answer = await read(life, call, at=at, **how)
    assert status == 401
    assert "签名" in answer["error"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("after=-1", 422), ("after=x", 422), ("limit=0", 422), ("limit=1001", 422), (f"after={10**17}", 409)],
)
async def test_what_cannot_be_read_from_is_refused_with_a_sentence(life: DistrictLife, query: str, status: int) -> None:
    found, answer = await read(life, f"/api/platforms/{BOARD}/status?{query}")
    assert found == status
    assert answer["error"].endswith("。")


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="curl or openssl is not installed")
async def test_the_example_of_the_document_works_as_it_stands(life: DistrictLife) -> None:
    await sent(life)
    document = (ROOT / "docs/platform-status.md").read_text(encoding="utf-8")
    [command] = COMMANDS.findall(document)
    told = command.replace("http://127.0.0.1:8000", life.url).replace("区里发的密钥", PLATFORM_SECRET)
    told = told.replace("$(date -u", f"$(date -u -d @{life.clock().timestamp()}")
    shell = ["/bin/bash", "-euc", told]
    done = await asyncio.to_thread(subprocess.run, shell, capture_output=True, text=True, check=True, timeout=60)
    answer = json.loads(done.stdout)
    example = document.partition("```json\n")[2].partition("```")[0]
    assert sorted({*FIELDS.findall(example)}) == sorted({*answer, *answer["items"][0]})
