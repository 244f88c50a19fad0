"""The HTTP gateways on loopback, in the place of Aliyun, Tencent Cloud and 云MAS.

    python -m launcher.sms_clouds --port N --journal FILE

Each signature is verified as its operator would, a nonce counts once, and an instant counts for a while. What was taken
is in the journal, on disk, before it is answered. Secrets are those of the settings (`MINHU_ALIYUN_SECRET`, …).
"""

import argparse
import asyncio
import base64
import hmac
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from casebook.clock import Clock, clock_from
from casebook.settings import Settings
from launcher.machine import LOOPBACK
from launcher.segments import Part, WholeMessage
from launcher.sms_journal import SmsJournal
from workers.cloud_signatures import Call, Keys, acs3, mas_mac, tc3

FRESH = timedelta(minutes=15)
FORBIDDEN, BROKEN = 403, 500
SMS = "sms"


@dataclass
class Behaviour:
    """What is answered instead of the truth: a code of refusal, or nothing that can be read after taking a message."""

    refusal: str = ""
    broken: bool = False


class Clouds:
    """What all three know: their accounts' secrets, nonces that were used, and the journal."""

    def __init__(self, journal: SmsJournal, *, secrets: Mapping[str, str], clock: Clock) -> None:
        """Know the secret of each gateway by its name."""
        self.secrets, self.clock = secrets, clock
        self.behaviour = Behaviour()
        self.asked = 0
        self._journal = journal
        self._nonces: set[str] = set()
        self._numbers = itertools.count(1)

    def take(self, phone: str, text: str) -> str:
        """Write a message down; return our number of it."""
        number = f"{int(self.clock().timestamp() * 1000)}{next(self._numbers):04d}"
        self._journal.note(Part("", phone, b""), WholeMessage(text, (number,)))
        return number

    def is_aliyuns(self, call: Call) -> bool:
        """Tell whether Aliyun would believe a call."""
        key_id = _between(call.headers.get("authorization", ""), "Credential=", end=",")
        expected = acs3(call, Keys(key_id, self.secrets["aliyun"]))
        nonce = call.headers.get("x-acs-signature-nonce", "")
        lately = self._is_fresh(call.headers.get("x-acs-date", "").replace("Z", "+00:00"))
        if not nonce or nonce in self._nonces or not lately or not _same(expected, call.headers):
            return False
        self._nonces.add(nonce)
        return True

    def is_tencents(self, call: Call) -> bool:
        """Tell whether Tencent would believe a call."""
        key_id = _between(call.headers.get("authorization", ""), "Credential=", end="/")
        stamp = call.headers.get("x-tc-timestamp", "")
        if not stamp.isdigit():
            return False
        at = datetime.fromtimestamp(int(stamp), UTC)
        expected = tc3(call, Keys(key_id, self.secrets["tencent"]), service=SMS, at=at)
        return self._is_fresh(at.isoformat()) and _same(expected, call.headers)

    def _is_fresh(self, told: str) -> bool:
        try:
            return abs(self.clock() - datetime.fromisoformat(told)) <= FRESH
        except (ValueError, TypeError):
            return False


def make_app(clouds: Clouds) -> FastAPI:
    """Return the doors of all three."""
    app = FastAPI(openapi_url=None)

    @app.post("/")
    async def cloud(request: Request) -> Response:
        clouds.asked += 1
        call = Call(request.url.query, dict(request.headers), await request.body())
        return _tencent(clouds, call) if "x-tc-action" in call.headers else _aliyun(clouds, call)

    @app.post("/sms/norsubmit")
    async def mas(request: Request) -> Response:
        clouds.asked += 1
        return _mas(clouds, json.loads(base64.b64decode(await request.body())))

    return app


def _aliyun(clouds: Clouds, call: Call) -> Response:
    if not clouds.is_aliyuns(call):
        return JSONResponse({"Code": "SignatureDoesNotMatch"}, FORBIDDEN)
    if clouds.behaviour.refusal:
        return JSONResponse({"Code": clouds.behaviour.refusal})
    asked = dict(parse_qsl(call.query))
    number = clouds.take(asked["PhoneNumbers"], f"{asked['TemplateCode']} {asked['TemplateParam']}")
    return _answer(clouds, {"Code": "OK", "Message": "OK", "BizId": f"{number}^0"})


def _tencent(clouds: Clouds, call: Call) -> Response:
    if not clouds.is_tencents(call):
        return JSONResponse({"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}}})
    if clouds.behaviour.refusal:
        return JSONResponse({"Response": {"SendStatusSet": [{"Code": clouds.behaviour.refusal, "SerialNo": ""}]}})
    asked = json.loads(call.body)
    [phone], values = asked["PhoneNumberSet"], " ".join(asked["TemplateParamSet"])
    number = clouds.take(phone.removeprefix("+86"), f"{asked['TemplateId']} {values}")
    status = {"Code": "Ok", "SerialNo": f"5000:{number}", "SessionContext": asked["SessionContext"]}
    return _answer(clouds, {"Response": {"SendStatusSet": [status]}})


def _mas(clouds: Clouds, asked: dict[str, str]) -> Response:
    if not hmac.compare_digest(mas_mac(asked, clouds.secrets["mas"]), asked["mac"]):
        return JSONResponse({"success": False, "rspcod": "IllegalMac"})
    if clouds.behaviour.refusal:
        return JSONResponse({"success": False, "rspcod": clouds.behaviour.refusal})
    number = clouds.take(asked["mobiles"], asked["content"])
    return _answer(clouds, {"success": True, "rspcod": "success", "msgGroup": number})


def _answer(clouds: Clouds, content: dict[str, Any]) -> Response:
    return Response("<html>Bad Gateway</html>", BROKEN) if clouds.behaviour.broken else JSONResponse(content)


def _same(expected: str, headers: Mapping[str, str]) -> bool:
    return hmac.compare_digest(expected.encode(), headers.get("authorization", "").encode())


def _between(text: str, begin: str, *, end: str) -> str:
    return text.partition(begin)[2].partition(end)[0]


async def run(options: argparse.Namespace) -> None:
    """Serve on loopback until SIGTERM."""
    settings = Settings.from_environment()
    clock = clock_from(settings.clock_file)
    secrets = {name: getattr(settings, f"{name}_secret").get_secret_value() for name in ("aliyun", "tencent", "mas")}
    clouds = Clouds(SmsJournal(options.journal, clock=clock), secrets=secrets, clock=clock)
    config = uvicorn.Config(make_app(clouds), host=LOOPBACK, port=options.port, log_level="warning", lifespan="off")
    await uvicorn.Server(config).serve()


def arguments() -> argparse.ArgumentParser:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m launcher.sms_clouds", description="本机云短信（阿里云、腾讯云、云MAS）"
    )
    parser.add_argument("--port", type=int, required=True, help="监听端口（仅本机）")
    parser.add_argument("--journal", type=Path, required=True, help="收到的短信，一行一条 JSON，只追加")
    return parser


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
