"""Runs a loop in one process at a time, woken by PostgreSQL's NOTIFY."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

LONGEST_NAP_SECONDS = 1.0
RECONNECT_SECONDS = 1.0
log = structlog.get_logger()


async def run_alone(
    database_url: str, channel: str, *, begin: Callable[[], Awaitable[None]], step: Callable[[], Awaitable[int]]
) -> None:
    """Repeat `step` while it finds work, nap until `channel` is notified when it finds none.

    Only the holder of the session lock named like the channel runs; others wait for it. The lock
    goes with the connection, so a process that dies frees it at once. `begin` runs whenever the
    lock is gained. A lost database is waited for without end.
    """
    dsn = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as lock:
                await lock.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [channel])
                await lock.execute(f"listen {channel}".encode())
                await begin()
                while True:
                    if await step() == 0:
                        await _nap(lock)
        except (psycopg.OperationalError, SQLAlchemyError) as error:
            log.warning("casebook_lost", channel=channel, error=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)


async def _nap(lock: psycopg.AsyncConnection) -> None:
    async for _ in lock.notifies(timeout=LONGEST_NAP_SECONDS, stop_after=1):
        return
    await lock.execute("select 1")
