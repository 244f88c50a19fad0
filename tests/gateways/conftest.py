"""One real PostgreSQL for the sender; gateways listen on loopback in the test's own process."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from casebook.clock import wall_clock
from launcher.private import private_machine
from launcher.sms_journal import SmsJournal
from launcher.stack import Machine
from tests.gateways.outbox import Outbox


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    with private_machine("postgres") as machine:
        yield machine


@pytest_asyncio.fixture
async def outbox(machine: Machine) -> AsyncIterator[Outbox]:
    """The SMS outbox with a request to which messages belong."""
    async with Outbox.of(machine) as outbox:
        yield outbox


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SmsJournal]:
    journal = SmsJournal(tmp_path / "taken.jsonl", clock=wall_clock)
    yield journal
    journal.close()
