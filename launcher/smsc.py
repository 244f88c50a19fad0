"""A short-message centre on loopback, in the carrier's place: `python -m launcher.smsc --port N --journal FILE`.

A text is in the journal, on disk, before its submit is answered: what was accepted can always be seen. Receipts follow
after a delay, as a carrier's do, and wait while nobody is bound. For tests it can be told to misbehave.
"""

import argparse
import asyncio
import itertools
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import smpp34

from casebook.clock import Clock, clock_from
from launcher.machine import LOOPBACK
from launcher.segments import Assembly
from launcher.sms_journal import SmsJournal

RECEIPT_DELAY_SECONDS = 0.3
RECEIPT = 0x04
QUEUE_FULL = 0x14
RECEIPTS_IN_FLIGHT = 32


@dataclass(frozen=True)
class Behaviour:
    """How the centre treats its callers."""

    receipt_delay_seconds: float = RECEIPT_DELAY_SECONDS
    reject_every: int = 0
    receipts: bool = True


@dataclass(frozen=True)
class Receipt:
    """What is said about one delivered part."""

    system_id: str
    source: str
    destination: str
    message_id: str
    submitted: str


class ShortMessageCentre:
    """Accepts, notes, answers, and reports delivery."""

    def __init__(self, journal: Path, *, clock: Clock, behaviour: Behaviour) -> None:
        self._journal = SmsJournal(journal, clock=clock)
        self._clock = clock
        self._behaviour = behaviour
        self._assembly = Assembly()
        self._sessions: dict[str, smpp34.Esme] = {}
        self._waiting: list[Receipt] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = asyncio.Semaphore(RECEIPTS_IN_FLIGHT)
        self._numbers = itertools.count(1)
        self._run = format(time.time_ns() // 1_000_000, "x")

    async def serve(self, port: int) -> None:
        """Listen on loopback until cancelled."""
        server = smpp34.Server(host=LOOPBACK, port=port, system_id="MINHU-SMSC")
        await server.start()
        try:
            while True:
                self._handle(await server.next())
        finally:
            for task in self._tasks:
                task.cancel()
            self._journal.close()
            await server.stop()

    def _handle(self, event: smpp34.Esme | smpp34.SubmitSmEvent | smpp34.Unbound) -> None:
        if isinstance(event, smpp34.Esme):
            self._sessions[event.session_id] = event
            waiting, self._waiting = self._waiting, []
            for receipt in waiting:
                self._later(receipt)
        elif isinstance(event, smpp34.SubmitSmEvent):
            self._accept(event)
        else:
            self._sessions.pop(event.session_id, None)

    def _accept(self, event: smpp34.SubmitSmEvent) -> None:
        number = next(self._numbers)
        if self._behaviour.reject_every and number % self._behaviour.reject_every == 0:
            event.reject(QUEUE_FULL)
            return
        message_id = f"{self._run}-{number:06d}"
        self._note(event, message_id=message_id)
        event.accept(message_id)
        if self._behaviour.receipts and event.registered_delivery & 1:
            session = self._sessions.get(event.session_id)
            system_id = session.system_id if session else ""
            submitted = self._clock().strftime("%y%m%d%H%M")
            self._later(Receipt(system_id, event.source_addr, event.destination_addr, message_id, submitted))

    def _note(self, event: smpp34.SubmitSmEvent, *, message_id: str) -> None:
        whole = self._assembly.add(event, message_id=message_id)
        if whole is not None:
            self._journal.note(event, whole)

    def _later(self, receipt: Receipt) -> None:
        task = asyncio.create_task(self._report(receipt))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _report(self, receipt: Receipt) -> None:
        await asyncio.sleep(self._behaviour.receipt_delay_seconds)
        session = self._receiver(receipt.system_id)
        if session is None:
            self._waiting.append(receipt)
            return
        done = self._clock().strftime("%y%m%d%H%M")
        text = (
            f"id:{receipt.message_id} sub:001 dlvrd:001 submit date:{receipt.submitted} done date:{done} "
            "stat:DELIVRD err:000 text:"
        )
        try:
            async with self._in_flight:
                await session.deliver_sm(
                    receipt.source, text.encode("ascii"), source_addr=receipt.destination, esm_class=RECEIPT
                )
        except smpp34.SmppError:
            self._waiting.append(receipt)

    def _receiver(self, system_id: str) -> smpp34.Esme | None:
        sessions = (session for session in self._sessions.values() if session.can_receive)
        return next((session for session in sessions if session.system_id == system_id), None)


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    behaviour = Behaviour(options.receipt_delay, options.reject_every, not options.no_receipts)
    centre = ShortMessageCentre(options.journal, clock=clock_from(options.clock_file), behaviour=behaviour)
    serving = asyncio.create_task(centre.serve(options.port))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    await asyncio.gather(serving, return_exceptions=True)
    if not serving.cancelled():
        serving.result()


def arguments() -> argparse.ArgumentParser:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m launcher.smsc", description="本机短信中心（SMPP）")
    parser.add_argument("--port", type=int, required=True, help="监听端口（仅本机）")
    parser.add_argument("--journal", type=Path, required=True, help="收到的短信，一行一条 JSON，只追加")
    parser.add_argument("--clock-file", type=Path, help="演示与测试用的时钟偏移文件")
    parser.add_argument("--receipt-delay", type=float, default=RECEIPT_DELAY_SECONDS, help="回执延迟，秒")
    parser.add_argument("--reject-every", type=int, default=0, metavar="N", help="每第 N 条拒收（测试用）")
    parser.add_argument("--no-receipts", action="store_true", help="不发回执（测试用）")
    return parser


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
