"""Frames, fields and proofs of identity of CMPP 2.0 and 3.0; the units themselves are in `cmpp_units.py`.

Facts from China Mobile's interface specification (中国移动通信互联网短信网关接口协议 2.0, 3.0), as two independent open
implementations have them: github.com/bigwhite/gocmpp (whose byte vectors the tests compare with) and sms-core of
github.com/Lihuanghe/SMSGate. Version 3.0 widens telephones to 32 bytes with a type, results to four bytes, and the
reserved 8 bytes at the end to a LinkID of 20.
"""

import hashlib
import struct
from dataclasses import dataclass

V20, V30 = 0x20, 0x30
CONNECT, TERMINATE, SUBMIT, DELIVER, ACTIVE_TEST = 1, 2, 4, 5, 8
ANSWER = 0x8000_0000
HEADER_BYTES = 12
MOST_BYTES = 4096  # the longest unit is a submit of 3.0 to 99 telephones: 3491
UCS2 = 8


class BadFrame(Exception):
    """Bytes that are no CMPP unit; the stream cannot be trusted from there on."""


@dataclass(frozen=True)
class Frame:
    """One unit on the wire: what it is, which question it belongs to, its body."""

    command: int
    sequence: int
    body: bytes = b""

    def encode(self) -> bytes:
        """Return header and body."""
        return struct.pack(">III", HEADER_BYTES + len(self.body), self.command, self.sequence) + self.body


def body_length(header: bytes) -> int:
    """Return how many bytes follow a header; BadFrame for a length that no unit has."""
    (length,) = struct.unpack_from(">I", header)
    if not HEADER_BYTES <= length <= MOST_BYTES:
        raise BadFrame("length")
    return int(length) - HEADER_BYTES


def frame(header: bytes, body: bytes) -> Frame:
    """Return the unit of a header and the body that followed it."""
    _, command, sequence = struct.unpack(">III", header)
    return Frame(command, sequence, body)


class Fields:
    """Takes fields from the front of a body; BadFrame when it ends too soon. What follows the last one is ignored."""

    def __init__(self, body: bytes) -> None:
        self._rest = body

    def octets(self, size: int) -> bytes:
        """Take so many bytes."""
        if len(self._rest) < size:
            raise BadFrame("truncated")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def number(self, size: int) -> int:
        """Take an unsigned integer of so many bytes."""
        return int.from_bytes(self.octets(size))

    def text(self, size: int) -> str:
        """Take a text that ends at its first NUL."""
        return self.octets(size).split(b"\0", maxsplit=1)[0].decode("latin-1")


def fixed(text: str, size: int) -> bytes:
    """Return a text in its field; ValueError when it does not fit or is not ASCII."""
    encoded = text.encode("ascii")
    if len(encoded) > size:
        raise ValueError(f"{len(encoded)} bytes for a field of {size}")
    return encoded.ljust(size, b"\0")


def authenticator_source(account: str, secret: str, *, timestamp: int) -> bytes:
    """Return the MD5 with which an account proves that it knows the secret at `timestamp` (MMDDHHMMSS)."""
    told = fixed(account, 6).rstrip(b"\0") + bytes(9) + secret.encode() + f"{timestamp:010d}".encode()
    return hashlib.md5(told, usedforsecurity=False).digest()


def authenticator_ismg(status: bytes, source: bytes, *, secret: str) -> bytes:
    """Return the MD5 with which the gateway proves the same; `status` as it stands in its answer."""
    return hashlib.md5(status + source + secret.encode(), usedforsecurity=False).digest()
