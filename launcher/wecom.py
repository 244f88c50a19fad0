"""WeCom on loopback, in the place of 企业微信: `python -m launcher.wecom --port N --journal FILE`.

Tokens come for the right secret only and end after their time; what was taken is in the journal, on disk, before it is
answered. The secret is that of the settings (`MINHU_WECOM_SECRET`).
"""

import argparse
import asyncio
import hmac
import itertools
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

from casebook.clock import Clock, clock_from
from casebook.settings import Settings
from launcher.machine import LOOPBACK
from launcher.segments import Part, WholeMessage
from launcher.sms_journal import SmsJournal

TOKEN_SECONDS = 7200
WRONG_SECRET, WRONG_TOKEN, TOKEN_OVER, NOBODY = 40001, 40014, 42001, 81013


@dataclass
class WecomPlatform:
    """The accounts it knows (all, when none is named), tokens it gave, and what it answers instead of taking a text."""

    journal: SmsJournal
    secret: str
    clock: Clock
    accounts: frozenset[str] = frozenset()
    refusal: int = 0
    tokens: dict[str, datetime] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def token(self, secret: str) -> dict[str, Any]:
        """Give a token for the right secret."""
        if not hmac.compare_digest(secret.encode(), self.secret.encode()):
            return {"errcode": WRONG_SECRET, "errmsg": "invalid credential"}
        token = secrets.token_urlsafe(32)
        self.tokens[token] = self.clock() + timedelta(seconds=TOKEN_SECONDS)
        return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": TOKEN_SECONDS}

    def take(self, token: str, message: dict[str, Any]) -> dict[str, Any]:
        """Take a text, or say why not."""
        if token not in self.tokens:
            return {"errcode": WRONG_TOKEN, "errmsg": "invalid access_token"}
        if self.tokens[token] <= self.clock():
            return {"errcode": TOKEN_OVER, "errmsg": "access_token expired"}
        if self.refusal:
            return {"errcode": self.refusal, "errmsg": "refused"}
        if self.accounts and message["touser"] not in self.accounts:
            return {"errcode": NOBODY, "errmsg": "user & party & tag all invalid"}
        number = f"{secrets.token_hex(8)}-{next(self.numbers)}"
        self.journal.note(Part("wecom", message["touser"], b""), WholeMessage(message["text"]["content"], (number,)))
        return {"errcode": 0, "errmsg": "ok", "msgid": number}


def make_app(platform: WecomPlatform) -> FastAPI:
    """Return the doors of the platform."""
    app = FastAPI(openapi_url=None)

    @app.get("/cgi-bin/gettoken")
    async def token(corpsecret: str) -> dict[str, Any]:
        return platform.token(corpsecret)

    @app.post("/cgi-bin/message/send")
    async def send(request: Request, access_token: str) -> dict[str, Any]:
        return platform.take(access_token, await request.json())

    return app


async def run(options: argparse.Namespace) -> None:
    """Serve on loopback until SIGTERM."""
    settings = Settings.from_environment()
    clock = clock_from(settings.clock_file)
    journal = SmsJournal(options.journal, clock=clock)
    app = make_app(WecomPlatform(journal, settings.wecom_secret.get_secret_value(), clock))
    await uvicorn.Server(
        uvicorn.Config(app, host=LOOPBACK, port=options.port, log_level="warning", lifespan="off")
    ).serve()


def arguments() -> argparse.ArgumentParser:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m launcher.wecom", description="本机企业微信")
    parser.add_argument("--port", type=int, required=True, help="监听端口（仅本机）")
    parser.add_argument("--journal", type=Path, required=True, help="收到的消息，一行一条 JSON，只追加")
    return parser


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
