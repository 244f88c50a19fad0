"""One SMPP session; the only file that knows aiosmpplib, of which it uses the bind, the writing and the link tests.

What the library does otherwise than we need is done here, each seen on the wire or in its source (0.7.4):
- it ends the session for a status that only this carrier has, and for a receipt whose code is no number, and loses one
  whose text is not in the default alphabet: answers and receipts are read by `smpp_receipts.py`;
- it calls a message by its id with the bytes that follow it, and joins parts as it thinks best: parts are ours;
- it goes on by itself after a break, tells nobody of what had no answer, and sends later what nobody waits for any
  more: here a session ends once, and every question with it, unknown when it was written and refused when not;
- it holds texts back for minutes after refusals, while we wait for an answer: the outbox does that;
- it would wait for all the bytes of a length of 4 GiB.
"""

import asyncio
import logging

import structlog
from aiosmpplib import ESME, AbstractHook, PhoneNumber, SubmitSm
from aiosmpplib.broker import AbstractBroker
from aiosmpplib.correlator import SimpleCorrelator
from aiosmpplib.protocol import DeliverSmResp, GenericNack, SmppMessage
from aiosmpplib.retrytimer import AbstractRetryTimer
from aiosmpplib.state import PduHeader, SmppCommand, SmppCommandStatus
from aiosmpplib.throttle import AbstractThrottleHandler

from workers.crash_points import CrashPoints
from workers.smpp_questions import Questions, answered
from workers.smpp_receipts import HEADER_BYTES, MOST_BYTES, answer_of, receipt_of
from workers.sms_gateway import Answer, ReceiptHandler, Refused, Unknown

SPLIT_BY_HEADER = 0x40
CANCEL_AGAIN_SECONDS = 0.2
KNOWN_STATUSES = frozenset(int(status) for status in SmppCommandStatus)
log = structlog.get_logger()


class SessionOver(Exception):
    """The session has ended; another one may be begun."""


class SmppSession(ESME):
    """A session as transceiver; `connect`, then `run_until_over`."""

    def __init__(
        self, address: str, *, credentials: tuple[str, str], on_receipt: ReceiptHandler, crash: CrashPoints
    ) -> None:
        """Remember the SMSC's `host:port` and (system id, password)."""
        host, _, port = address.rpartition(":")
        self._questions, self._on_receipt = Questions(crash), on_receipt
        self._queue: asyncio.Queue[SmppMessage] = asyncio.Queue()
        super().__init__(
            host,
            int(port),
            *credentials,
            hook=_Hook(self._questions),
            broker=_Broker(self._queue),
            correlator=_NoCorrelator("none"),
            throttle_handler=_NoThrottle(),
            retry_timer=_NoRetry(),
            log_handler=logging.NullHandler(),
        )

    async def run_until_over(self) -> None:
        """Keep the session up until this is cancelled or it ends with SessionOver.

        The library swallows a cancellation that meets one of its own, so that it takes another.
        """
        writer = self._writer  # the library forgets it
        running = asyncio.create_task(self.start())
        try:
            await asyncio.wait([running])
        finally:
            self._questions.end()
            while not running.done():
                running.cancel()
                await asyncio.wait([running], timeout=CANCEL_AGAIN_SECONDS)
            if writer is not None:
                writer.close()
        running.result()

    def ask(self, name: str, content: bytes, *, route: tuple[str, str], parts: int) -> asyncio.Future[Answer]:
        """Submit one part on its `route` (from, to); `name` is unique for the session. The future may never be done."""
        try:
            source, destination = (PhoneNumber(number) for number in route)
            message = SubmitSm(
                short_message=name,  # the library wants one; what is sent is set below
                source=source,
                destination=destination,
                log_id=name,
                encoding="ucs2",
                esm_class=SPLIT_BY_HEADER if parts > 1 else 0,
            )
        except ValueError:
            return answered(Refused("not_sendable", for_now=False))
        message.set_encoded_message(content)
        answer = self._questions.ask(name)
        if not answer.done():
            self._queue.put_nowait(message)
        return answer

    def close(self) -> None:
        """Close what a bind that failed left open."""
        if self._writer is not None:
            self._writer.close()

    def withdraw(self, name: str) -> None:
        """Take back what was not written yet: it never will be."""
        self._questions.refuse(name, Refused("not_written", for_now=True))

    async def _get_pdu(self) -> tuple[bytes, PduHeader]:
        """Read one unit; ValueError when the stream cannot be trusted any more."""
        if self._reader is None:
            raise ConnectionError
        header = await self._reader.readexactly(HEADER_BYTES)
        length = int.from_bytes(header[:4])
        if not HEADER_BYTES <= length <= MOST_BYTES:
            raise ValueError("length")
        pdu = header + await self._reader.readexactly(length - HEADER_BYTES)
        if int.from_bytes(header[8:12]) not in KNOWN_STATUSES:
            header = header[:8] + SmppCommandStatus.ESME_RUNKNOWNERR.to_bytes(4) + header[12:]
        return pdu, SmppMessage.parse_header(header)

    async def _receive_data(self) -> bytes | None:
        try:
            return await super()._receive_data()
        except (EOFError, OSError, ValueError):
            return None  # the stream has ended, or cannot be trusted any more
        finally:
            self._questions.end()

    async def _handle_request(self, pdu: bytes, header: PduHeader) -> SmppMessage | None:
        """Hand a receipt on and only then say so (None says nothing): what we could not keep comes again."""
        if header.smpp_command != SmppCommand.DELIVER_SM:
            return await super()._handle_request(pdu, header)
        if receipt := receipt_of(pdu):
            try:
                await self._on_receipt(receipt)
            except Exception as error:  # noqa: BLE001 - the casebook may be away; the session goes on
                log.warning("smpp_receipt_not_kept", error=type(error).__name__)
                return None
        return DeliverSmResp(header.sequence_num)

    async def _handle_response(self, pdu: bytes, header: PduHeader) -> SmppMessage | None:
        if header.smpp_command == SmppCommand.SUBMIT_SM_RESP:
            self._questions.answer(header.sequence_num, answer_of(pdu))
            return None
        if header.smpp_command == SmppCommand.GENERIC_NACK:
            self._questions.answer(header.sequence_num, Unknown("not_understood"))
            return GenericNack(header.sequence_num)
        return await super()._handle_response(pdu, header)


class _Hook(AbstractHook):
    """Is told just before something is written, and of what could not be."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:
        del pdu, client_id
        if isinstance(smpp_message, SubmitSm):
            self._questions.write(smpp_message.log_id, smpp_message.sequence_num)

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:
        """Do nothing: what is heard is read by the session."""

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:
        """Refuse what could not be built; of what was written nobody knows until the session ends."""
        del error, client_id
        if isinstance(smpp_message, SubmitSm):
            self._questions.refuse(smpp_message.log_id, Refused("not_sendable", for_now=False))


class _Broker(AbstractBroker):
    def __init__(self, queue: asyncio.Queue[SmppMessage]) -> None:
        self._queue = queue

    async def enqueue(self, message: SmppMessage) -> None:
        await self._queue.put(message)

    async def dequeue(self) -> SmppMessage:
        return await self._queue.get()


class _NoCorrelator(SimpleCorrelator):
    async def put(self, smpp_message: SmppMessage) -> None:
        """Keep nothing: answers are matched here, and receipts in the casebook."""


class _NoThrottle(AbstractThrottleHandler):
    async def throttled(self) -> None:
        """Do nothing: the outbox waits."""

    async def not_throttled(self) -> None:
        """Do nothing."""

    async def allow_request(self) -> bool:
        """Allow it."""
        return True

    async def throttle_delay(self) -> float:
        """Never asked for."""
        return 0.0


class _NoRetry(AbstractRetryTimer):
    async def wait(self) -> None:
        """End the session in place of beginning another one inside it."""
        raise SessionOver

    def reset(self) -> None:
        """Do nothing."""

    def next_delay(self) -> float:
        """Do not wait."""
        return 0.0
