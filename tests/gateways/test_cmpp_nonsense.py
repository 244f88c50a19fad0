"""A CMPP gateway that talks nonsense is left and called again; nothing it says stops the sender or makes up answers."""

import asyncio
import gc
import struct
from random import Random

import pytest

from tests.gateways.babbler import Babbler, Protocol
from tests.gateways.test_cmpp import gateway
from workers.cmpp_frame import ACTIVE_TEST, ANSWER, CONNECT, DELIVER, HEADER_BYTES, MOST_BYTES, SUBMIT, Frame
from workers.cmpp_units import ConnectAnswer, Deliver

SUBMIT_ANSWER = SUBMIT | ANSWER
COMMANDS = (SUBMIT_ANSWER, DELIVER, CONNECT, ACTIVE_TEST, ANSWER, 2, 0x77)
FUZZED = 24


def fuzzed(seed: int) -> bytes:
    """Return a unit with a header that holds and a body that does not, or with some bytes changed."""
    dice = Random(seed)  # noqa: S311 - a simulation
    octets = bytearray(Frame(dice.choice(COMMANDS), 1, dice.randbytes(dice.randrange(200))).encode())
    for _ in range(dice.randrange(4)):
        octets[dice.randrange(len(octets))] = dice.randrange(256)
    return bytes(octets)


def text_of(content: bytes) -> bytes:
    """Return what somebody wrote back."""
    unit = Deliver(msg_id=1, destination="1069", source="99900000001", is_report=False, content=content, data_coding=8)
    return Frame(DELIVER, 1, unit.encode(wide=False)).encode()


def report_of(content: bytes) -> bytes:
    unit = Deliver(msg_id=1, destination="1069", source="99900000001", is_report=True, content=content)
    return Frame(DELIVER, 1, unit.encode(wide=False)).encode()


NONSENSE = {
    "bytes": b"\xff" * 64,
    "zeros": bytes(64),
    "a web server": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "a length of less than a header": b"\0\0\0\x0b" + bytes(20),
    "a length of 4 GiB": struct.pack(">III", 0xFFFFFFFF, DELIVER, 1) + bytes(100),
    "a length one too long": struct.pack(">III", MOST_BYTES + 1, DELIVER, 1),
    "a length that is too short for what follows": struct.pack(">III", HEADER_BYTES + 4, DELIVER, 1) + bytes(100),
    "a unit that is cut off": text_of("市民".encode("utf-16-be"))[:-9],
    "an unknown command": Frame(0x77, 1, b"body").encode(),
    "half a character": text_of(b"\xd8\x00\x4e"),
    "a report without an end": report_of(b"\0" * 9),
    "a report of nobody in bytes": report_of(b"\xff" * 60),
    "an answer nobody waits for": Frame(SUBMIT_ANSWER, 4711, bytes(9)).encode(),
    "an answer without a result": Frame(SUBMIT_ANSWER, 2, bytes(8)).encode(),
    "a result that is not in the specification": Frame(SUBMIT_ANSWER, 2, bytes(8) + b"\xfe").encode(),
    **{f"fuzzed {seed}": b"".join(fuzzed(seed * 10 + part) for part in range(5)) for seed in range(FUZZED)},
}


async def welcome(reader: asyncio.StreamReader) -> bytes:
    _, _, sequence = struct.unpack(">III", await reader.readexactly(HEADER_BYTES))
    unit = ConnectAnswer(status=0, authenticator=bytes(16), version=0x20)
    return Frame(CONNECT | ANSWER, sequence, unit.encode(wide=False)).encode()


CMPP = Protocol(welcome=welcome, way=gateway)


@pytest.mark.parametrize("let_in", [False, True], ids=["instead of a log-in", "after a log-in"])
async def test_a_gateway_that_talks_nonsense_is_called_again(*, let_in: bool) -> None:
    babblers = {name: Babbler(says, CMPP, let_in=let_in) for name, says in NONSENSE.items()}
    found = await asyncio.gather(*(babbler.try_out() for babbler in babblers.values()))
    gc.collect()
    assert {} == {name: wrong for name, wrong in zip(babblers, found, strict=True) if wrong}
    assert [] == [receipt for babbler in babblers.values() for receipt in babbler.receipts if receipt.reference]
