"""The sender: takes messages from the outbox to the gateway, each at most once.

`sending` is committed before the gateway sees a message. A sender that dies leaves such rows; the
next one marks them `uncertain` before it sends anything, and a person decides about them.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from casebook import failed_messages, messages
from casebook.clock import Clock
from casebook.engine import AsyncConnection, AsyncEngine
from casebook.gateways import Step
from casebook.sparing import Sparing
from casebook.telephones import mobile
from workers.crash_points import CrashPoints
from workers.lone_runner import run_alone
from workers.sms_gateway import Answer, GatewayReceipt, Refused, SmsGateway, SmsText, Taken, Unknown

BATCH = 16
SOON, LATER = timedelta(seconds=30), timedelta(minutes=5)
AWAY_FOR_LONG, GIVEN_UP = timedelta(minutes=10), timedelta(hours=24)
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class SmsSender:
    """Empties the outbox over one gateway a channel."""

    gateways: Mapping[str, SmsGateway]
    casebook: AsyncEngine
    sparing: Sparing
    clock: Clock
    database_url: str
    crash: CrashPoints = field(default_factory=CrashPoints)
    on_failure: tuple[Step, ...] = ()

    async def run(self) -> None:
        """Send until cancelled; one process at a time does."""
        async with asyncio.TaskGroup() as tasks:
            for gateway in self.gateways.values():
                tasks.create_task(gateway.run(self._note_receipt))
            tasks.create_task(
                run_alone(self.database_url, messages.WAKE_UP_CHANNEL, begin=self._take_over, step=self.send_batch)
            )

    async def _take_over(self) -> None:
        async with self.casebook.begin() as connection:
            uncertain = await messages.note_abandoned(connection)
        log.info("sms_sender_began", uncertain=uncertain)

    async def send_batch(self) -> int:
        """Send what is due and follow up what failed; return how many messages that were."""
        async with self.casebook.begin() as connection:
            followed = await failed_messages.follow_up(
                connection, order=self.on_failure, zone=self.sparing.zone, now=self.clock()
            )
        async with self.casebook.begin() as connection:
            now, per_second = self.clock(), self.sparing.rules.per_second
            await self.sparing.spare(connection, now=now)
            batch = await messages.claim(connection, most=BATCH, per_second=per_second, now=now)
            if batch:
                self.crash.reached("sms_sender", "before_claim")
        if batch:
            self.crash.reached("sms_sender", "after_claim")
        await asyncio.gather(*(self._send(message) for message in batch))
        return len(batch) + followed

    async def _send(self, message: messages.Outgoing) -> None:
        reference = f"{message.message_id}/{message.attempts}"
        sms = SmsText(
            phone=message.phone,
            text=message.text,
            reference=reference,
            template=message.template or "",
            fields=dict(message.fields),
        )
        answer = await self._ask(sms, channel=message.channel)
        self.crash.reached("sms_sender", "after_answer")
        log.info("sms_answered", message_id=message.message_id, answer=type(answer).__name__)
        async with self.casebook.begin() as connection:
            await self._note(connection, message, answer=answer)

    async def _ask(self, sms: SmsText, *, channel: str) -> Answer:
        """Hand a text to its gateway; whatever breaks there is one text's matter, never the batch's."""
        gateway, phone = self.gateways.get(channel), mobile(sms.phone) if channel == messages.SMS else sms.phone
        if gateway is None or phone is None:
            return Refused("no_such_channel" if gateway is None else "no_mobile_number", for_now=False)
        try:
            return await gateway.send(replace(sms, phone=phone))
        except Exception as error:  # noqa: BLE001 - it may have gone out before; nobody knows
            log.warning("gateway_broke", error=type(error).__name__)
            return Unknown("gateway_broke")

    async def _note(self, connection: AsyncConnection, message: messages.Outgoing, *, answer: Answer) -> None:
        now = self.clock()
        if isinstance(answer, Taken):
            await messages.note_sent(connection, message.message_id, smsc_id=answer.gateway_id, now=now)
        elif not isinstance(answer, Refused):
            await messages.note_uncertain(connection, [message.message_id])
        elif answer.for_now and (wait := wait_after_refusal(now - message.queued_at)):
            await messages.put_back(connection, message.message_id, send_after=now + wait)
        else:
            await messages.note_refused(connection, message.message_id, now=now)

    async def _note_receipt(self, heard: GatewayReceipt) -> None:
        message_id = int(heard.reference.split("/", maxsplit=1)[0]) if heard.reference else None
        receipt = messages.Receipt(smsc_id=heard.gateway_id, status=heard.status, message_id=message_id)
        async with self.casebook.begin() as connection:
            await messages.note_receipt(connection, receipt, now=self.clock())


def wait_after_refusal(age: timedelta) -> timedelta | None:
    """Return how long a text of this age waits after the gateway refused it for now; None when it has failed.

    A gateway that is away for hours must fail no text: nobody else could be told over it either.
    """
    if age >= GIVEN_UP:
        return None
    return SOON if age < AWAY_FOR_LONG else LATER
