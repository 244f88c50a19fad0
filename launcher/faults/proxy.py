"""A TCP proxy that can be told to misbehave: `python -m launcher.faults.proxy --listen N --target M`.

It is steered by lines on standard input, each answered by one line of JSON with what happened so far:
`pass` · `reset` (all connections are cut) · `swallow` (what the server answers is dropped) · `refuse 8` (the place of
the server is taken by a gRPC gateway that answers every call with this status).
"""

import argparse
import asyncio
import contextlib
import json
import socket
import struct
import subprocess
import sys
import threading
from collections import Counter

from launcher.faults.refusal import refuse_every_call
from launcher.machine import LOOPBACK, ROOT

CHUNK = 65_536
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Gate:
    """Stands between callers and one server."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._mode = "pass"
        self._status = 0
        self._open: set[asyncio.StreamWriter] = set()
        self.counts: Counter[str] = Counter()

    async def serve(self, listen: int) -> None:
        """Listen until standard input ends."""
        server = await asyncio.start_server(self._accept, LOOPBACK, listen)
        async with server:
            while line := await asyncio.to_thread(sys.stdin.readline):
                self._obey(line.split())
                print(json.dumps(self.counts), flush=True)

    def _obey(self, words: list[str]) -> None:
        mode, *status = words
        if mode in ("reset", "refuse") or self._mode == "refuse":
            self._cut()
        self._mode = "pass" if mode == "reset" else mode
        self._status = int(status[0]) if status else 0

    def _cut(self) -> None:
        for writer in self._open:
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            writer.transport.abort()
            self.counts["reset"] += 1
        self._open.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                if self._mode == "refuse":
                    async for _ in refuse_every_call(reader, writer, status=self._status):
                        self.counts["refused"] += 1
                else:
                    await self._join(reader, writer)
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(LOOPBACK, self._target)
        there = asyncio.create_task(self._carry(reader, to_server, swallow=False))
        back = asyncio.create_task(self._carry(from_server, writer, swallow=True))
        try:
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        finally:
            there.cancel()
            back.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            to_server.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, swallow: bool) -> None:
        while data := await source.read(CHUNK):
            if swallow and self._mode == "swallow":
                self.counts["swallowed"] += 1
                continue
            sink.write(data)
            await sink.drain()


class Proxy:
    """The hand on a proxy process."""

    def __init__(self, *, listen: int, target: int) -> None:
        command = (sys.executable, "-m", "launcher.faults.proxy", "--listen", str(listen), "--target", str(target))
        self.port = listen
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
        )
        self.tell("pass")

    def tell(self, command: str) -> dict[str, int]:
        """Give a command; return the counts of what happened so far once it is obeyed."""
        with self._turn:
            if self._process.stdin is None or self._process.stdout is None:
                return {}
            self._process.stdin.write(f"{command}\n")
            self._process.stdin.flush()
            return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=10)


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m launcher.faults.proxy", description="会出错的代理（故障试验）")
    parser.add_argument("--listen", type=int, required=True, help="监听端口（仅本机）")
    parser.add_argument("--target", type=int, required=True, help="被代理的端口（仅本机）")
    options = parser.parse_args()
    asyncio.run(Gate(options.target).serve(options.listen))


if __name__ == "__main__":
    main()
