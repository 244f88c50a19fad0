"""An SMSC of bytes on loopback: it binds whoever calls, and does with each submit what a test says."""

import asyncio
import contextlib
import secrets
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from launcher.machine import LOOPBACK
from workers.smpp import SmppGateway

BIND, SUBMIT, DELIVER, TEST = 0x00000009, 0x00000004, 0x00000005, 0x00000015
NACK, ANSWER = 0x80000000, 0x80000000


def pdu(command: int, body: bytes = b"", *, status: int = 0, sequence: int = 1) -> bytes:
    """Return a PDU of SMPP 3.4 (4.1: length, command, status, sequence number)."""
    return struct.pack(">IIII", 16 + len(body), command, status, sequence) + body


def deliver(text: bytes, *, esm_class: int = 4, coding: int = 0, beside: bytes = b"", sequence: int = 1) -> bytes:
    """Return a deliver_sm, a receipt unless told otherwise."""
    head = b"\0\1\x0199900000001\0\1\x0110690012345\0" + bytes([esm_class, 0, 0]) + b"\0\0"
    return pdu(DELIVER, head + bytes([0, 0, coding, 0, len(text)]) + text + beside, sequence=sequence)


def receipt(message_id: str, *, status: str = "DELIVRD", sequence: int = 1) -> bytes:
    """Return a receipt as most carriers write it."""
    dates = "submit date:2611231200 done date:2611231201"
    text = f"id:{message_id} sub:001 dlvrd:001 {dates} stat:{status} err:000 text:"
    return deliver(text.encode(), sequence=sequence)


@dataclass
class Call:
    """One connection, with the submits that came over it by their sequence numbers, in order."""

    writer: asyncio.StreamWriter
    submits: list[int] = field(default_factory=list)
    name: str = field(default_factory=lambda: secrets.token_hex(4))  # what no other connection is called
    kept: list[int] = field(default_factory=list)  # sequence numbers of our delivers that were acknowledged

    def say(self, *units: bytes) -> None:
        if not self.writer.is_closing():
            self.writer.write(b"".join(units))

    def take(self, sequence: int, message_id: str, *, beside: bytes = b"") -> None:
        """Answer that a submit was taken."""
        self.say(pdu(SUBMIT | ANSWER, message_id.encode() + b"\0" + beside, sequence=sequence))


@dataclass
class Centre:
    """The SMSC; `calls` are the connections so far."""

    on_submit: Callable[[Call, int], None]
    calls: list[Call] = field(default_factory=list)
    port: int = 0

    @property
    def submits(self) -> int:
        """How many parts came over all connections."""
        return sum(len(call.submits) for call in self.calls)

    def gateway(self, *, answer_seconds: float = 5.0) -> SmppGateway:
        return SmppGateway(
            address=f"{LOOPBACK}:{self.port}",
            credentials=("minhu", "loopback"),
            source="10690012345",
            answer_seconds=answer_seconds,
        )

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Centre"]:
        server = await asyncio.start_server(self._converse, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for call in self.calls:
                call.writer.close()
            await server.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = Call(writer)
        self.calls.append(call)
        with contextlib.suppress(OSError, EOFError):
            while True:
                length, command, _, sequence = struct.unpack(">IIII", await reader.readexactly(16))
                await reader.readexactly(length - 16)
                if command in (BIND, TEST):
                    call.say(pdu(command | ANSWER, b"wire\0" if command == BIND else b"", sequence=sequence))
                elif command == DELIVER | ANSWER:
                    call.kept.append(sequence)
                elif command == SUBMIT:
                    call.submits.append(sequence)
                    self.on_submit(call, sequence)
        writer.close()
