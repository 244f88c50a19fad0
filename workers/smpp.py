"""The SMS gateway over SMPP 3.4; the only file that knows aiosmpplib.

Handled here, all seen on the wire: an id that is followed by other bytes, a receipt whose text is
not in the default alphabet, and a receipt that comes before its response.
"""

import asyncio
import codecs
import contextlib
import logging

import structlog
from aiosmpplib import ESME, AbstractHook, DeliverSm, PhoneNumber, SubmitSm, SubmitSmResp
from aiosmpplib.codec import find_codec_info
from aiosmpplib.correlator import SimpleCorrelator
from aiosmpplib.protocol import SmppMessage
from aiosmpplib.state import SmppCommandStatus
from typing_extensions import Buffer

from workers.crash_points import CrashPoints
from workers.sms_gateway import Answer, GatewayReceipt, ReceiptHandler, Refused, SmsText, Taken, Unknown

ANSWER_SECONDS = 20.0
CONNECT_SECONDS = 10.0
RECONNECT_SECONDS = 1.0
CANCEL_AGAIN_SECONDS = 0.2
SPLIT_BY_HEADER = 0x40
log = structlog.get_logger()
THROTTLED = (SmppCommandStatus.ESME_RTHROTTLED, SmppCommandStatus.ESME_RMSGQFUL)


class SmppGateway:
    """One SMPP session as transceiver, bound again whenever it breaks."""

    def __init__(
        self, address: str, *, credentials: tuple[str, str], source: str, crash: CrashPoints | None = None
    ) -> None:
        """Remember the SMSC's `host:port`, (system id, password) and the number to send from."""
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._credentials = credentials
        self._source = source
        self._crash = crash or CrashPoints()
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._session: ESME | None = None
        self._bound = asyncio.Event()

    async def run(self, on_receipt: ReceiptHandler) -> None:
        """Keep the session up until cancelled."""
        system_id, password = self._credentials
        hook, ended = _Hook(self._waiting, on_receipt, crash=self._crash), ""
        while True:
            session = ESME(
                self._host,
                self._port,
                system_id,
                password,
                hook=hook,
                correlator=_Correlator(system_id),
                custom_codecs={"gsm0338": _LENIENT},
                log_handler=logging.NullHandler(),
            )
            try:
                await asyncio.wait_for(session.connect(), CONNECT_SECONDS)
                self._session = session
                self._bound.set()
                ended = ""
                await _until_over(session)
            except Exception as error:  # noqa: BLE001 - whatever the library makes of nonsense: the session is over
                ended, before = type(error).__name__, ended
                if ended != before:  # an SMSC that is away is called every second, and told of once
                    log.warning("smpp_session_ended", error=ended)
            finally:
                self._bound.clear()
                self._session = None
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(session.stop(), RECONNECT_SECONDS)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def send(self, sms: SmsText) -> Answer:
        """Send a text as UCS-2, in parts where it is longer than one."""
        try:
            await asyncio.wait_for(self._bound.wait(), CONNECT_SECONDS)
        except TimeoutError:
            return Refused("not_connected", for_now=True)
        session = self._session
        if session is None:
            return Refused("not_connected", for_now=True)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[sms.reference] = answer
        message = SubmitSm(
            short_message=sms.text,
            source=PhoneNumber(self._source),
            destination=PhoneNumber(sms.phone),
            log_id=sms.reference,
            encoding="ucs2",
            auto_message_payload=False,
            esm_class=SPLIT_BY_HEADER,
        )
        try:
            await session.broker.enqueue(message)
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        except TimeoutError:
            return Unknown("no_answer")
        finally:
            self._waiting.pop(sms.reference, None)


async def _until_over(session: ESME) -> None:
    """Keep a session up until it ends or this is cancelled; the library swallows a cancellation that meets its own."""
    running = asyncio.create_task(session.start())
    try:
        await asyncio.wait([running])
    finally:
        while not running.done():
            running.cancel()
            await asyncio.wait([running], timeout=CANCEL_AGAIN_SECONDS)
    running.result()


class _Hook(AbstractHook):
    def __init__(
        self, waiting: dict[str, asyncio.Future[Answer]], on_receipt: ReceiptHandler, *, crash: CrashPoints
    ) -> None:
        self._waiting = waiting
        self._on_receipt = on_receipt
        self._crash = crash

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:
        """Do nothing, for the outbox was written before; the bytes are out before the loop turns again."""
        del pdu, client_id
        if isinstance(smpp_message, SubmitSm):
            asyncio.get_running_loop().call_soon(self._crash.reached, "sms_sender", "after_sending")

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:
        """Match responses with what waits for them; hand receipts on."""
        del pdu, client_id
        if isinstance(smpp_message, SubmitSmResp):
            self._answer(smpp_message.log_id, _answer_of(smpp_message))
        elif isinstance(smpp_message, DeliverSm) and smpp_message.is_receipt():
            receipt = smpp_message.parse_receipt()
            await self._on_receipt(
                GatewayReceipt(
                    gateway_id=str(receipt.get("id", "")),
                    status=str(receipt.get("stat", "")),
                    reference=smpp_message.log_id,
                )
            )

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:
        """Answer for a failure: what could not be built was not sent; of anything else nobody knows."""
        del client_id
        not_sent = isinstance(error, ValueError)
        answer = Refused("not_sendable", for_now=False) if not_sent else Unknown(type(error).__name__)
        if isinstance(smpp_message, SubmitSm):
            self._answer(smpp_message.log_id, answer)

    def _answer(self, reference: str, answer: Answer) -> None:
        future = self._waiting.get(reference)
        if future and not future.done():
            future.set_result(answer)


class _Correlator(SimpleCorrelator):
    async def put_delivery(self, smsc_message_id: str, submit_sm: SubmitSm) -> None:
        """Cut what some SMSCs send behind the id's end."""
        await super().put_delivery(_clean(smsc_message_id), submit_sm)


def _answer_of(response: SubmitSmResp) -> Answer:
    if response.command_status == SmppCommandStatus.ESME_ROK:
        return Taken(_clean(response.message_id))
    return Refused(response.command_status.name, for_now=response.command_status in THROTTLED)


def _clean(smsc_id: str) -> str:
    return smsc_id.split("\0", maxsplit=1)[0]


_GSM = find_codec_info("gsm0338")


def _decode(data: Buffer, errors: str = "strict", /) -> tuple[str, int]:
    try:
        return _GSM.decode(data, errors)
    except UnicodeDecodeError:
        return bytes(data).decode("latin-1"), len(bytes(data))


_LENIENT = codecs.CodecInfo(_GSM.encode, _decode, name="gsm0338")
