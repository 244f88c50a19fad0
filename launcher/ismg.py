"""A CMPP gateway on loopback, in China Mobile's place: `python -m launcher.ismg --port N --journal FILE`.

It takes 2.0 and 3.0, as the log-in says, from the account it knows; the account's proof is verified. A text is in the
journal, on disk, before its last part is answered. Each part is reported on; what nobody acknowledged is reported again
at the next log-in. For tests it can be told to misbehave.
"""

import argparse
import asyncio
import contextlib
import hmac
import itertools
import secrets
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from casebook.clock import Clock, clock_from
from casebook.settings import Settings
from launcher.machine import LOOPBACK
from launcher.segments import UDH_INDICATOR, Assembly, Part
from launcher.sms_journal import SmsJournal
from workers.cmpp_frame import (
    ACTIVE_TEST,
    ANSWER,
    CONNECT,
    DELIVER,
    HEADER_BYTES,
    SUBMIT,
    TERMINATE,
    V30,
    BadFrame,
    Frame,
    authenticator_ismg,
    authenticator_source,
    body_length,
    frame,
)
from workers.cmpp_session import CHINA
from workers.cmpp_units import Answered, Connect, ConnectAnswer, Deliver, Report, Submit

RECEIPT_DELAY_SECONDS = 0.3
MALFORMED, WRONG_ACCOUNT, WRONG_PROOF, WRONG_TELEPHONE = 1, 2, 3, 13


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How the gateway treats its callers; of `every`, each n-th part."""

    receipt_delay_seconds: float = RECEIPT_DELAY_SECONDS
    answer_delay_seconds: float = 0.0
    report_first: bool = False
    status: str = "DELIVRD"
    reject_every: int = 0
    result: int = 8
    drop_every: int = 0
    proof: Literal["as sent", "four bytes", "none", "forged"] = "as sent"


class Ismg:
    """Accepts log-ins, notes texts, answers, and reports delivery."""

    def __init__(
        self, journal: SmsJournal, *, account: tuple[str, str], clock: Clock, behaviour: Behaviour | None = None
    ) -> None:
        """Know one account with its secret."""
        self.journal, self.account, self.clock = journal, account, clock
        self.behaviour = behaviour or Behaviour()
        self.assembly = Assembly()
        self.owed: dict[int, Report] = {}
        self.callers: set[Caller] = set()
        self.asked = 0
        self._code = secrets.randbits(22)  # a gateway's own, so that no other gives the same ids

    def message_id(self, number: int) -> int:
        """Return an id as the specification makes it: month, day, hour, minute, second, gateway, number."""
        at = self.clock().astimezone(CHINA)
        instant = at.month << 22 | at.day << 17 | at.hour << 12 | at.minute << 6 | at.second
        return instant << 38 | self._code << 16 | number & 0xFFFF

    async def listen(self, port: int) -> asyncio.Server:
        """Open the port on loopback."""
        return await asyncio.start_server(self._converse, LOOPBACK, port)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caller = Caller(self, reader=reader, writer=writer)
        with contextlib.suppress(OSError, EOFError, BadFrame):
            await caller.converse()
        self.callers.discard(caller)
        writer.close()


class Caller:
    """One connection."""

    def __init__(self, ismg: Ismg, *, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Begin with somebody who has not logged in."""
        self._ismg, self._reader, self._writer = ismg, reader, writer
        self._wide = False
        self._numbers = itertools.count(1)
        self._reported: dict[int, int] = {}

    async def converse(self) -> None:
        """Let the caller log in, then answer until it goes."""
        if not self._log_in(await self._read()):
            return
        self._ismg.callers.add(self)
        for message_id in list(self._ismg.owed):
            self.report(message_id)
        while True:
            self._answer(await self._read())

    def report(self, message_id: int) -> None:
        """Report on a part, unless that was acknowledged before."""
        report = self._ismg.owed.get(message_id)
        if report is None:
            return
        sequence = next(self._numbers)
        self._reported[sequence] = message_id
        content = report.encode(wide=self._wide)
        deliver = Deliver(msg_id=message_id, destination="", source=report.destination, is_report=True, content=content)
        self._write(Frame(DELIVER, sequence, deliver.encode(wide=self._wide)))

    def hang_up(self) -> None:
        """End the connection."""
        self._writer.close()

    async def _read(self) -> Frame:
        header = await self._reader.readexactly(HEADER_BYTES)
        return frame(header, await self._reader.readexactly(body_length(header)))

    def _write(self, unit: Frame) -> None:
        if not self._writer.is_closing():
            self._writer.write(unit.encode())

    def _log_in(self, heard: Frame) -> bool:
        if heard.command != CONNECT:
            raise BadFrame("log-in")
        unit = Connect.decode(heard.body)
        self._wide = unit.version >= V30
        account, secret = self._ismg.account
        expected = authenticator_source(account, secret, timestamp=unit.timestamp)
        status = 0 if hmac.compare_digest(expected, unit.authenticator) else WRONG_PROOF
        status = status if unit.account == account else WRONG_ACCOUNT
        proof = self._proof(status, unit.authenticator, secret=secret)
        answer = ConnectAnswer(status=status, authenticator=proof, version=unit.version)
        self._write(Frame(CONNECT | ANSWER, heard.sequence, answer.encode(wide=self._wide)))
        return status == 0

    def _proof(self, status: int, source: bytes, *, secret: str) -> bytes:
        """Prove ourselves, in one of the ways in which gateways do."""
        way = self._ismg.behaviour.proof
        if way in {"none", "forged"}:
            return bytes(16) if way == "none" else bytes(range(16))
        size = 4 if self._wide or way == "four bytes" else 1
        return authenticator_ismg(status.to_bytes(size), source, secret=secret)

    def _answer(self, heard: Frame) -> None:
        if heard.command == SUBMIT:
            self._take(heard)
        elif heard.command == ACTIVE_TEST:
            self._write(Frame(ACTIVE_TEST | ANSWER, heard.sequence, bytes(1)))
        elif heard.command == DELIVER | ANSWER:
            message_id = self._reported.pop(heard.sequence, None)
            if message_id is not None and Answered.decode(heard.body, wide=self._wide).result == 0:
                self._ismg.owed.pop(message_id, None)
        elif heard.command == TERMINATE:
            self._write(Frame(TERMINATE | ANSWER, heard.sequence))
            raise EOFError

    def _take(self, heard: Frame) -> None:
        self._ismg.asked += 1
        behaviour, number = self._ismg.behaviour, self._ismg.asked
        message_id, result = self._ismg.message_id(number), behaviour.result
        if not _nth(behaviour.reject_every, number):
            result = self._note(heard, message_id)
        if _nth(behaviour.drop_every, number):
            raise EOFError
        if behaviour.report_first:
            self.report(message_id)
        later, answer = asyncio.get_running_loop().call_later, Answered(message_id, result).encode(wide=self._wide)
        later(behaviour.answer_delay_seconds, self._write, Frame(SUBMIT | ANSWER, heard.sequence, answer))
        later(behaviour.answer_delay_seconds + behaviour.receipt_delay_seconds, self.report, message_id)

    def _note(self, heard: Frame, message_id: int) -> int:
        """Write a part down, whole texts in the journal; return the result to answer with."""
        try:
            submit = Submit.decode(heard.body, wide=self._wide)
            if len(submit.destinations) != 1 or not submit.destinations[0].isdigit():
                return WRONG_TELEPHONE
            udh = UDH_INDICATOR if submit.has_header else 0
            part = Part(submit.source, submit.destinations[0], submit.content, udh, submit.data_coding)
            whole = self._ismg.assembly.add(part, message_id=f"{message_id:016x}")
        except (BadFrame, IndexError):
            return MALFORMED
        if whole is not None:
            self._ismg.journal.note(part, whole)
        if submit.report_wanted == 1:
            self._owe(submit, message_id)
        return 0

    def _owe(self, submit: Submit, message_id: int) -> None:
        at = f"{self._ismg.clock().astimezone(CHINA):%y%m%d%H%M}"
        self._ismg.owed[message_id] = Report(
            msg_id=message_id,
            status=self._ismg.behaviour.status,
            submitted=at,
            done=at,
            destination=submit.destinations[0],
            sequence=0,
        )


def _nth(every: int, number: int) -> bool:
    return bool(every) and number % every == 0


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    clock, secret = clock_from(options.clock_file), Settings.from_environment().cmpp_secret.get_secret_value()
    behaviour = Behaviour(receipt_delay_seconds=options.receipt_delay, reject_every=options.reject_every)
    journal = SmsJournal(options.journal, clock=clock)
    ismg = Ismg(journal, account=(options.account, secret), clock=clock, behaviour=behaviour)
    server = await ismg.listen(options.port)
    serving = asyncio.create_task(server.serve_forever())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    await asyncio.gather(serving, return_exceptions=True)
    journal.close()
    if not serving.cancelled():
        serving.result()


def arguments() -> argparse.ArgumentParser:
    """Return the options of the command line; the secret is MINHU_CMPP_SECRET."""
    parser = argparse.ArgumentParser(prog="python -m launcher.ismg", description="本机短信网关（CMPP 2.0/3.0）")
    parser.add_argument("--port", type=int, required=True, help="监听端口（仅本机）")
    parser.add_argument("--journal", type=Path, required=True, help="收到的短信，一行一条 JSON，只追加")
    parser.add_argument("--account", required=True, help="企业代码（SP_Id）；口令取环境变量 MINHU_CMPP_SECRET")
    parser.add_argument("--clock-file", type=Path, help="演示与测试用的时钟偏移文件")
    parser.add_argument("--receipt-delay", type=float, default=RECEIPT_DELAY_SECONDS, help="回执延迟，秒")
    parser.add_argument("--reject-every", type=int, default=0, metavar="N", help="每第 N 条拒收（测试用）")
    return parser


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
