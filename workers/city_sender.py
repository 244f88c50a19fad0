"""The sender to the city's platform: JSON over HTTP, signed, tried again with growing waits, never given up.

At least once: a matter whose answer was lost is sent again under the same key, and the city knows it. An answer that
already says `accepted` or `refused` is taken like a reply that comes later through the desk's door.
"""

import asyncio
import json
import secrets
from dataclasses import dataclass

import requests
import structlog
from pydantic import SecretStr, ValidationError

from casebook import city, city_replies
from casebook.city import HandOver
from casebook.city_replies import CityReply
from casebook.clock import Clock
from casebook.engine import AsyncEngine
from casebook.errors import RejectedInput
from workers.lone_runner import run_alone

BATCH = 16
TIMEOUT_SECONDS = 10.0
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class CitySender:
    """Empties the city's outbox towards one address; without address and secret everything waits for a person."""

    url: str | None
    secret: SecretStr
    casebook: AsyncEngine
    clock: Clock
    database_url: str

    async def run(self) -> None:
        """Send until cancelled; one process at a time does."""
        await run_alone(self.database_url, city.WAKE_UP_CHANNEL, begin=self._begin, step=self.send_batch)

    @property
    def _configured(self) -> bool:
        return bool(self.url and self.secret.get_secret_value())

    async def _begin(self) -> None:
        log.info("city_sender_began", configured=self._configured)

    async def send_batch(self) -> int:
        """Send what is due; return how many matters that were."""
        if not self._configured:
            return 0
        async with self.casebook.begin() as connection:
            batch = await city.due(connection, most=BATCH, now=self.clock())
        for matter in batch:
            await self._send(matter)
        return len(batch)

    async def _send(self, matter: HandOver) -> None:
        answer = await asyncio.to_thread(self._post, matter)
        log.info("city_answered", work_order_id=matter.work_order_id, delivered=answer is not None)
        async with self.casebook.begin() as connection:
            now = self.clock()
            if answer is None:
                await city.put_off(connection, matter, now=now)
                return
            await city.note_delivered(connection, matter.work_order_id, now=now)
        if reply := _reply(matter, answer):
            await self._take(reply)

    async def _take(self, reply: CityReply) -> None:
        try:
            async with self.casebook.begin() as connection:
                await city_replies.take(connection, reply, nonce=f"answer-{secrets.token_hex(16)}", now=self.clock())
        except RejectedInput:
            log.warning("city_answer_not_taken", work_order_id=reply.key)

    def _post(self, matter: HandOver) -> object | None:
        """Return the city's answer (`{}` when it says nothing yet), or None when it did not take the matter."""
        body = json.dumps(matter.matter, ensure_ascii=False).encode()
        timestamp, nonce = self.clock().isoformat(), secrets.token_hex(16)
        secret = self.secret.get_secret_value()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": matter.work_order_id,
            "X-Minhu-Timestamp": timestamp,
            "X-Minhu-Nonce": nonce,
            "X-Minhu-Signature": city.signature(secret, timestamp=timestamp, nonce=nonce, body=body),
        }
        try:
            response = requests.post(str(self.url), data=body, headers=headers, timeout=TIMEOUT_SECONDS)
            return response.json() or {} if response.ok else None
        except requests.JSONDecodeError:
            return {}
        except requests.RequestException:
            return None


def _reply(matter: HandOver, answer: object) -> CityReply | None:
    if not isinstance(answer, dict) or "kind" not in answer:
        return None
    try:
        return CityReply.model_validate(answer | {"key": matter.work_order_id})
    except ValidationError:
        log.warning("city_answer_not_understood", work_order_id=matter.work_order_id)
        return None
