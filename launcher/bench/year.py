"""`./minhu bench year`: requests of a whole simulated year, every light and text of theirs judged by an oracle.

The clock stops where people act and behind each group of lights that are due together, never in between: so a light
is seen at most a group, the spread and the time that the machine needs after its instant.
"""

import asyncio
import itertools
import json
import re
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from casebook import deadlines, messages, requests, supervision
from casebook.clock import clock_from
from casebook.district import load_district
from casebook.engine import AsyncEngine, open_casebook
from launcher.bench.second_opinion import DAY, Pause, write_notice
from launcher.bench.serving import serving_machine
from launcher.bench.year_books import Books, Limits, Order
from launcher.bench.year_evidence import FINDINGS, WORK_ORDER, Entry, Evidence, Light, Text, Verdict, read_told
from launcher.bench.year_oracle import judge
from launcher.bench.year_people import Setting, YearPeople
from launcher.bench.year_world import Wish, calls
from launcher.machine import ROOT
from launcher.parts import MachineOptions
from launcher.progress import Count, say
from launcher.simulator.behaviour import Behaviour, handling_times
from launcher.simulator.fast_forward import settled
from launcher.simulator.run import settings_of
from launcher.simulator.stillness import Stillness, stillness_of
from launcher.stack import Machine

TOGETHER = timedelta(seconds=60)
QUIET_AFTER = timedelta(hours=1)
JUDGED_EVERY = timedelta(days=10)
EXAMPLES = 20
WIDE = {"per_second": 2000, "per_number_a_minute": 600, "per_number_a_day": 1000}
MOST_AT_ONCE = 10_000
MINUTE_SECONDS = 60.0


def measure(wish: Wish, *, progress: Count) -> dict[str, Any]:
    """Play the year on a machine of its own; return what was judged and measured."""
    with tempfile.TemporaryDirectory() as folder:
        config = _with_the_notice(Path(folder))
        with serving_machine(MachineOptions(operate=False, movable_clock=True), config=config) as machine:
            return asyncio.run(_measure(machine, wish, progress=progress))


def _with_the_notice(folder: Path) -> Path:
    """Copy the configuration with the oracle's own calendar, and without what holds texts back or gathers them."""
    config = folder / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("samples"))
    write_notice(config, today=datetime.now().astimezone().date())
    file = config / "district.toml"
    text = file.read_text(encoding="utf-8")
    for quota, most in WIDE.items():
        text = re.sub(rf"^{quota} = \d+", f"{quota} = {most}", text, flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")
    return config


async def _measure(machine: Machine, wish: Wish, *, progress: Count) -> dict[str, Any]:
    settings = settings_of(machine)
    casebook = open_casebook(settings.database_url.get_secret_value(), key=settings.personal_key)
    try:
        async with stillness_of(machine) as still:
            year = _Year(machine=machine, casebook=casebook, still=still, config=settings.config)
            return await year.play(wish, progress=progress)
    finally:
        await casebook.dispose()


@dataclass(kw_only=True)
class _Year:
    """The clock's way through the year, and what is judged on it."""

    machine: Machine
    casebook: AsyncEngine
    still: Stillness
    config: Path
    stops: list[Pause] = field(default_factory=list)
    heard: dict[str, list[Text]] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=Verdict)
    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def __post_init__(self) -> None:
        self.clock = clock_from(settings_of(self.machine).clock_file)
        self.books = Books(Limits(ROOT / "bpmn" / "time_limit.dmn"))
        self.told = read_told(ROOT / "bpmn", self.config / "directory")
        self.read_to, self.judged = 0, 0

    async def play(self, wish: Wish, *, progress: Count) -> dict[str, Any]:
        """Let the year, or its part, pass from the next midnight on."""
        district = load_district(self.config)
        begin = self.clock().astimezone(district.zone).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        behaviour = Behaviour(wish.seed, handling_times(ROOT / "config" / "samples" / "la311.csv"), begin=begin.date())
        reports = calls(wish, begin, communities=sorted(district.communities))
        setting = Setting(casebook=self.casebook, district=district, behaviour=behaviour, books=self.books)
        begin, end = (begin + day * DAY for day in wish.stretch)
        people, began = YearPeople(setting, reports), time.monotonic()
        stop_at = began + wish.minutes_most * MINUTE_SECONDS
        judged_at = begin
        await self._stop_at(begin)
        while self.clock() < end and time.monotonic() < stop_at:
            await self._stop_at(self._next(people, end), people=people)
            progress(min((end - begin).days, (self.clock() - begin).days))
            if self.clock() - judged_at > JUDGED_EVERY:
                judged_at = self.clock()
                await self._judge(self.books.take_ended(before=judged_at - QUIET_AFTER))
        await self._judge(list(self.books.orders.values()))
        seconds = time.monotonic() - began
        return (
            {"first_day": f"{begin:%Y-%m-%d}", "days": min((end - begin).days, (self.clock() - begin).days)}
            | await self._summary(people)
            | self._speed(people.deeds["calls"], seconds)
        )

    def _next(self, people: YearPeople, end: datetime) -> datetime:
        now = self.clock()
        lights = self.books.next_lights(now, together=TOGETHER)
        return min(instant for instant in (people.next_at(), lights, end) if instant)

    async def _stop_at(self, instant: datetime, *, people: YearPeople | None = None) -> None:
        """Let the clock jump there, people act and everything settle."""
        ahead = instant - self.clock()
        if ahead > timedelta():
            with self._timed("clock"):
                await asyncio.to_thread(self.machine.clock.advance, ahead)
        arrived, acted = self.clock(), 0
        if people:
            with self._timed("people"):
                acted = await people.act(arrived)
        with self._timed("settling"):
            await settled(self.casebook, clock=self.clock, still=self.still)
        if people and acted:
            with self._timed("people"):
                await people.look_around(self.clock())
        self.stops.append((arrived, self.clock()))

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.spent[name] += time.monotonic() - began

    async def _judge(self, orders: list[Order]) -> None:
        """Let the oracle judge these work orders, and whatever was told about others that are not in the books."""
        self._hear()
        mine = {order.number: order for order in orders}
        about = [number for number in self.heard if number in mine or number not in self.books.orders]
        rows, entries = await self._rows(list(mine))
        evidence = Evidence(
            lights=rows,
            ledger=entries,
            texts=[text for number in about for text in self.heard.pop(number)],
            stops=self.stops,
            until=self.stops[-1][0],
        )
        judge(orders, evidence, told=self.told, verdict=self.verdict)
        self.judged += len(rows)
        found = [sentence for sentences in self.verdict.wrong.values() for sentence in sentences]
        say(f"  {self.clock():%Y-%m-%d} 已判定 {self.judged} 盏灯，不符 {len(found)} 处 {found[-1:] or ''}")

    def _hear(self) -> None:
        """Read what the SMSC has noted since."""
        with self.machine.smsc_journal.open(encoding="utf-8") as journal:
            journal.seek(self.read_to)
            while line := journal.readline():
                heard = json.loads(line)
                if number := WORK_ORDER.search(heard["text"]):
                    text = Text(datetime.fromisoformat(heard["at"]), heard["destination"], heard["text"])
                    self.heard.setdefault(number[0], []).append(text)
            self.read_to = journal.tell()

    async def _rows(self, numbers: list[str]) -> tuple[list[Light], list[Entry]]:
        found: list[Light] = []
        entries: list[Entry] = []
        names = {"yellow": "yellow_at", "red": "red_at", "inspection": "inspect_at"}
        async with self.casebook.begin() as connection:
            for start in range(0, len(numbers), MOST_AT_ONCE):
                some = numbers[start : start + MOST_AT_ONCE]
                found += [Light(*row) for row in await supervision.lights_of(connection, some)]
                for row in await deadlines.every_entry(connection, some):
                    instants = {light: row[name] for light, name in names.items()}
                    entries.append(Entry(row["work_order_id"], row["version"], instants))
        return found, entries

    async def _summary(self, people: YearPeople) -> dict[str, Any]:
        async with self.casebook.begin() as connection:
            account = await requests.account(connection)
            states = await messages.counts(connection)
            burnt = await supervision.count_lights(connection)
        if burnt != self.judged:
            self.verdict.add("extra_lights", f"{burnt - self.judged} 盏灯不属于任何已判定的工单，或在判定之后才亮")
        wrong = self.verdict.wrong
        return {
            "requests": account,
            "work_orders": self.books.known,
            "deeds": dict(sorted(people.deeds.items())),
            "lights": dict(self.verdict.lights),
            "texts": dict(self.verdict.texts),
            "sms": {state: count for state, count in states.items() if count},
            "seconds_decide": self.verdict.undecided,
            **{name: len(wrong[name]) for name in FINDINGS},
            "examples": list(itertools.islice(itertools.chain.from_iterable(wrong.values()), EXAMPLES)),
            "after_the_instant": _spread_of(self.verdict.late_seconds),
            "accepted_after_red": _spread_of(self.verdict.accepted_seconds["red"]),
        }

    def _speed(self, count: int, seconds: float) -> dict[str, Any]:
        return {
            "stops": len(self.stops),
            "seconds": round(seconds, 1),
            "seconds_per_request": round(seconds / max(count, 1), 3),
            "seconds_spent": {name: round(spent, 1) for name, spent in self.spent.items()},
        }


def is_sound(summary: dict[str, Any]) -> bool:
    """Whether the oracle found nothing wrong, and something to judge."""
    return not any(summary[name] for name in FINDINGS) and sum(summary["lights"].values()) > 0


def _spread_of(seconds: Iterable[float]) -> dict[str, float]:
    """Return the middle, the 99th of a hundred and the ends."""
    values = sorted(seconds)
    if len(values) <= 1:
        return {}
    cuts = statistics.quantiles(values, n=100)
    names = {"least": values[0], "p50": cuts[49], "p99": cuts[98], "most": values[-1]}
    return {f"{name}_seconds": round(value, 2) for name, value in names.items()}
