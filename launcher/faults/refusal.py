"""A gRPC gateway that refuses every call: just enough of HTTP/2 (RFC 9113) to answer with a status."""

import asyncio
import struct
from collections.abc import AsyncIterator

PREFACE = len(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
HEADER_BYTES = 9
DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE = 0, 1, 4, 6, 8
ACK, END_STREAM, END_HEADERS = 0x1, 0x1, 0x4
STATUS_200 = b"\x88"  # the static table's entry 8


async def refuse_every_call(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, status: int
) -> AsyncIterator[int]:
    """Answer each call of a connection with a gRPC status and nothing else; yield the stream of each."""
    await reader.readexactly(PREFACE)
    writer.write(_frame(SETTINGS))
    answer = STATUS_200 + _header("content-type", "application/grpc") + _header("grpc-status", str(status))
    while True:
        length, kind, flags, stream = _parts(await reader.readexactly(HEADER_BYTES))
        content = await reader.readexactly(length)
        if kind == SETTINGS and not flags & ACK:
            writer.write(_frame(SETTINGS, flags=ACK))
        elif kind == PING and not flags & ACK:
            writer.write(_frame(PING, flags=ACK, content=content))
        elif kind == DATA and length:
            writer.write(_frame(WINDOW_UPDATE, content=struct.pack(">I", length)))
        elif kind == HEADERS:
            writer.write(_frame(HEADERS, flags=END_STREAM | END_HEADERS, stream=stream, content=answer))
            yield stream
        await writer.drain()


def _frame(kind: int, *, flags: int = 0, stream: int = 0, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content))[1:] + struct.pack(">BBI", kind, flags, stream) + content


def _parts(header: bytes) -> tuple[int, int, int, int]:
    kind, flags, stream = struct.unpack(">BBI", header[3:])
    return int.from_bytes(header[:3]), kind, flags, stream & 0x7FFFFFFF


def _header(name: str, value: str) -> bytes:
    """Return a header field as HPACK's literal without indexing; both texts are shorter than 127 bytes."""
    return b"\x00" + bytes([len(name)]) + name.encode("ascii") + bytes([len(value)]) + value.encode("ascii")
