"""The fault runner's own tools do what they say: a reset, a swallowed answer, a gateway that refuses."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from casebook.facts import Fact
from launcher.faults.proxy import Proxy
from launcher.faults.refusal import refuse_every_call
from launcher.machine import LOOPBACK
from launcher.ports import free_ports
from workers.zeebe import EngineError, engine

LIMIT_SECONDS = 10
AWAY_SECONDS = 20
FOUND_WITHIN_SECONDS = 4
FACT = Fact(name="request_received", request_id="JA-1", correlation_key="JA-1", variables={})


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    async with await asyncio.start_server(answer, LOOPBACK, 0) as server:
        yield int(server.sockets[0].getsockname()[1])


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


@pytest.mark.parametrize("status", [8, 13])
async def test_a_gateway_that_refuses_is_heard_as_an_error_and_counted(proxy: Proxy, status: int) -> None:
    await asyncio.to_thread(proxy.tell, f"refuse {status}")
    async with engine(f"{LOOPBACK}:{proxy.port}") as connected:
        with pytest.raises(EngineError):
            await connected.publish(FACT)
    assert 1 <= (await asyncio.to_thread(proxy.tell, "pass"))["refused"]


async def test_an_engine_that_was_away_is_found_again_soon_after_it_is_back() -> None:
    [port] = free_ports(1)
    found = asyncio.Event()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            async for _ in refuse_every_call(reader, writer, status=8):
                found.set()
        writer.close()

    async def publish_until(enough: Callable[[], bool]) -> None:
        while not enough():
            with pytest.raises(EngineError):
                await connected.publish(FACT)

    async with engine(f"{LOOPBACK}:{port}") as connected:
        back_at = time.monotonic() + AWAY_SECONDS
        await publish_until(lambda: time.monotonic() > back_at)
        async with await asyncio.start_server(refuse, LOOPBACK, port):
            trying = asyncio.create_task(publish_until(found.is_set))
            await asyncio.wait_for(found.wait(), FOUND_WITHIN_SECONDS)
            await trying


def test_a_server_that_is_not_there_ends_the_connection() -> None:
    listen, nobody = free_ports(2)
    closed = Proxy(listen=listen, target=nobody)
    address = (LOOPBACK, closed.port)
    with socket.create_connection(address, LIMIT_SECONDS) as connection, contextlib.suppress(ConnectionResetError):
        assert b"" == connection.recv(1)
    closed.close()
