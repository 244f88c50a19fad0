"""Bring a casebook's schema up to date with alembic; also how a new migration is drafted."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from casebook.settings import Settings

MIGRATIONS = Path(__file__).with_name("migrations")


def _configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(database_url: str) -> None:
    """Apply every migration that this casebook does not have yet (in one transaction each)."""
    engine = create_engine(database_url)
    config = _configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def draft(database_url: str, message: str) -> None:
    """Write a new migration from the difference between the schema and this casebook."""
    engine = create_engine(database_url)
    config = _configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True)
    engine.dispose()


if __name__ == "__main__":
    draft(Settings.from_environment().database_url.get_secret_value(), " ".join(sys.argv[1:]))
