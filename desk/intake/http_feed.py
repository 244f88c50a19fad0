"""A platform's feed over HTTP: one page for each cursor; asked with our signature when we share a secret."""

import json
import secrets
from dataclasses import dataclass

import requests

from casebook import city
from casebook.clock import Clock
from casebook.errors import RejectedInput
from casebook.platforms import Platform
from desk.intake.records import MEGABYTE

TIMEOUT_SECONDS = 30.0
CHUNK = 1 << 16


@dataclass(frozen=True, kw_only=True)
class HttpFeed:
    """Asks `url`, with the cursor as a parameter; where the next cursor stands in the answer is configured."""

    url: str
    platform: Platform
    secret: str
    clock: Clock

    def page(self, position: str) -> tuple[bytes, str]:
        """Return one page and the next cursor; RejectedInput when the feed is away or answers with nonsense."""
        pull = self.platform.pull
        parameter = pull.cursor_parameter if pull else "cursor"
        try:
            with requests.get(
                self.url,
                params={parameter: position} if position else {},
                headers=self._signed(),
                timeout=TIMEOUT_SECONDS,
                stream=True,
            ) as answer:
                answer.raise_for_status()
                body = self._body(answer)
        except requests.RequestException as error:
            raise RejectedInput(
                f"“{self.platform.name}”的接口没有应答或拒绝了请求。已收下的不会丢，请稍后再拉取，会从断处接着收。"
            ) from error
        return body, self._next(body)

    def _body(self, answer: requests.Response) -> bytes:
        body = b""
        for part in answer.iter_content(CHUNK):
            body += part
            if len(body) > self.platform.largest_mb * MEGABYTE:
                raise RejectedInput(f"“{self.platform.name}”的一页超过 {self.platform.largest_mb} MB，没有收取。")
        return body

    def _next(self, body: bytes) -> str:
        place = self.platform.pull.cursor_at if self.platform.pull else ()
        if not place:
            return ""
        try:
            found = json.loads(body.decode(self.platform.encoding))
        except (ValueError, RecursionError):
            return ""  # reading the rows will say what is wrong
        for key in place:
            found = found.get(key) if isinstance(found, dict) else None
        return str(found) if isinstance(found, str | int) else ""

    def _signed(self) -> dict[str, str]:
        if not self.secret:
            return {}
        timestamp, nonce = self.clock().isoformat(), secrets.token_hex(16)
        signature = city.signature(self.secret, timestamp=timestamp, nonce=nonce, body=b"")
        return {"x-minhu-timestamp": timestamp, "x-minhu-nonce": nonce, "x-minhu-signature": signature}
