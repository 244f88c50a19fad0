"""An SMSC that talks nonsense is left and called again; nothing it says stops the sender or makes up an answer."""

import asyncio
import gc
import struct
from random import Random

import pytest

from launcher.machine import LOOPBACK
from tests.gateways.babbler import Babbler, Protocol
from tests.gateways.smpp_wire import ANSWER, BIND, DELIVER, SUBMIT, deliver, pdu
from workers.smpp import SmppGateway

SUBMIT_RESP = SUBMIT | ANSWER
FUZZED = 24


def fuzzed(seed: int) -> bytes:
    """Return a PDU with a header that holds and a body that does not, or with some bytes changed."""
    dice = Random(seed)  # noqa: S311 - a simulation
    good = pdu(dice.choice((SUBMIT_RESP, DELIVER, BIND, 0x00000015, 0x80000000)), dice.randbytes(dice.randrange(60)))
    bytes_ = bytearray(good)
    for _ in range(dice.randrange(4)):
        bytes_[dice.randrange(len(bytes_))] = dice.randrange(256)
    return bytes(bytes_)


NONSENSE = {
    "bytes": b"\xff" * 64,
    "zeros": bytes(64),
    "a web server": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "a length of less than a header": b"\0\0\0\x0c",
    "a huge length": struct.pack(">IIII", 0x7FFFFFFF, DELIVER, 0, 1),
    "a length of 4 GiB": struct.pack(">IIII", 0xFFFFFFFF, SUBMIT_RESP, 0, 1) + bytes(100),
    "a length that is too short for what follows": struct.pack(">IIII", 20, DELIVER, 0, 1) + bytes(100),
    "a unit that is cut off": deliver(b"id:1 stat:DELIVRD")[:-5],
    "half a character": deliver(b"\xd8\x00\x4e", coding=8),
    "an unknown status": pdu(SUBMIT_RESP, b"id\0", status=0xDEAD, sequence=2),
    "an unknown alphabet": deliver(bytes(range(200)), coding=0xF7),
    "an unknown command": pdu(0x00000077),
    "a receipt without an end": pdu(DELIVER, b"\0\1\1abc"),
    "a response nobody waits for": pdu(SUBMIT_RESP, b"id\0", sequence=4711),
    **{f"fuzzed {seed}": b"".join(fuzzed(seed * 10 + part) for part in range(5)) for seed in range(FUZZED)},
}


async def welcome(reader: asyncio.StreamReader) -> bytes:
    header = await reader.readexactly(16)
    return pdu(BIND | ANSWER, b"nonsense\0", sequence=struct.unpack(">IIII", header)[3])


def way(port: int) -> SmppGateway:
    return SmppGateway(address=f"{LOOPBACK}:{port}", credentials=("minhu", "loopback"), source="10690012345")


SMPP = Protocol(welcome=welcome, way=way)


@pytest.mark.parametrize("bound", [False, True], ids=["instead of a bind", "after a bind"])
async def test_an_smsc_that_talks_nonsense_is_called_again(*, bound: bool) -> None:
    babblers = {name: Babbler(says, SMPP, let_in=bound) for name, says in NONSENSE.items()}
    found = await asyncio.gather(*(babbler.try_out() for babbler in babblers.values()))
    gc.collect()
    assert {} == {name: wrong for name, wrong in zip(babblers, found, strict=True) if wrong}
    assert [] == [receipt for babbler in babblers.values() for receipt in babbler.receipts if receipt.reference]
