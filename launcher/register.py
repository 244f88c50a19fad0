"""The casebook made ready: its schema is brought up to date, and the directory of units is imported from config/."""

import asyncio
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import OperationalError

from casebook.directory import import_directory
from casebook.dispatching import import_reasons
from casebook.district import load_district
from casebook.engine import open_casebook
from casebook.migrate import upgrade
from launcher.errors import LauncherError


def prepare_casebook(database_url: str, *, config: Path, now: datetime) -> None:
    """Migrate, then import units, people and places. Safe to run at every start."""
    district = load_district(config)

    async def load() -> None:
        casebook = open_casebook(database_url)
        try:
            async with casebook.begin() as connection:
                await import_directory(connection, district, now=now)
                await import_reasons(connection, district)
        finally:
            await casebook.dispose()

    try:
        upgrade(database_url)
    except OperationalError as error:
        raise LauncherError("连不上数据库。请检查 DATABASE_URL（或 .minhu/log/postgres.log）后重试。") from error
    asyncio.run(load())
