"""The connection to PostgreSQL: one pool a process, plain transactions, no sessions."""

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from casebook.settings import Settings

__all__ = ["AsyncConnection", "AsyncEngine", "open_casebook"]

POOL_SIZE = 16
POOL_WAIT_SECONDS = 30
CONNECT_SECONDS = 5


def open_casebook(settings: Settings) -> AsyncEngine:
    """Return the pool of connections to the casebook named by `DATABASE_URL`.

    A connection that died with the server is noticed before it is handed out.
    """
    return create_async_engine(
        settings.database_url.get_secret_value(),
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )
