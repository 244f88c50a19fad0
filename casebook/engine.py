"""The connection to PostgreSQL: one pool a process, plain transactions, no sessions."""

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

__all__ = ["AsyncConnection", "AsyncEngine", "open_casebook"]

POOL_SIZE = 16
POOL_WAIT_SECONDS = 30
CONNECT_SECONDS = 5


def open_casebook(database_url: str) -> AsyncEngine:
    """Return the pool of connections to a casebook, e.g. `postgresql+psycopg://…`.

    A connection that died with the server is noticed before it is handed out.
    """
    return create_async_engine(
        database_url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )
