"""A year of lights on the real engine: each at its instant and once, by a second opinion on working time.

The notice on holidays is the test's own and names every day, so that the test is the same in any year. An engine that
is down when an instant passes lights it when it is back.
"""

import asyncio
import heapq
import itertools
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from casebook.reports import Urgency
from casebook.schema import lights
from launcher.bench.second_opinion import DAY, SECOND, after, is_worked, write_notice
from launcher.bench.year_books import SPREAD, Limits
from launcher.private import private_machine
from launcher.stack import Machine
from tests.process.town import Town

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Limits(ROOT / "bpmn" / "time_limit.dmn")
NEAR, LATE_AFTER_A_START = timedelta(seconds=60), timedelta(minutes=5)
BEFORE = timedelta(seconds=10)  # more than a busy machine takes to become still
LOOK_SECONDS = 0.1
INSTANTS = {"yellow": "yellow_at", "red": "red_at", "inspection": "inspect_at"}
COMMUNITYS, STREETS, DEPARTMENTS = "070101", "010201", "020102"
RANDOM_STARTS = 16
OUT_AT = 20  # the light during which the engine is down


@dataclass(frozen=True)
class Start:
    """Something that begins at an instant of the year: the kind of work order, of which category, how urgently."""

    at: datetime
    kind: str
    category: str
    urgency: Urgency


def starts_of_a_year(begins: datetime) -> list[Start]:
    """Edges of days, of holidays and of the year, and some instants at random; all kinds of limits in turn."""
    zone, year = begins.tzinfo, begins.year
    days = [begins.date() + n * DAY for n in range(1, 366)]
    eves = [day for day in days if is_worked(day) and not is_worked(day + DAY) and day.weekday() != 4]
    made_up = [day for day in days if is_worked(day) and day.weekday() > 4]
    off = [day for day in days if not is_worked(day) and day.weekday() < 5]
    new_year = date(year + 1, 1, 1)
    instants = [
        *(at(day, "17:20:00", zone) for day in eves[:3]),
        *(at(day, "12:15:00", zone) for day in made_up[:2]),
        *(at(day, "23:59:30", zone) for day in off[2:6:3]),
        *(at(new_year - DAY, clock, zone) for clock in ("17:00:00", "23:59:50")),
        *(at(new_year, clock, zone) for clock in ("00:00:00", "10:00:00")),
        *(at(days[20 + n], clock, zone) for n, clock in enumerate(("11:59:30", "13:29:40", "17:29:50", "08:59:30"))),
    ]
    dice = Random(f"lights/{begins.date()}")  # noqa: S311 - repeatable on purpose
    instants += [
        at(dice.choice(days), "00:00:00", zone) + dice.randrange(86_400) * SECOND for _ in range(RANDOM_STARTS)
    ]
    kinds = itertools.cycle(itertools.product(("sign_in", "handling"), (COMMUNITYS, STREETS, DEPARTMENTS)))
    return [
        Start(instant, *next(kinds), urgency="urgent" if n % 5 == 4 else "normal")
        for n, instant in enumerate(sorted(instants))
    ]


def at(day: date, clock: str, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    config = tmp_path_factory.mktemp("year") / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("samples"))
    write_notice(config, today=date.today())  # noqa: DTZ011 - years only
    with private_machine("postgres", "camunda", "smsc", config=config) as machine:
        machine.deploy()
        machine.start("workers")
        yield machine


@pytest.fixture
async def town(machine: Machine) -> AsyncIterator[Town]:
    async with Town.of(machine) as town:
        yield town


async def begin(town: Town, start: Start) -> dict[str, Any]:
    """A citizen calls at that instant, or the unit signs in then; return the work order whose clock begins."""
    if start.kind == "sign_in":
        await town.jump(start.at - SECOND)
    request_id = await town.take_in(start.category, urgency=start.urgency)
    await town.forward.settle()
    if start.kind == "handling":
        await town.jump(start.at - SECOND)
        await town.report(request_id, "sign_in", "accepted")
    return await town.waiting(request_id, start.kind)


def expected(order: dict[str, Any], start: Start, *, zone: tzinfo) -> dict[str, datetime]:
    """Return each light's instant by the second opinion, without the spread."""
    limit = LIMITS.of(start.kind, order["level"], urgency=start.urgency)
    hours = {"yellow": limit.red / 2, "red": limit.red, "inspection": limit.inspection}
    begins = order["issued_at"].astimezone(zone)
    return {light: after(begins, count, basis=limit.basis) for light, count in hours.items()}


async def raised_at(town: Town, work_order_id: str, light: str) -> list[datetime]:
    mine = (lights.c.work_order_id == work_order_id) & (lights.c.light == light)
    async with town.casebook.begin() as connection:
        return list((await connection.execute(select(lights.c.raised_at).where(mine))).scalars())


async def out_of_order_at(town: Town, machine: Machine, instant: datetime) -> None:
    """The engine is down when the instant passes, and comes back."""
    machine.stop("camunda")
    assert town.clock() > instant - 2 * BEFORE
    while town.clock() <= instant:  # noqa: ASYNC110  # the clock runs on by itself
        await asyncio.sleep(LOOK_SECONDS)
    machine.start("camunda")
    await town.forward.settle()


async def test_every_light_of_a_year_burns_at_its_instant_and_once(machine: Machine, town: Town) -> None:
    zone, number = town.district.zone, itertools.count()
    agenda: list[tuple[datetime, int, Any]] = [
        (start.at, next(number), start) for start in starts_of_a_year(town.clock().astimezone(zone))
    ]
    heapq.heapify(agenda)
    burnt, orders = 0, []
    while agenda:
        due, _, what = heapq.heappop(agenda)
        if isinstance(what, Start):
            order = await begin(town, what)
            entry = await town.deadline(order["work_order_id"])
            orders.append(order)
            for light, instant in expected(order, what, zone=zone).items():
                planned = entry[INSTANTS[light]]
                assert instant <= planned + SECOND, (what, light)
                assert planned < instant + SPREAD + SECOND, (what, light)
                heapq.heappush(agenda, (planned, next(number), (order["work_order_id"], light)))
            continue
        burnt += 1
        if town.clock() < due - BEFORE:
            await town.jump(due - BEFORE)
            assert [] == await raised_at(town, *what), what
        if burnt == OUT_AT:
            await out_of_order_at(town, machine, due)
        await town.jump(max(due, town.clock()))
        [raised] = await raised_at(town, *what)
        assert due <= raised <= due + (LATE_AFTER_A_START if burnt == OUT_AT else NEAR), what
    await town.jump(town.clock() + timedelta(hours=1))
    for order in orders:
        assert ["yellow", "red", "inspection"] == await town.lights(order["work_order_id"])
        texts = Counter(town.arrived(order["work_order_id"]))
        assert {1} == set(texts.values())
        assert 1 == sum("已超期" in text for _, text in texts)
