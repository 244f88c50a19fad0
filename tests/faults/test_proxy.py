"""The fault runner's own tools do what they say: a reset, a swallowed answer, a gateway that refuses."""

import asyncio
import contextlib
import itertools
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from casebook.facts import Fact
from launcher.faults.proxy import Proxy
from launcher.machine import LOOPBACK
from launcher.ports import free_ports
from workers.zeebe import EngineError, engine

LIMIT_SECONDS = 10
TRIES = 8
TRIES_WITHIN_SECONDS = 90
GROWN_MOST = 4.5  # gRPC's own waits have grown to seven times the first one at the eighth try, ours to three times
FACT = Fact(name="request_received", request_id="JA-1", correlation_key="JA-1", variables={})


@asynccontextmanager
async def server_of(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Listen on a free port; at the end all connections have been closed."""
    serving: set[asyncio.Task[None] | None] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        with contextlib.suppress(OSError):
            await serve(reader, writer)
        await closed(writer)

    async with await asyncio.start_server(accept, LOOPBACK, 0) as server:
        yield int(server.sockets[0].getsockname()[1])
    await asyncio.wait_for(asyncio.gather(*(task for task in serving if task)), LIMIT_SECONDS)


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)

    async with server_of(answer) as port:
        yield port


@pytest.fixture
def proxy(echo: int) -> Iterator[Proxy]:
    [port] = free_ports(1)
    opened = Proxy(listen=port, target=echo)
    yield opened
    opened.close()


def until_swallowed(proxy: Proxy) -> None:
    limit = time.monotonic() + LIMIT_SECONDS
    while not proxy.tell("swallow").get("swallowed"):
        assert time.monotonic() < limit, "nothing was swallowed"


async def test_what_is_said_comes_back_until_it_is_swallowed_or_cut(proxy: Proxy) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
    writer.write(b"one")
    assert b"one" == await asyncio.wait_for(reader.read(100), LIMIT_SECONDS)
    proxy.tell("swallow")
    writer.write(b"two")
    await asyncio.to_thread(until_swallowed, proxy)
    assert 1 == proxy.tell("reset")["reset"]
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.read(100), LIMIT_SECONDS)
    await closed(writer)


@pytest.mark.parametrize("status", [8, 13])
async def test_a_gateway_that_refuses_is_heard_as_an_error_and_counted(proxy: Proxy, status: int) -> None:
    await asyncio.to_thread(proxy.tell, f"refuse {status}")
    async with engine(f"{LOOPBACK}:{proxy.port}") as connected:
        with pytest.raises(EngineError):
            await connected.publish(FACT)
    assert 1 <= (await asyncio.to_thread(proxy.tell, "pass"))["refused"]


async def test_an_engine_that_is_away_is_tried_again_without_ever_longer_waits() -> None:
    tried_at: list[float] = []
    enough = asyncio.Event()

    async def hang_up(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        tried_at.append(time.monotonic())
        if len(tried_at) == TRIES:
            enough.set()

    async with server_of(hang_up) as port, engine(f"{LOOPBACK}:{port}") as connected:
        async with asyncio.timeout(TRIES_WITHIN_SECONDS):
            while not enough.is_set():
                with pytest.raises(EngineError):
                    await connected.publish(FACT)
    waits = [later - earlier for earlier, later in itertools.pairwise(tried_at)]
    assert min(waits[-2:]) < GROWN_MOST * waits[0]


def test_a_server_that_is_not_there_ends_the_connection() -> None:
    listen, nobody = free_ports(2)
    closed = Proxy(listen=listen, target=nobody)
    address = (LOOPBACK, closed.port)
    with socket.create_connection(address, LIMIT_SECONDS) as connection, contextlib.suppress(ConnectionResetError):
        assert b"" == connection.recv(1)
    closed.close()
