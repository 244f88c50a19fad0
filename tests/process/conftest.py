"""One engine, one casebook and one SMSC for all process tests; each test has requests of its own."""

from collections.abc import AsyncIterator, Iterator

import pytest

from launcher.private import private_machine
from launcher.stack import Machine
from tests.process.town import Town


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    with private_machine("postgres", "camunda", "smsc") as machine:
        machine.deploy()
        machine.start("workers")
        yield machine


@pytest.fixture
async def town(machine: Machine) -> AsyncIterator[Town]:
    async with Town.of(machine) as town:
        yield town
