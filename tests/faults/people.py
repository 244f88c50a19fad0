"""Everybody whom a request needs: they do what they are asked at once, until all requests are closed."""

import asyncio
import json
import time
from collections import Counter

import pytest
import requests as http

from casebook import ratings, work_orders
from casebook import requests as register
from casebook.errors import RejectedInput
from casebook.settled import owed
from launcher.machine import LOOPBACK
from launcher.stack import Machine
from tests.process.town import GOOD, Town

LIMIT_SECONDS = 240.0
LOOK_SECONDS = 0.1
OUTCOMES = {
    "sign_in": "accepted",
    "handling": "done",
    "co_handling": "done",
    "co_arbitration": "stands",
    "verification": "passed",
    "enforcement_call": "confirmed",
    "enforcement_arrival": "arrived",
    "enforcement_report": "done",
    "supervision_reply": "on_track",
    "inspection_decision": "accountability",
    "accountability_statement": "stated",
    "accountability_finding": "ordinary",
}
CATEGORIES = ("070101", "010201", "030202", "040102")


async def act(town: Town) -> None:
    """Everybody who is asked for something does it at once."""
    async with town.casebook.begin() as connection:
        orders = await work_orders.waiting(connection)
        invitations = await ratings.waiting(connection)
    for order in orders:
        answer = work_orders.Report(outcome=OUTCOMES[order["kind"]], person=order["unit"], note="样例说明")
        async with town.casebook.begin() as connection:
            try:
                await work_orders.report(connection, order["work_order_id"], answer, now=town.clock())
            except RejectedInput:  # a lead waits for its co-units
                continue
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
        await asyncio.sleep(LOOK_SECONDS)
    pytest.fail(f"not all of {count} requests were closed within {LIMIT_SECONDS} s")


async def until_nothing_is_owed(town: Town) -> None:
    """Wait until all that is written has been acted on: facts published, reports taken in, messages sent."""
    limit = time.monotonic() + LIMIT_SECONDS
    left: dict[str, int] = {"not": 1}
    while left:
        assert time.monotonic() < limit, left
        await asyncio.sleep(LOOK_SECONDS)
        async with town.casebook.begin() as connection:
            left = await owed(connection, now=town.clock())


def until_a_job_is_in_hand(machine: Machine) -> None:
    limit = time.monotonic() + LIMIT_SECONDS
    url = f"http://{LOOPBACK}:{machine.ports['health']}/healthz"
    while http.get(url, timeout=10).json()["jobs_in_hand"] == 0:
        assert time.monotonic() < limit, "no job was ever in hand"


def sms_sent_twice(machine: Machine) -> list[tuple[str, str]]:
    lines = machine.smsc_journal.read_text(encoding="utf-8").splitlines()
    counts = Counter((entry["destination"], entry["text"]) for entry in map(json.loads, lines))
    return [message for message, count in counts.items() if count > 1]
