"""The SMS gateway of Aliyun (dysmsapi, SendSms): approved templates over signed HTTP.

Our reference goes along as OutId and comes back with the receipt, so that even a message of which nobody knew whether
it was taken finds out. Receipts are pushed to the desk's door (`desk/sms_door.py`).
"""

import asyncio
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlsplit

from pydantic import SecretStr

from casebook.clock import Clock
from casebook.gateways import AliyunRules
from workers.cloud_signatures import Call, Keys, acs3, query_of
from workers.http_call import Heard, WithoutSession, post
from workers.sms_gateway import Answer, Refused, SmsText, Taken, Unknown

VERSION, ACTION = "2017-05-25", "SendSms"
# Beginnings of codes. What is wrong with our account or rate may be put right; the rest of isv.* is wrong for good.
FOR_NOW = (
    "Throttling",
    "isv.BUSINESS_LIMIT_CONTROL",
    "isv.DAY_LIMIT_CONTROL",
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.OUT_OF_SERVICE",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "SignatureNonceUsed",
    "InvalidTimeStamp",
    "Forbidden",
)
FOR_GOOD = ("isv.", "MissingParameter", "InvalidParameter", "Missing")
NOBODY_KNOWS = ("isv.SYSTEM_ERROR", "isp.", "InternalError", "ServiceUnavailable")


@dataclass(frozen=True, kw_only=True)
class AliyunGateway(WithoutSession):
    """Sends one message with each call."""

    rules: AliyunRules
    secret: SecretStr
    clock: Clock

    async def send(self, sms: SmsText) -> Answer:
        """Send what was filled into the approved template."""
        code = self.rules.templates.get(sms.template)
        if code is None:
            return Refused("no_template", for_now=False)
        query = query_of(
            {
                "PhoneNumbers": sms.phone,
                "SignName": self.rules.sign_name,
                "TemplateCode": code,
                "TemplateParam": json.dumps(dict(sms.fields), ensure_ascii=False),
                "OutId": sms.reference,
            }
        )
        return answer_of(
            await asyncio.to_thread(post, f"{self.rules.url}/?{query}", body=b"", headers=self._headers(query))
        )

    def _headers(self, query: str) -> dict[str, str]:
        headers = {
            "host": urlsplit(self.rules.url).netloc,
            "x-acs-action": ACTION,
            "x-acs-version": VERSION,
            "x-acs-date": f"{self.clock().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        }
        keys = Keys(self.rules.access_key_id, self.secret.get_secret_value())
        return headers | {"authorization": acs3(Call(query, headers), keys)}


def answer_of(heard: Heard | Refused | Unknown) -> Answer:
    """Return what Aliyun's code says about the message."""
    if not isinstance(heard, Heard):
        return heard
    code = str(heard.content.get("Code", ""))
    if code == "OK" and heard.content.get("BizId"):
        return Taken(str(heard.content["BizId"]))
    if code.startswith(FOR_NOW):
        return Refused(code, for_now=True)
    if code.startswith(FOR_GOOD) and not code.startswith(NOBODY_KNOWS):
        return Refused(code, for_now=False)
    return Unknown("not_understood")
