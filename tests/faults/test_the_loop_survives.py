"""Workers and engine are killed in the middle of their work: nothing is lost, no SMS goes out twice."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
import requests as http

from casebook import ratings, work_orders
from casebook import requests as register
from casebook.errors import RejectedInput
from launcher.machine import LOOPBACK
from launcher.private import private_machine
from launcher.stack import Machine
from tests.process.town import GOOD, Town

REQUESTS = 24
LIMIT_SECONDS = 240.0
OUTCOMES = {"sign_in": "accepted", "handling": "done", "co_handling": "done", "verification": "passed"}
CATEGORIES = ("070101", "010201", "030202", "040102")


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


async def act(town: Town) -> None:
    """Everybody who is asked for something does it at once."""
    async with town.casebook.begin() as connection:
        orders = await work_orders.waiting(connection)
        invitations = await ratings.waiting(connection)
    for order in orders:
        answer = work_orders.Report(outcome=OUTCOMES[order["kind"]], person=order["unit"])
        async with town.casebook.begin() as connection:
            await work_orders.report(connection, order["work_order_id"], answer, now=town.clock())
    for invitation in invitations:
        async with town.casebook.begin() as connection:
            try:
                await ratings.rate(connection, invitation["token"], GOOD, now=town.clock())
            except RejectedInput:
                continue


async def until_closed(town: Town, count: int) -> None:
    limit = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < limit:
        await act(town)
        async with town.casebook.begin() as connection:
            if (await register.account(connection))["closed"] >= count:
                return
        await asyncio.sleep(0.1)
    pytest.fail(f"not all of {count} requests were closed within {LIMIT_SECONDS} s")


def kill_in_the_middle(machine: Machine, name: str) -> None:
    """Kill a part the moment a worker has a job in hand."""
    limit = time.monotonic() + LIMIT_SECONDS
    url = f"http://{LOOPBACK}:{machine.ports['health']}/healthz"
    while http.get(url, timeout=10).json()["jobs_in_hand"] == 0:
        assert time.monotonic() < limit, "no job was ever in hand"
    process = machine.processes.running(name)
    assert process is not None
    process.kill()
    process.wait(timeout=30)


def sms_sent_twice(machine: Machine) -> list[tuple[str, str]]:
    lines = machine.smsc_journal.read_text(encoding="utf-8").splitlines()
    counts = Counter((entry["destination"], entry["text"]) for entry in map(json.loads, lines))
    return [message for message, count in counts.items() if count > 1]


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
