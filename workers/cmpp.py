"""The SMS gateway over CMPP 2.0 and 3.0 (China Mobile): one session, taken up again whenever it breaks.

All parts of a long text go out before an answer is waited for: a gateway may answer only when it has the whole. Each
part has an id and a report of its own (`sms_parts.py`). A report that comes before its answer is kept in the casebook.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import structlog
from pydantic import SecretStr

from casebook.clock import Clock
from casebook.gateways import CmppRules
from workers.cmpp_frame import SUBMIT, BadFrame
from workers.cmpp_session import LogInRefused, Patience, Session
from workers.cmpp_units import Answered, Deliver, Report, Submit
from workers.crash_points import CrashPoints
from workers.sms_gateway import Answer, GatewayReceipt, ReceiptHandler, Refused, SmsText, Taken, Unknown
from workers.sms_parts import PartRegister, parts_of

# Results of a submit by the specification. What is not listed says nothing that may be relied on; 3 (a sequence number
# seen before) could mean that it was taken the first time.
FOR_GOOD = frozenset({1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13})
FOR_NOW = frozenset({8})  # flow control
log = structlog.get_logger()


@dataclass(kw_only=True)
class CmppGateway:
    """Sends over one session; several texts may be under way, as far as the window allows."""

    rules: CmppRules
    secret: SecretStr
    clock: Clock
    patience: Patience = field(default_factory=Patience)
    crash: CrashPoints = field(default_factory=CrashPoints)

    def __post_init__(self) -> None:
        """Begin without a session."""
        self._window = _Window(self.rules.window)
        self._flag = random.SystemRandom().randrange(256)
        self._session: Session | None = None
        self._up = asyncio.Event()
        self._parts = PartRegister()

    async def run(self, on_receipt: ReceiptHandler) -> None:
        """Keep the session up until cancelled, trying again after longer and longer pauses."""
        self._parts.on_receipt = on_receipt
        wait = self.patience.back_off_first
        while True:
            try:
                async with asyncio.timeout(self.patience.connect):
                    session = await Session.open(self.rules, self.secret.get_secret_value(), clock=self.clock)
                wait = self.patience.back_off_first
                await self._serve(session)
            except (OSError, EOFError, BadFrame, LogInRefused) as error:  # TimeoutError is an OSError
                status = str(error) if isinstance(error, LogInRefused) else ""
                log.warning("cmpp_not_connected", error=type(error).__name__, status=status)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311  # a pause is no secret
            wait = min(wait * 2, self.patience.back_off_most)

    async def _serve(self, session: Session) -> None:
        self._session = session
        self._up.set()
        try:
            await session.run(self._report, patience=self.patience)
        finally:
            self._up.clear()
            self._session = None

    async def send(self, sms: SmsText) -> Answer:
        """Send a text in as many parts as it needs."""
        self._flag = (self._flag + 1) % 256
        try:
            contents = parts_of(sms.text, flag=self._flag)
            units = [self._submit(sms, content, place=(number, len(contents))) for number, content in _places(contents)]
            bodies = [unit.encode(wide=self.rules.version == "3.0") for unit in units]
        except ValueError:
            return Refused("not_sendable", for_now=False)
        if len(bodies) > self.rules.window:
            return Refused("longer_than_window", for_now=False)
        async with self._window.room(len(bodies)):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._up.wait(), self.patience.connect)
            session = self._session
            if session is None or not session.alive:
                return Refused("not_connected", for_now=True)
            asked = [session.ask(SUBMIT, body) for body in bodies]
            asyncio.get_running_loop().call_soon(self.crash.reached, "sms_sender", "after_sending")
            await session.drain()
            await asyncio.wait(asked, timeout=self.patience.answer)
        return await self._parts.answer(sms.reference, asked, read=partial(_result, wide=session.wide))

    def _submit(self, sms: SmsText, content: bytes, *, place: tuple[int, int]) -> Submit:
        number, total = place
        return Submit(
            account=self.rules.account,
            source=self.rules.source,
            destinations=(sms.phone,),
            content=content,
            service_id=self.rules.service_id,
            total=total,
            number=number,
            has_header=total > 1,
        )

    async def _report(self, deliver: Deliver) -> None:
        """Hand a status report on; a text that somebody writes back is not ours to keep."""
        if deliver.is_report and (keep := self._parts.on_receipt):
            report = Report.decode(deliver.content)
            receipt = GatewayReceipt(gateway_id=_name(report.msg_id), status=report.status, reference="")
            await keep(receipt)


class _Window:
    """So many units may wait for an answer; a text gets room for all its parts at once, in the order of asking."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._changed = asyncio.Condition()
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def room(self, size: int) -> AsyncIterator[None]:
        """Wait for room, and give it back."""
        async with self._turn, self._changed:
            await self._changed.wait_for(lambda: self._free >= size)
            self._free -= size
        try:
            yield
        finally:
            async with self._changed:
                self._free += size
                self._changed.notify_all()


def _places(contents: list[bytes]) -> list[tuple[int, bytes]]:
    return list(enumerate(contents, 1))


def _name(msg_id: int) -> str:
    return f"{msg_id:016x}"


def _result(future: asyncio.Future[bytes], *, wide: bool) -> Answer:
    """Return what the gateway says about one part; whatever it did not say clearly is unknown."""
    if not future.done() or future.cancelled():
        return Unknown("no_answer")
    if future.exception() is not None:
        return Unknown("connection_lost")
    try:
        answered = Answered.decode(future.result(), wide=wide)
    except BadFrame:
        return Unknown("not_understood")
    if answered.result == 0:
        return Taken(_name(answered.msg_id))
    if answered.result in FOR_GOOD | FOR_NOW:
        return Refused(f"cmpp_{answered.result}", for_now=answered.result in FOR_NOW)
    return Unknown(f"cmpp_{answered.result}")
