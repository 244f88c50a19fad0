"""One session with a CMPP gateway: log-in with proofs of both sides, questions and answers, active tests.

A session that misunderstands a byte is given up: the stream cannot be trusted from there on. Whatever was asked and
not answered then fails with ConnectionError, and nobody knows what became of it.
"""

import asyncio
import contextlib
import hmac
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta, timezone

import structlog

from casebook.clock import Clock
from casebook.gateways import CmppRules
from workers.cmpp_frame import (
    ACTIVE_TEST,
    ANSWER,
    CONNECT,
    DELIVER,
    HEADER_BYTES,
    TERMINATE,
    V20,
    V30,
    BadFrame,
    Frame,
    authenticator_ismg,
    authenticator_source,
    body_length,
    frame,
)
from workers.cmpp_units import Answered, Connect, ConnectAnswer, Deliver

CHINA = timezone(timedelta(hours=8))
MALFORMED = 1
MOST_UNANSWERED = 10_000
TESTS_MOST = 3
UNPROVEN = bytes(16)  # some gateways leave their proof out
log = structlog.get_logger()
OnDeliver = Callable[[Deliver], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a session waits for what, in seconds."""

    connect: float = 10.0
    answer: float = 20.0
    idle: float = 30.0
    back_off_first: float = 1.0
    back_off_most: float = 60.0


class LogInRefused(Exception):
    """The gateway does not let us in, or is not who it should be; the argument is its status."""


class Session:
    """A session that is logged in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, wide: bool) -> None:
        """Take over an open connection."""
        self.wide = wide
        self._reader, self._writer = reader, writer
        self._numbers = itertools.cycle(range(1, 2**32))
        self._unanswered: dict[int, asyncio.Future[bytes]] = {}
        self._delivering: set[asyncio.Task[None]] = set()
        self._heard = asyncio.Event()

    @classmethod
    async def open(cls, rules: CmppRules, secret: str, *, clock: Clock) -> "Session":
        """Connect and log in; OSError, BadFrame, EOFError or LogInRefused when that fails."""
        host, _, port = rules.address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        session = cls(reader, writer, wide=rules.version == "3.0")
        try:
            await session._log_in(rules, secret, clock=clock)
        except BaseException:
            session.close()
            raise
        return session

    async def _log_in(self, rules: CmppRules, secret: str, *, clock: Clock) -> None:
        timestamp = int(f"{clock().astimezone(CHINA):%m%d%H%M%S}")
        proof = authenticator_source(rules.account, secret, timestamp=timestamp)
        version = V30 if self.wide else V20
        unit = Connect(account=rules.account, authenticator=proof, version=version, timestamp=timestamp)
        self._write(Frame(CONNECT, next(self._numbers), unit.encode()))
        heard = await self._read()
        if heard.command != CONNECT | ANSWER:
            raise BadFrame("log-in")
        answer = ConnectAnswer.decode(heard.body, wide=self.wide)
        if answer.status:
            raise LogInRefused(str(answer.status))
        # gateways differ in whether they prove with the status as it is sent or, also in 2.0, with four bytes of it
        proofs = [authenticator_ismg(answer.status.to_bytes(size), proof, secret=secret) for size in (1, 4)]
        if not any(hmac.compare_digest(expected, answer.authenticator) for expected in (*proofs, UNPROVEN)):
            raise LogInRefused("forged")

    @property
    def alive(self) -> bool:
        """Whether what is written now can still go out."""
        return not self._writer.is_closing()

    def ask(self, command: int, body: bytes) -> asyncio.Future[bytes]:
        """Write a question; the future holds the answer's body, or ConnectionError when the session ends before."""
        sequence, answer = next(self._numbers), asyncio.get_running_loop().create_future()
        answer.add_done_callback(_retrieved)
        if len(self._unanswered) >= MOST_UNANSWERED:
            self._unanswered.pop(next(iter(self._unanswered))).cancel()
        self._unanswered[sequence] = answer
        self._write(Frame(command, sequence, body))
        return answer

    async def run(self, on_deliver: OnDeliver, *, patience: Patience) -> None:
        """Listen until the session ends, for whatever reason."""
        listening = asyncio.create_task(self._listen(on_deliver))
        testing = asyncio.create_task(self._test(patience))
        try:
            await asyncio.wait([listening, testing], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (listening, testing, *self._delivering):
                task.cancel()
            ended = await asyncio.gather(listening, testing, *self._delivering, return_exceptions=True)
            log.info("cmpp_session_ended", reason=type(ended[0]).__name__)
            self.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()

    def close(self) -> None:
        """End the session; what is unanswered fails."""
        self._writer.close()
        for answer in self._unanswered.values():
            if not answer.done():
                answer.set_exception(ConnectionError())
        self._unanswered.clear()

    async def drain(self) -> None:
        """Wait until the connection takes more; its end is told by the unanswered questions."""
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def _listen(self, on_deliver: OnDeliver) -> None:
        while True:
            heard = await self._read()
            self._heard.set()
            if heard.command & ANSWER:
                answer = self._unanswered.pop(heard.sequence, None)
                if answer and not answer.done():
                    answer.set_result(heard.body)
            elif heard.command == DELIVER:
                self._deliver(heard, on_deliver)
            elif heard.command == ACTIVE_TEST:
                self._write(Frame(ACTIVE_TEST | ANSWER, heard.sequence, bytes(1)))
            elif heard.command == TERMINATE:
                self._write(Frame(TERMINATE | ANSWER, heard.sequence))
                return

    def _deliver(self, heard: Frame, on_deliver: OnDeliver) -> None:
        task = asyncio.create_task(self._hand_on(heard, on_deliver))
        self._delivering.add(task)
        task.add_done_callback(self._delivering.discard)

    async def _hand_on(self, heard: Frame, on_deliver: OnDeliver) -> None:
        """Hand on what came and only then say so; what we could not keep, the gateway brings again."""
        result = 0
        try:
            await on_deliver(Deliver.decode(heard.body, wide=self.wide))
        except BadFrame:
            log.warning("cmpp_deliver_not_understood")
            result = MALFORMED
        except Exception as error:  # noqa: BLE001  # the casebook may be away; the session goes on
            log.warning("cmpp_deliver_not_kept", error=type(error).__name__)
            return
        taken = Answered(int.from_bytes(heard.body[:8]), result)
        self._write(Frame(DELIVER | ANSWER, heard.sequence, taken.encode(wide=self.wide)))

    async def _test(self, patience: Patience) -> None:
        """Return when a gateway that was silent for a while does not answer active tests either."""
        unanswered = 0
        while unanswered < TESTS_MOST:
            self._heard.clear()
            try:
                await asyncio.wait_for(self._heard.wait(), patience.answer if unanswered else patience.idle)
                unanswered = 0
            except TimeoutError:
                self.ask(ACTIVE_TEST, b"")
                unanswered += 1
        log.warning("cmpp_gateway_silent")

    async def _read(self) -> Frame:
        header = await self._reader.readexactly(HEADER_BYTES)
        return frame(header, await self._reader.readexactly(body_length(header)))

    def _write(self, unit: Frame) -> None:
        if self.alive:
            self._writer.write(unit.encode())


def _retrieved(answer: asyncio.Future[bytes]) -> None:
    """Look at the outcome, so that nobody warns of one that nobody waited for."""
    if not answer.cancelled():
        answer.exception()
