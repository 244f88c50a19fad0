"""Several worker processes compete without knowing of each other, and none is left behind."""

import asyncio
import time
from collections.abc import Iterator

import pytest
import requests as http

from casebook import work_orders
from launcher.machine import LOOPBACK
from launcher.parts import MachineOptions, health_port
from launcher.private import private_machine
from launcher.stack import Machine
from launcher.wellbeing import wellbeing
from tests.process.town import Town

WORKERS = ["workers", "workers_2", "workers_3"]
REQUESTS = 40
LIMIT_SECONDS = 120
NEIGHBOURS = "070101"


@pytest.fixture
def machine() -> Iterator[Machine]:
    options = MachineOptions(operate=False, movable_clock=True, workers=len(WORKERS))
    with private_machine("postgres", "camunda", "smsc", options=options) as machine:
        machine.deploy()
        machine.start("workers")
        yield machine


def jobs_done(machine: Machine) -> dict[str, int]:
    done = {}
    for name in WORKERS:
        answer = http.get(f"http://{LOOPBACK}:{machine.ports[health_port(name)]}/healthz", timeout=10)
        done[name] = int(answer.json()["jobs_done"])
    return done


async def test_three_processes_share_the_work_and_all_are_stopped(machine: Machine) -> None:
    async with Town.of(machine) as town:
        numbers = {await town.take_in(NEIGHBOURS) for _ in range(REQUESTS)}
        limit = time.monotonic() + LIMIT_SECONDS
        waiting: set[str] = set()
        while waiting != numbers:
            assert time.monotonic() < limit, f"{len(numbers - waiting)} requests wait for nobody"
            async with town.casebook.begin() as connection:
                waiting = {order["request_id"] for order in await work_orders.waiting(connection, most=1000)}
        while not all(jobs_done(machine).values()):  # two quick ones may have done everything before the third looked
            assert time.monotonic() < limit, f"somebody had nothing to do: {jobs_done(machine)}"
            await town.take_in(NEIGHBOURS)
    done = jobs_done(machine)
    assert sum(done.values()) >= 3 * REQUESTS  # registered, routed, issued; some are planned already
    assert all(done.values()), done
    seen = await asyncio.to_thread(wellbeing, machine)
    assert 3 == sum(bool(worker.get("ok")) for worker in seen.workers)

    Machine(machine.settings).stop()  # somebody who does not know how many there are

    assert [] == machine.running_parts()
