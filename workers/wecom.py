"""WeCom (企业微信): a text from the district's application to one account.

The access token is kept until shortly before it ends; one that is refused is renewed once, for what was refused was not
taken. WeCom itself drops the same text within half an hour. It sends no receipts: what it took stays `sent`.
"""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from pydantic import SecretStr

from casebook.clock import Clock
from casebook.gateways import WecomRules
from workers.http_call import Heard, WithoutSession, get, post
from workers.sms_gateway import Answer, Refused, SmsText, Taken, Unknown

MOST_BYTES = 2048
EARLY = timedelta(minutes=5)
DUPLICATE_SECONDS = 1800
TOKEN_REFUSED = frozenset({40001, 40014, 42001})
# Busy; too often; too many at once; and what the administrator can put right: application, permission, addresses.
FOR_NOW = frozenset({-1, 40013, 40056, 41001, 45009, 45033, 48002, 50001, 60020, 301002})
FOR_GOOD = frozenset({40003, 44004, 45002, 60111, 81013, 82001})


@dataclass(kw_only=True)
class WecomGateway(WithoutSession):
    """Sends one text with each call; `phone` is the account's name."""

    rules: WecomRules
    secret: SecretStr
    clock: Clock
    _token: str = ""
    _until: datetime | None = None
    _renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, sms: SmsText) -> Answer:
        """Send a text; with a token that was refused once more, with a new one."""
        if len(sms.text.encode()) > MOST_BYTES:
            return Refused("too_long", for_now=False)
        token = await self._valid(refused="")
        if isinstance(token, Refused):
            return token
        heard = await self._post(sms, token)
        if _code(heard) in TOKEN_REFUSED:
            token = await self._valid(refused=token)
            if isinstance(token, Refused):
                return token
            heard = await self._post(sms, token)
        return answer_of(heard)

    async def _valid(self, *, refused: str) -> str | Refused:
        """Return a token that is neither over nor the one refused; whoever waits meanwhile gets the new one."""
        async with self._renewing:
            if self._token and self._token != refused and self._until and self.clock() < self._until:
                return self._token
            query = urlencode({"corpid": self.rules.corp_id, "corpsecret": self.secret.get_secret_value()})
            heard = await asyncio.to_thread(get, f"{self.rules.url}/cgi-bin/gettoken?{query}")
            if _code(heard) != 0 or not isinstance(heard, Heard) or not heard.content.get("access_token"):
                return Refused("no_token", for_now=True)
            seconds = heard.content.get("expires_in")
            self._token = str(heard.content["access_token"])
            self._until = self.clock() + timedelta(seconds=seconds if isinstance(seconds, int) else 0) - EARLY
            return self._token

    async def _post(self, sms: SmsText, token: str) -> Heard | Refused | Unknown:
        message = {
            "touser": sms.phone,
            "msgtype": "text",
            "agentid": self.rules.agent_id,
            "text": {"content": sms.text},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATE_SECONDS,
        }
        url = f"{self.rules.url}/cgi-bin/message/send?{urlencode({'access_token': token})}"
        body = json.dumps(message, ensure_ascii=False).encode()
        return await asyncio.to_thread(post, url, body=body, headers={"content-type": "application/json"})


def _code(heard: Heard | Refused | Unknown) -> int | None:
    code = heard.content.get("errcode") if isinstance(heard, Heard) else None
    return code if isinstance(code, int) else None


def answer_of(heard: Heard | Refused | Unknown) -> Answer:
    """Return what WeCom says about the message; 0 with an invalid user reached nobody."""
    if not isinstance(heard, Heard):
        return heard
    code = _code(heard)
    if code == 0:
        if heard.content.get("invaliduser") or heard.content.get("unlicenseduser"):
            return Refused("invalid_user", for_now=False)
        return Taken(f"wecom/{heard.content['msgid']}") if heard.content.get("msgid") else Unknown("not_understood")
    if code in FOR_GOOD:
        return Refused(f"wecom_{code}", for_now=False)
    if code in FOR_NOW | TOKEN_REFUSED:
        return Refused(f"wecom_{code}", for_now=True)
    return Unknown("not_understood")
