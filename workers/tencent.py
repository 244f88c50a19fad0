"""The SMS gateway of Tencent Cloud (SendSms of 2021-01-11): approved templates over signed HTTP.

Values are given in the order in which they stand in our text. Receipts are pushed to the desk's door and name only
Tencent's own number of the message; one of which nobody knew whether it was taken stays uncertain.
"""

import asyncio
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from casebook.clock import Clock
from casebook.gateways import TencentRules
from workers.cloud_signatures import JSON_TYPE, Call, Keys, tc3
from workers.http_call import Heard, WithoutSession, post
from workers.sms_gateway import Answer, Refused, SmsText, Taken, Unknown

SERVICE, VERSION, ACTION = "sms", "2021-01-11", "SendSms"
# Beginnings of codes, the first that fits counts.
FOR_NOW = (
    "LimitExceeded",
    "RequestLimitExceeded",
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "AuthFailure",
    "UnauthorizedOperation",
)
FOR_GOOD = ("FailedOperation", "InvalidParameter", "MissingParameter", "UnsupportedOperation", "UnknownParameter")


@dataclass(frozen=True, kw_only=True)
class TencentGateway(WithoutSession):
    """Sends one message with each call."""

    rules: TencentRules
    secret: SecretStr
    clock: Clock

    async def send(self, sms: SmsText) -> Answer:
        """Send what was filled into the approved template."""
        template = self.rules.templates.get(sms.template)
        if template is None:
            return Refused("no_template", for_now=False)
        body = json.dumps(
            {
                "PhoneNumberSet": [f"+86{sms.phone}"],
                "SmsSdkAppId": self.rules.app_id,
                "SignName": self.rules.sign_name,
                "TemplateId": template,
                "TemplateParamSet": list(sms.fields.values()),
                "SessionContext": sms.reference,
            },
            ensure_ascii=False,
        ).encode()
        return answer_of(await asyncio.to_thread(post, f"{self.rules.url}/", body=body, headers=self._headers(body)))

    def _headers(self, body: bytes) -> dict[str, str]:
        now = self.clock()
        signed = {"content-type": JSON_TYPE, "host": urlsplit(self.rules.url).netloc}
        keys = Keys(self.rules.secret_id, self.secret.get_secret_value())
        return signed | {
            "authorization": tc3(Call("", signed, body), keys, service=SERVICE, at=now),
            "x-tc-action": ACTION,
            "x-tc-version": VERSION,
            "x-tc-region": self.rules.region,
            "x-tc-timestamp": str(int(now.timestamp())),
        }


def answer_of(heard: Heard | Refused | Unknown) -> Answer:
    """Return what Tencent says about the message."""
    if not isinstance(heard, Heard):
        return heard
    response = heard.content.get("Response")
    response = response if isinstance(response, dict) else {}
    statuses, error = response.get("SendStatusSet"), response.get("Error")
    told = statuses[0] if isinstance(statuses, list) and statuses else error
    told = told if isinstance(told, dict) else {}
    code = str(told.get("Code", ""))
    if code == "Ok" and told.get("SerialNo"):
        return Taken(str(told["SerialNo"]))
    if code.startswith(FOR_NOW):
        return Refused(code, for_now=True)
    if code.startswith(FOR_GOOD):
        return Refused(code, for_now=False)
    return Unknown("not_understood")
