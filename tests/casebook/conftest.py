"""One real PostgreSQL for all casebook tests; each test writes in a transaction that is rolled back."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from casebook.district import District, load_district
from casebook.engine import AsyncConnection, open_casebook
from launcher.private import private_machine
from launcher.stack import Machine


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    with private_machine("postgres") as machine:
        yield machine


@pytest.fixture(scope="session")
def district(machine: Machine) -> District:
    return load_district(machine.settings.config)


@pytest_asyncio.fixture
async def casebook(machine: Machine) -> AsyncIterator[AsyncConnection]:
    """A connection to the sample district; nothing of what a test writes stays."""
    engine = open_casebook(machine.database_url, key=machine.personal_key)
    async with engine.connect() as connection:
        yield connection
        await connection.rollback()
    await engine.dispose()


@pytest.fixture
def now() -> datetime:
    """A little later than the import of the sample directory."""
    return datetime.now(UTC) + timedelta(minutes=1)
