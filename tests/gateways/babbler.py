"""A carrier that talks nonsense to whoever calls, whatever the protocol, and what a gateway does wrong with it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from launcher.machine import LOOPBACK
from tests.gateways.outbox import SHORT, until
from workers.sms_gateway import GatewayReceipt, Refused, SmsGateway, SmsText, Unknown

Welcome = Callable[[asyncio.StreamReader], Awaitable[bytes]]


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """`welcome` reads a log-in and returns its honest answer; `way` is the gateway under test for a port."""

    welcome: Welcome
    way: Callable[[int], SmsGateway]


class Babbler:
    """A server that says one thing to whoever calls, after an honest log-in or in place of it."""

    def __init__(self, says: bytes, protocol: Protocol, *, let_in: bool) -> None:
        self._says, self._protocol, self._let_in = says, protocol, let_in
        self.calls = 0
        self.receipts: list[GatewayReceipt] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        with contextlib.suppress(OSError, EOFError):
            welcome = await self._protocol.welcome(reader)
            if self._let_in:
                writer.write(welcome)
            writer.write(self._says)
            await writer.drain()
        writer.close()

    async def keep(self, receipt: GatewayReceipt) -> None:
        self.receipts.append(receipt)

    async def try_out(self) -> str:
        """Return what a gateway does wrong with it; empty when nothing."""
        server = await asyncio.start_server(self.answer, LOOPBACK, 0)
        way = self._protocol.way(server.sockets[0].getsockname()[1])
        running = asyncio.create_task(way.run(self.keep))

        async def called_again() -> bool:
            return self.calls >= 2 or running.done()

        try:
            with contextlib.suppress(TimeoutError):
                await until(called_again)
            if running.done():
                return f"ends with {running.exception()!r}"
            answer = await way.send(SmsText(phone="99900000001", text=SHORT, reference="1/1"))
        finally:
            running.cancel()
            await asyncio.wait([running])
            server.close()
            await server.wait_closed()
        if self.calls < 2:
            return "is not called again"
        return "" if isinstance(answer, Refused | Unknown) else f"answers {answer}"
