"""The SMS gateway of China Mobile's 云MAS (norsubmit): free texts over HTTP, checked by an MD5.

云MAS puts the signature that `sign` names in front of each text, so ours is taken off. Receipts are pushed to the
address that is set in its console: the desk's door.
"""

import asyncio
import base64
import json
import re
from dataclasses import dataclass

from pydantic import SecretStr

from casebook.gateways import MasRules
from workers.cloud_signatures import mas_mac
from workers.http_call import Heard, WithoutSession, post
from workers.sms_gateway import Answer, Refused, SmsText, Taken, Unknown

SIGNATURE = re.compile(r"^【[^】]*】")
FOR_NOW = frozenset({"InvalidUsrOrPwd", "NoSignId", "IllegalSignId", "IllegalMac"})  # our account's matter
FOR_GOOD = frozenset({"InvalidMessage", "TooManyMobiles"})


@dataclass(frozen=True, kw_only=True)
class MasGateway(WithoutSession):
    """Sends one message with each call."""

    rules: MasRules
    secret: SecretStr

    async def send(self, sms: SmsText) -> Answer:
        """Send the text without its signature."""
        fields = {
            "ecName": self.rules.enterprise,
            "apId": self.rules.account,
            "mobiles": sms.phone,
            "content": SIGNATURE.sub("", sms.text),
            "sign": self.rules.sign,
            "addSerial": self.rules.extension,
        }
        fields["mac"] = mas_mac(fields, self.secret.get_secret_value())
        body = base64.b64encode(json.dumps(fields, ensure_ascii=False).encode())
        headers = {"content-type": "text/plain"}
        return answer_of(await asyncio.to_thread(post, self.rules.url, body=body, headers=headers))


def answer_of(heard: Heard | Refused | Unknown) -> Answer:
    """Return what 云MAS says about the message."""
    if not isinstance(heard, Heard):
        return heard
    code = str(heard.content.get("rspcod", ""))
    if heard.content.get("success") is True and heard.content.get("msgGroup"):
        return Taken(str(heard.content["msgGroup"]))
    if code in FOR_NOW | FOR_GOOD:
        return Refused(code, for_now=code in FOR_NOW)
    return Unknown("not_understood")
