"""Workers and engine are killed in the middle of their work: nothing is lost, no SMS goes out twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from launcher.private import private_machine
from launcher.stack import Machine
from tests.faults.people import CATEGORIES, sms_sent_twice, until_a_job_is_in_hand, until_closed
from tests.process.town import Town

REQUESTS = 24


@pytest.fixture
def machine() -> Iterator[Machine]:
    with private_machine("postgres", "camunda", "smsc") as machine:
        machine.deploy()
        machine.start("workers")
        yield machine


@pytest.fixture
async def town(machine: Machine) -> AsyncIterator[Town]:
    async with Town.of(machine) as town:
        yield town


def kill_in_the_middle(machine: Machine, name: str) -> None:
    """Kill a part the moment a worker has a job in hand."""
    until_a_job_is_in_hand(machine)
    process = machine.processes.running(name)
    assert process is not None
    process.kill()
    process.wait(timeout=30)


@pytest.mark.parametrize("victim", ["workers", "camunda", "smsc"])
async def test_every_request_finishes_and_no_sms_goes_out_twice_after_a_kill(
    machine: Machine, town: Town, victim: str
) -> None:
    numbers = [await town.receive(CATEGORIES[n % len(CATEGORIES)]) for n in range(REQUESTS)]
    acting = asyncio.create_task(until_closed(town, REQUESTS))
    for _ in range(2):
        await asyncio.to_thread(kill_in_the_middle, machine, victim)
        await asyncio.to_thread(machine.start, victim)
    await acting
    await town.forward.settle()
    assert [] == sms_sent_twice(machine)
    for number in numbers:
        assert (await town.request(number))["closed_at"]
        assert ["caller"] == await town.texts(number, "rating_invited")
