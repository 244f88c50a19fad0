"""The city's platform on loopback, in the real one's place: `python -m launcher.city --port N --journal FILE`.

It checks the signature, keeps each matter once by its key, and accepts in the answer. A while later (by the clock that
may be moved) it tells the desk that the matter is done. `--silent` takes a matter and says nothing, for tests.
"""

import argparse
import asyncio
import contextlib
import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from casebook import city
from casebook.clock import Clock, clock_from
from casebook.settings import Settings
from launcher.machine import LOOPBACK

FORGED = 401
LOOK_SECONDS = 1.0
TIMEOUT_SECONDS = 5.0


class CityPlatform:
    """What the city knows: each matter by its key, and when it will be done."""

    def __init__(self, journal: Path, *, secret: str, clock: Clock) -> None:
        journal.parent.mkdir(parents=True, exist_ok=True)
        self._journal = journal
        self._secret = secret
        self._clock = clock
        self._numbers: dict[str, str] = {}
        self.due: list[tuple[datetime, str]] = []

    def take(self, headers: dict[str, str], body: bytes, *, done_after: timedelta) -> str | None:
        """Return our number for a matter, the same for the same key; None for a forged message."""
        if not city.is_authentic(self._secret, headers, body=body, now=self._clock()):
            return None
        matter = json.loads(body)
        key = str(matter["key"])
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(matter, ensure_ascii=False) + "\n")
        if key not in self._numbers:
            self._numbers[key] = f"WH{len(self._numbers) + 1:06d}"
            self.due.append((self._clock() + done_after, key))
        return self._numbers[key]

    def tell_done(self, address: str, key: str) -> bool:
        """Tell the desk that a matter is done; tell whether it heard."""
        body = json.dumps({"key": key, "kind": "done", "city_number": self._numbers[key]}).encode()
        return reply(address, body, secret=self._secret, now=self._clock()).ok


def reply(address: str, body: bytes, *, secret: str, now: datetime) -> requests.Response:
    """Send one signed message to the desk's door, as the city does."""
    timestamp, nonce = now.isoformat(), secrets.token_hex(16)
    signed = city.signature(secret, timestamp=timestamp, nonce=nonce, body=body)
    headers = {"X-Minhu-Timestamp": timestamp, "X-Minhu-Nonce": nonce, "X-Minhu-Signature": signed}
    return requests.post(address, data=body, headers=headers, timeout=TIMEOUT_SECONDS)


def make_app(platform: CityPlatform, *, silent: bool, done_after: timedelta) -> FastAPI:
    """Return the city's door for reports."""
    app = FastAPI(openapi_url=None)

    @app.post("/reports")
    async def take_in(request: Request) -> JSONResponse:
        number = platform.take(dict(request.headers), await request.body(), done_after=done_after)
        if number is None:
            return JSONResponse({"error": "签名不对。"}, FORGED)
        answer: dict[str, Any] = {} if silent else {"kind": "accepted", "city_number": number}
        return JSONResponse(answer)

    return app


async def _tell(platform: CityPlatform, address: str, *, clock: Clock) -> None:
    while True:
        for at, key in list(platform.due):
            if at <= clock():
                with contextlib.suppress(requests.RequestException):
                    if await asyncio.to_thread(platform.tell_done, address, key):
                        platform.due.remove((at, key))
        await asyncio.sleep(LOOK_SECONDS)


async def run(options: argparse.Namespace) -> None:
    """Serve on loopback until SIGTERM."""
    settings = Settings.from_environment()
    clock = clock_from(settings.clock_file)
    platform = CityPlatform(options.journal, secret=settings.city_secret.get_secret_value(), clock=clock)
    app = make_app(platform, silent=options.silent, done_after=timedelta(hours=options.done_after))
    server = uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=options.port, log_level="warning", lifespan="off"))
    telling = asyncio.create_task(_tell(platform, f"{settings.base_url}/api/city/replies", clock=clock))
    await server.serve()
    telling.cancel()


def arguments() -> argparse.ArgumentParser:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m launcher.city", description="本机市级平台")
    parser.add_argument("--port", type=int, required=True, help="监听端口（仅本机）")
    parser.add_argument("--journal", type=Path, required=True, help="收到的上报，一行一条 JSON，只追加")
    parser.add_argument("--done-after", type=float, default=20.0, metavar="HOURS", help="受理后多少小时办结")
    parser.add_argument("--silent", action="store_true", help="收下但不回执（测试用）")
    return parser


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
