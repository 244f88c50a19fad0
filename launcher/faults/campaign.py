"""A seeded campaign: people work while parts fail; then everything is healed and must come to its end.

Phase one asks for safety under any fault, phase two for progress after healing. One seed decides people and faults;
the engine, the database and the kernel schedule as they like, so a seed narrows a failure down, it does not replay it.
"""

import asyncio
import contextlib
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

from psycopg import OperationalError

from casebook.clock import clock_from
from casebook.district import load_district
from casebook.engine import open_casebook
from launcher.faults.books import Books
from launcher.faults.crashes import CrashingWorker
from launcher.faults.evidence import gather, still_due
from launcher.faults.injectors import Injectors, NothingHappenedError, choose, next_of
from launcher.faults.oracles import Floor, judge
from launcher.faults.people import People
from launcher.faults.report import Course, Report, report_of
from launcher.faults.stand import WORKERS, Stand, open_stand
from launcher.progress import say
from workers.crash_points import every_point

CALLERS = 3
OPEN_MOST = 120
AGAIN_CALLERS = 8
KINDS_A_MINUTE = 4
LONGER_MOST = 5
BETWEEN_FAULTS_SECONDS = (0.5, 3.0)
CRASH_PASSAGES = (1, 12)
CRASH_REST_SECONDS = 2.0
LOOK_SECONDS = 0.5
HEAL_SECONDS = 600.0
FLOOR_A_MINUTE = 150  # tells a run in which nothing happened from a slow one; two cores reach ten times as much


@dataclass(kw_only=True)
class Campaign:
    """One run on one stand."""

    stand: Stand
    people: People
    dice: Random
    faults: Counter[str] = field(default_factory=Counter)
    longest_engine_gap_seconds: float = 0.0
    open_most: int = OPEN_MOST
    again_callers: int = AGAIN_CALLERS

    async def trouble(self, lane: list[str], *, length: "Length") -> None:
        """Let one fault of a lane follow another as long as the first phase lasts; each has its turn first."""
        injectors = Injectors(self.stand, self.dice)
        turns = list(lane)
        began = time.monotonic()
        while length.lasts((time.monotonic() - began) / 60, self.people.books.acknowledged):
            kind = turns.pop() if turns else next_of(lane, self.dice)
            try:
                await injectors.inject(kind)
                self.faults[kind] += 1
                say(f"  故障 {kind} 已发生并恢复；已确认 {self.people.books.acknowledged} 次操作")
            except NothingHappenedError:
                turns.insert(0, kind)
            await asyncio.sleep(self.dice.uniform(*BETWEEN_FAULTS_SECONDS))

    async def life(self) -> None:
        """Let people call, call again and do what they are asked, until cancelled."""
        async with asyncio.TaskGroup() as everybody:
            for _ in range(CALLERS):
                everybody.create_task(self._new_matters())
            for number in range(self.again_callers):
                everybody.create_task(self._known_matters(Random(f"{self.people.seed}/again/{number}")))  # noqa: S311
            everybody.create_task(self._officials())
            everybody.create_task(self._watch_the_engine())

    async def _new_matters(self) -> None:
        while True:
            due = await self._due()
            if due is None or due["requests"] >= self.open_most:
                await asyncio.sleep(LOOK_SECONDS)
            else:
                await self.people.call()

    async def _known_matters(self, dice: Random) -> None:
        while True:
            await self.people.call_again(dice)
            await asyncio.sleep(0)

    async def _officials(self) -> None:
        while True:
            if await self.people.do_what_waits() == 0:
                await asyncio.sleep(LOOK_SECONDS / 2)

    async def _watch_the_engine(self) -> None:
        """Measure the longest time in which facts waited and the engine took none."""
        since, waiting = time.monotonic(), 0
        while True:
            due = await self._due()
            now = time.monotonic()
            if due is not None and (due["facts"] == 0 or due["facts"] < waiting):
                since = now
            waiting = due["facts"] if due else waiting
            self.longest_engine_gap_seconds = max(self.longest_engine_gap_seconds, now - since)
            await asyncio.sleep(LOOK_SECONDS)

    async def heal(self, replaced: tuple[str, ...]) -> float:
        """Bring everything back, replace these workers, let everybody finish; return how many seconds it took.

        The clock is left alone: the engine gives a job to nobody when its clock jumps while a worker asks for it,
        and takes it back only after the job's time (ARCHITECTURE.md, decision 9).
        """
        began = time.monotonic()
        await asyncio.to_thread(self._all_well, replaced)
        while time.monotonic() - began < HEAL_SECONDS:
            await self.people.do_what_waits()
            due = await self._due()
            if due is not None and not any(due.values()):
                break
            await asyncio.sleep(LOOK_SECONDS / 2)
        return time.monotonic() - began

    def _all_well(self, replaced: tuple[str, ...]) -> None:
        self.stand.gateway.tell("pass")
        self.stand.carrier.tell("pass")
        for part in ("postgres", "camunda", "smsc"):
            self.stand.start(part)
        for worker in replaced:
            self.stand.stop_worker(worker)
        for worker in WORKERS:
            if self.stand.running(worker) is None:
                self.stand.start_worker(worker)

    async def _due(self) -> dict[str, int] | None:
        try:
            return await asyncio.to_thread(still_due, self.stand)
        except OperationalError:
            return None


@dataclass(frozen=True, kw_only=True)
class Length:
    """How long parts fail: so many minutes, and on a slow machine longer until so much was acknowledged."""

    minutes: float
    acknowledged: int = 0

    def lasts(self, minutes: float, acknowledged: int) -> bool:
        """Whether the first phase goes on after that many minutes and operations."""
        enough = acknowledged >= self.acknowledged or minutes >= self.minutes * LONGER_MOST
        return minutes < self.minutes or not enough


def run(length: Length, seed: int) -> Report:
    """Let parts fail for some minutes, heal, judge; print nothing but progress."""
    with open_stand(fills_disk=True) as stand:
        return asyncio.run(campaign(stand, length, seed=seed))


async def campaign(stand: Stand, length: Length, *, seed: int) -> Report:
    """Run a campaign on a stand whose workers have not been started."""
    dice = Random(seed)  # noqa: S311 - a campaign is repeated by its seed
    lanes = choose(dice, most=max(2, round(length.minutes * KINDS_A_MINUTE)))
    crashing = CrashingWorker(stand, WORKERS[1], dice=dice)
    await asyncio.to_thread(stand.start_worker, WORKERS[0])
    async with under_way(stand, seed=seed) as run_of:
        deaths = crashing.run(every_point(), passages=CRASH_PASSAGES, rest_seconds=CRASH_REST_SECONDS)
        async with meanwhile(run_of.life(), deaths):
            await asyncio.gather(*(run_of.trouble(lane, length=length) for lane in lanes))
            ended_at = time.monotonic()
        healed_within = await run_of.heal((WORKERS[1],))  # it has crash points left
    faults = {**run_of.faults, "crash_point": crashing.died_at.total()}
    chosen = [*sorted(itertools.chain.from_iterable(lanes)), "crash_point"]
    evidence = await asyncio.to_thread(gather, stand, chosen=chosen, faults=faults)
    course = Course(
        seed=seed,
        minutes=length.minutes,
        ended_at=ended_at,
        crash_points=dict(crashing.died_at),
        longest_engine_gap_seconds=round(run_of.longest_engine_gap_seconds, 2),
        healed_within_seconds=round(healed_within, 2),
    )
    floor = Floor(acknowledged=max(length.acknowledged, round(FLOOR_A_MINUTE * length.minutes)))
    findings = judge(evidence, floor)
    return report_of(evidence, findings, course=course)


@contextlib.asynccontextmanager
async def under_way(stand: Stand, *, seed: int) -> AsyncIterator[Campaign]:
    """Open the books and the people's own connections to the casebook for the block."""
    settings = stand.settings
    casebook = open_casebook(settings.database_url.get_secret_value(), key=settings.personal_key)
    books = Books(stand.books_file)
    people = People(
        casebook=casebook,
        district=load_district(settings.config),
        clock=clock_from(settings.clock_file),
        books=books,
        seed=seed,
    )
    try:
        yield Campaign(stand=stand, people=people, dice=Random(f"{seed}/faults"))  # noqa: S311
    finally:
        books.close()
        await casebook.dispose()


@contextlib.asynccontextmanager
async def meanwhile(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run some work beside the block; what fails in it fails the block, and all ends with it."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
