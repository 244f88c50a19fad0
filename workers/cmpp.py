"""The SMS gateway over CMPP 2.0 and 3.0 (China Mobile): one session, taken up again whenever it breaks.

All parts of a long text go out before an answer is waited for: a gateway may answer only when it has the whole. Each
part has an id and a report of its own; they are registered with our reference, so that the casebook can tell
when all of them arrived, whichever process hears of it. A report that comes before its answer is kept there too.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog
from pydantic import SecretStr

from casebook.clock import Clock
from casebook.gateways import CmppRules
from casebook.messages import PART
from workers.cmpp_frame import SUBMIT, BadFrame, parts_of
from workers.cmpp_session import LogInRefused, Patience, Session
from workers.cmpp_units import Answered, Deliver, Report, Submit
from workers.crash_points import CrashPoints
from workers.sms_gateway import Answer, GatewayReceipt, ReceiptHandler, Refused, SmsText, Taken, Unknown

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
        self._on_receipt: ReceiptHandler | None = None
        self._late: set[asyncio.Task[None]] = set()

    async def run(self, on_receipt: ReceiptHandler) -> None:
        """Keep the session up until cancelled, trying again after longer and longer pauses."""
        self._on_receipt = on_receipt
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
        return await self._answer(sms.reference, asked, wide=session.wide)

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

    async def _answer(self, reference: str, asked: list[asyncio.Future[bytes]], *, wide: bool) -> Answer:
        results = [_result(future, wide=wide) for future in asked]
        self._listen_for_late(reference, asked, wide=wide)
        taken = [result.gateway_id for result in results if isinstance(result, Taken)]
        if len(asked) == 1:
            return results[0]
        refused = [result for result in results if isinstance(result, Refused)]
        if len(refused) == len(results):
            return Refused(refused[0].status, for_now=all(result.for_now for result in refused))
        missing = [f"{reference}#{number}" for number, result in enumerate(results, 1) if not isinstance(result, Taken)]
        for part in (*taken, *missing):  # a part that nobody took is never reported as delivered: the text stays open
            await self._register(reference, part)
        return Unknown("not_all_parts_taken") if missing else Taken(taken[0])

    def _listen_for_late(self, reference: str, asked: list[asyncio.Future[bytes]], *, wide: bool) -> None:
        """Register parts whose answer comes after we stopped waiting, so that their reports find the message."""

        def register(future: asyncio.Future[bytes]) -> None:
            result = _result(future, wide=wide)
            if isinstance(result, Taken):
                task = asyncio.ensure_future(self._register(reference, result.gateway_id))
                self._late.add(task)
                task.add_done_callback(self._late.discard)

        for future in asked:
            if not future.done():
                future.add_done_callback(register)

    async def _register(self, reference: str, part: str) -> None:
        if self._on_receipt:
            await self._on_receipt(GatewayReceipt(gateway_id=part, status=PART, reference=reference))

    async def _report(self, deliver: Deliver) -> None:
        """Hand a status report on; a text that somebody writes back is not ours to keep."""
        if deliver.is_report and self._on_receipt:
            report = Report.decode(deliver.content)
            receipt = GatewayReceipt(gateway_id=_name(report.msg_id), status=report.status, reference="")
            await self._on_receipt(receipt)


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
