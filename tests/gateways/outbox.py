"""The SMS outbox as a test sees it: what is queued, what became of it, and a sender that runs for a while."""

import asyncio
import contextlib
import itertools
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

from sqlalchemy import select

from casebook import messages
from casebook.clock import wall_clock
from casebook.district import District, load_district
from casebook.engine import AsyncEngine, open_casebook
from casebook.gateways import Step
from casebook.rules import SmsRules
from casebook.schema import messages as rows_of_messages
from casebook.schema.sealed import sealer_of
from casebook.sparing import Sparing
from launcher.stack import Machine
from tests.casebook.rows import request
from workers.sms_gateway import Answer, ReceiptHandler, SmsGateway, SmsText
from workers.sms_sender import SmsSender

LIMIT_SECONDS = 20.0
PHONES = itertools.count(99_930_000_000 + secrets.randbelow(10_000) * 1000)
SHORT = "【江岸民呼我应】样例单位：工单已超期未办结，请督促办理。"
LONG = "【江岸民呼我应】" + "车站街污水外溢，请立即办理并回报。" * 9


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """One casebook and one request in it."""

    casebook: AsyncEngine
    district: District
    database_url: str
    request_id: str

    @classmethod
    @asynccontextmanager
    async def of(cls, machine: Machine) -> AsyncIterator["Outbox"]:
        casebook = open_casebook(machine.database_url, key=machine.personal_key)
        district = load_district(machine.settings.config)
        try:
            async with casebook.begin() as connection:
                request_id = await request(connection, district, now=wall_clock() + timedelta(minutes=1))
            yield cls(casebook=casebook, district=district, database_url=machine.database_url, request_id=request_id)
            async with casebook.begin() as connection:  # what is left would go out during another test
                left = (rows_of_messages.c.request_id == request_id, rows_of_messages.c.state == "queued")
                await connection.execute(rows_of_messages.update().where(*left).values(state="needless"))
        finally:
            await casebook.dispose()

    async def queue(
        self,
        text: str,
        *,
        template: str | None = None,
        fields: tuple[tuple[str, str], ...] = (),
        recipient: str = "nobody",
    ) -> str:
        """Queue a text for a telephone that nobody else has; return the telephone."""
        phone = str(next(PHONES))
        message = messages.NewMessage(
            dedupe_key=phone,
            request_id=self.request_id,
            work_order_id=None,
            event="red",
            recipient=recipient,
            phone=phone,
            text=text,
            template=template,
            fields=fields,
        )
        async with self.casebook.begin() as connection:
            assert await messages.queue(connection, message, now=wall_clock())
        return phone

    async def state(self, phone: str) -> str:
        """Return the state of the message for a telephone."""
        found_by = sealer_of(self.casebook.dialect).index(phone)
        async with self.casebook.begin() as connection:
            row = await connection.execute(
                select(rows_of_messages.c.state).where(rows_of_messages.c.phone_index == found_by)
            )
            return str(row.scalar_one())

    async def becomes(self, phone: str, state: str) -> None:
        """Wait until a message has a state."""

        async def is_so() -> bool:
            return await self.state(phone) == state

        await until(is_so)

    async def settled(self, phones: list[str]) -> list[str]:
        """Wait until nothing is on its way to the gateway any more, and return the states; nobody waits for a retry."""

        async def is_so() -> bool:
            async with self.casebook.begin() as connection:
                found_by = [sealer_of(self.casebook.dialect).index(phone) for phone in phones]
                mine = (rows_of_messages.c.phone_index.in_(found_by), rows_of_messages.c.state == "queued")
                await connection.execute(rows_of_messages.update().where(*mine).values(send_after=wall_clock()))
            return not {"queued", "sending"} & {await self.state(phone) for phone in phones}

        await until(is_so)
        return [await self.state(phone) for phone in phones]

    @asynccontextmanager
    async def sender(self, gateway: SmsGateway, *on_failure: Step) -> AsyncIterator[None]:
        """Let a sender empty the outbox over a gateway, for as long as the test wants; then it dies."""
        sender = SmsSender(
            gateways={messages.SMS: gateway, messages.WECOM: _SameWay(gateway)},
            casebook=self.casebook,
            sparing=Sparing(
                rules=SmsRules(per_second=1000, per_number_a_minute=60), texts=self.district.texts, zone=UTC
            ),
            clock=wall_clock,
            database_url=self.database_url,
            on_failure=on_failure,
        )
        task = asyncio.create_task(sender.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@dataclass(frozen=True)
class _SameWay:
    """Another channel over a gateway that is kept up elsewhere."""

    gateway: SmsGateway

    async def run(self, on_receipt: ReceiptHandler) -> None:
        del on_receipt
        await asyncio.Event().wait()

    async def send(self, sms: SmsText) -> Answer:
        return await self.gateway.send(sms)


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition, within a limit."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not await true():  # noqa: ASYNC110  # what is waited for happens in the database
            await asyncio.sleep(0.05)


def taken(journal: Path) -> Counter[tuple[str, str]]:
    """Count what the gateway took by telephone and text."""
    lines = journal.read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return Counter((entry["destination"], entry["text"]) for entry in entries)
