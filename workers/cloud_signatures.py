"""The signatures of the HTTP gateways, as their operators publish them; the clouds' are proven with published examples.

- Aliyun: "V3 request structure and signature" (ACS3-HMAC-SHA256), of which its current SDKs are made.
- Tencent Cloud: "signature process v3" (TC3-HMAC-SHA256).
- 云MAS: an MD5 of the fields and the secret, put together without a separator, in the order three public clients have.

The official SDKs are left out: each brings a tree of packages for these few lines, and retries of its own, which a
message that may go out once cannot have.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Keys:
    """An account at a cloud: its public id and its secret."""

    key_id: str
    secret: str


@dataclass(frozen=True)
class Call:
    """What is signed: the query, the headers (names in small letters) and the body of a POST to `/`."""

    query: str
    headers: Mapping[str, str]
    body: bytes = b""


def query_of(parameters: Mapping[str, str]) -> str:
    """Return parameters as a query, sorted and encoded as RFC 3986 asks."""
    return "&".join(f"{quote(name, safe='~')}={quote(parameters[name], safe='~')}" for name in sorted(parameters))


def acs3(call: Call, keys: Keys) -> str:
    """Return Aliyun's Authorization header; host, content-type and all `x-acs-` headers are signed."""
    signed = {
        name: value for name, value in call.headers.items() if name.startswith("x-acs-") or name in _ALWAYS_SIGNED
    }
    names = ";".join(sorted(signed))
    told = "ACS3-HMAC-SHA256\n" + _digest(_canonical(call, signed, names=names).encode())
    signature = hmac.new(keys.secret.encode(), told.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={keys.key_id},SignedHeaders={names},Signature={signature}"


def tc3(call: Call, keys: Keys, *, service: str, at: datetime) -> str:
    """Return Tencent's Authorization header for an instant; content-type and host are signed."""
    signed = {name: call.headers[name] for name in _ALWAYS_SIGNED}
    names = ";".join(sorted(signed))
    scope = f"{at.astimezone(UTC):%Y-%m-%d}/{service}/tc3_request"
    told = "\n".join(
        ("TC3-HMAC-SHA256", str(int(at.timestamp())), scope, _digest(_canonical(call, signed, names=names).encode()))
    )
    key = f"TC3{keys.secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, told.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={keys.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"


def mas_mac(fields: Mapping[str, str], secret: str) -> str:
    """Return 云MAS's check value of a message."""
    told = fields["ecName"] + fields["apId"] + secret
    told += "".join(fields[name] for name in ("mobiles", "content", "sign", "addSerial"))
    return hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()


_ALWAYS_SIGNED = ("content-type", "host")


def _canonical(call: Call, signed: Mapping[str, str], *, names: str) -> str:
    headers = "".join(f"{name}:{signed[name].strip()}\n" for name in sorted(signed))
    return "\n".join(("POST", "/", call.query, headers, names, _digest(call.body)))


def _digest(told: bytes) -> str:
    return hashlib.sha256(told).hexdigest()
