"""One call of an HTTP gateway, once: what came back, or why nobody can know, or that nothing was sent.

No connection is used twice and nothing is tried again, so that a message never goes out a second time behind our back.
No address and no text of an exception leaves this file: both hold telephones.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from urllib3.exceptions import NewConnectionError

from workers.sms_gateway import ReceiptHandler, Refused, Unknown

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 20.0


@dataclass(frozen=True)
class Heard:
    """An answer that could be read."""

    status: int
    content: Mapping[str, object]


class WithoutSession:
    """The part of a gateway that has no session to keep: each message is one call, receipts are pushed elsewhere."""

    async def run(self, on_receipt: ReceiptHandler) -> None:
        """Wait until cancelled."""
        del on_receipt
        await asyncio.Event().wait()


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Heard | Refused | Unknown:
    """Send a body and read a JSON object."""
    return _call("POST", url, body=body, headers=headers)


def get(url: str) -> Heard | Refused | Unknown:
    """Ask for a JSON object."""
    return _call("GET", url, body=None, headers={})


def _call(method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> Heard | Refused | Unknown:
    timeout = (CONNECT_SECONDS, ANSWER_SECONDS)
    try:
        response = requests.request(
            method, url, data=body, headers=dict(headers), timeout=timeout, allow_redirects=False
        )
        content = response.json()
    except requests.RequestException as error:
        return Refused("not_connected", for_now=True) if _never_sent(error) else Unknown(type(error).__name__)
    if not isinstance(content, dict):
        return Unknown("not_understood")
    return Heard(response.status_code, content)


def _never_sent(error: requests.RequestException) -> bool:
    """Tell whether the connection was not even made, or the other side is not who it should be."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    cause = reason.args[0] if isinstance(reason, Exception) and reason.args else None
    return isinstance(reason, NewConnectionError) or isinstance(cause, ssl.SSLCertVerificationError)
