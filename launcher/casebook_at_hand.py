"""The casebook for one command: opened, and when it cannot be reached a sentence instead of a stack trace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import OperationalError

from casebook.engine import AsyncEngine, open_casebook
from launcher.errors import LauncherError
from launcher.stack import Machine


@asynccontextmanager
async def casebook_at_hand(machine: Machine) -> AsyncIterator[AsyncEngine]:
    """Open the casebook of a running machine for the block."""
    if machine.settings.database_url is None and machine.processes.running("postgres") is None:
        raise LauncherError("数据库没有运行，什么都没有改。请先执行 ./minhu up --detach，再重试。")
    casebook = open_casebook(machine.database_url, key=machine.personal_key)
    try:
        yield casebook
    except (OperationalError, OSError) as error:
        raise LauncherError("连不上卷宗数据库，什么都没有改。请先运行 ./minhu up，或检查 DATABASE_URL。") from error
    finally:
        await casebook.dispose()
