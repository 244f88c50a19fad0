"""The engine's disk returns errors: readiness says yes, health does not, and the watch starts the engine again."""

import asyncio
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import psutil
import pytest

from launcher.engine import is_ready
from launcher.parts import MachineOptions
from launcher.private import private_machine
from launcher.stack import Machine
from launcher.supervisor import Supervisor
from tests.faults.people import CATEGORIES, sms_sent_twice, until_closed, until_nothing_is_owed
from tests.process.town import Town

REQUESTS = 12
LIMIT_SECONDS = 60
LOOK_SECONDS = 0.2
STRACE = "/usr/bin/strace"
SYNCHRONISING = "msync,fsync,fdatasync"


@pytest.fixture
def machine() -> Iterator[Machine]:
    options = MachineOptions(operate=False)
    with private_machine("postgres", "camunda", "smsc", options=options, wait_for_disk=True) as machine:
        machine.deploy()
        machine.start("workers")
        yield machine


@pytest.fixture
async def town(machine: Machine) -> AsyncIterator[Town]:
    async with Town.of(machine) as town:
        yield town


def engine_of(machine: Machine) -> psutil.Process:
    process = machine.processes.running("camunda")
    assert process is not None
    return process


@contextmanager
def failing_disk(process: psutil.Process) -> Iterator[None]:
    """Let every call that brings data to the disk fail with EIO for the block; the kernel does nothing of it."""
    fault = ("-e", f"trace={SYNCHRONISING}", "-e", f"inject={SYNCHRONISING}:error=EIO")
    with subprocess.Popen((STRACE, "-f", "-q", "-o", "/dev/null", "-p", str(process.pid), *fault)) as tracer:
        try:
            yield
        finally:
            tracer.terminate()


def until_sick(machine: Machine) -> None:
    limit = time.monotonic() + LIMIT_SECONDS
    while machine.engine_is_healthy():
        assert time.monotonic() < limit, "the engine did not mind the errors of its disk"
        time.sleep(LOOK_SECONDS)


@contextmanager
def watched(machine: Machine) -> Iterator[None]:
    supervisor = Supervisor(machine, speed=1.0)
    watch = threading.Thread(target=supervisor.run)
    watch.start()
    try:
        yield
    finally:
        supervisor.end()
        watch.join()


async def test_errors_of_the_disk_stop_nothing_for_good_and_lose_nothing(machine: Machine, town: Town) -> None:
    numbers = [await town.take_in(CATEGORIES[n % len(CATEGORIES)]) for n in range(REQUESTS)]
    acting = asyncio.create_task(until_closed(town, REQUESTS))
    sick = engine_of(machine)
    with failing_disk(sick):
        await asyncio.to_thread(until_sick, machine)
    assert sick.is_running()
    assert is_ready(machine.ports)  # which is why nobody may ask that
    with watched(machine):
        await acting
        await until_nothing_is_owed(town)
    assert sick != engine_of(machine)
    assert [] == sms_sent_twice(machine)
    for number in numbers:
        assert (await town.request(number))["closed_at"]
