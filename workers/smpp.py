"""The SMS gateway over SMPP 3.4: one session, begun again whenever it ends: the wire is in `smpp_session.py`.

The parts of a long text go out before any answer is waited for, each with its own id and receipt (`sms_parts.py`).
A receipt that comes before its answer waits in the casebook, which finds the message by the gateway's id.
"""

import asyncio
import contextlib
import random
from dataclasses import dataclass, field, replace

import structlog

from casebook.gateways import SmppRules
from workers.crash_points import CrashPoints
from workers.smpp_receipts import in_answer, in_receipt
from workers.smpp_session import SmppSession
from workers.sms_gateway import Answer, GatewayReceipt, ReceiptHandler, Refused, SmsText, Taken, Unknown
from workers.sms_parts import PartRegister, parts_of

CONNECT_SECONDS = 10.0
RECONNECT_SECONDS = 1.0
log = structlog.get_logger()


@dataclass(kw_only=True)
class SmppGateway:
    """Sends over one session as transceiver to `address` (host:port), from the number `source`."""

    address: str
    credentials: tuple[str, str]  # system id, password
    source: str
    rules: SmppRules = field(default_factory=SmppRules)
    crash: CrashPoints = field(default_factory=CrashPoints)
    answer_seconds: float = 20.0

    def __post_init__(self) -> None:
        """Begin without a session."""
        self._flag = random.SystemRandom().randrange(256)
        self._session: SmppSession | None = None
        self._up = asyncio.Event()
        self._parts = PartRegister()

    async def run(self, on_receipt: ReceiptHandler) -> None:
        """Keep a session up until cancelled."""
        ended = ""
        self._parts.on_receipt = on_receipt

        async def keep(receipt: GatewayReceipt) -> None:
            await on_receipt(replace(receipt, gateway_id=in_receipt(receipt.gateway_id, self.rules.receipt_ids)))

        while True:
            before, ended = ended, ""
            try:
                await self._serve(keep)
            except Exception as error:  # noqa: BLE001 - whatever the library makes of nonsense: the session is over
                ended = type(error).__name__
                if ended != before:  # an SMSC that is away is called every second, and told of once
                    log.warning("smpp_session_ended", error=ended)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _serve(self, on_receipt: ReceiptHandler) -> None:
        session = SmppSession(self.address, credentials=self.credentials, on_receipt=on_receipt, crash=self.crash)
        try:
            await asyncio.wait_for(session.connect(), CONNECT_SECONDS)
            self._session = session
            self._up.set()
            await session.run_until_over()
        finally:
            self._up.clear()
            self._session = None
            session.close()

    async def send(self, sms: SmsText) -> Answer:
        """Send a text as UCS-2 in as many parts as it needs."""
        self._flag = (self._flag + 1) % 256
        try:
            contents = parts_of(sms.text, flag=self._flag)
        except ValueError:
            return Refused("not_sendable", for_now=False)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._up.wait(), CONNECT_SECONDS)
        session = self._session
        if session is None:
            return Refused("not_connected", for_now=True)
        names = [f"{sms.reference}#{number}" for number in range(1, len(contents) + 1)]
        asked = [
            session.ask(name, content, route=(self.source, sms.phone), parts=len(contents))
            for name, content in zip(names, contents, strict=True)
        ]
        await asyncio.wait(asked, timeout=self.answer_seconds)
        for name in names:
            session.withdraw(name)
        return await self._parts.answer(sms.reference, asked, read=self._answer_of)

    def _answer_of(self, future: asyncio.Future[Answer]) -> Answer:
        """Return what the SMSC says about one part."""
        if not future.done() or future.cancelled():
            return Unknown("no_answer")
        answer = future.result()
        return Taken(in_answer(answer.gateway_id, self.rules.receipt_ids)) if isinstance(answer, Taken) else answer
