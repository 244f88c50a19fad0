"""The connection to PostgreSQL: one pool a process, plain transactions, no sessions."""

from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from casebook.sealing import Sealer

__all__ = ["AsyncConnection", "AsyncEngine", "hand_key", "open_casebook"]

POOL_SIZE = 16
POOL_WAIT_SECONDS = 30
CONNECT_SECONDS = 5


def open_casebook(database_url: str, *, key: SecretStr | None = None) -> AsyncEngine:
    """Return the pool of connections to a casebook, e.g. `postgresql+psycopg://…`.

    A connection that died with the server is noticed before it is handed out. Without a key everything can be read
    but what is sealed.
    """
    casebook = create_async_engine(
        database_url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )
    if key is not None:
        hand_key(casebook.sync_engine, key)
    return casebook


def hand_key(engine: Engine, key: SecretStr) -> None:
    """Let an engine read and write sealed columns; each engine has a dialect of its own."""
    engine.dialect.sealer = Sealer(key)  # type: ignore[attr-defined]  # read by casebook.schema.sealed
