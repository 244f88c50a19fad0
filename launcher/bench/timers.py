"""`./minhu bench timers`: red lights due in one minute, or so many a minute; how long until the SMSC has the texts."""

import asyncio
import json
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from casebook import deadlines, work_orders
from casebook.clock import clock_from
from casebook.district import load_district
from casebook.engine import AsyncEngine, open_casebook
from casebook.working_calendar import WorkingCalendar
from launcher.bench.eager import EagerDistrict
from launcher.bench.serving import serving_machine
from launcher.machine import ROOT
from launcher.parts import MachineOptions
from launcher.simulator.run import settings_of
from launcher.simulator.stillness import Stillness, stillness_of
from launcher.stack import Machine

COMMUNITYS_OWN = ("010101", "070101")  # 141 heads, so that the quota of a number is not what is measured
EVENING, AT_WORK, MINUTE = timedelta(hours=20), timedelta(minutes=5), timedelta(minutes=1)
LIMIT_SECONDS = 1800.0
LOOK_SECONDS = 0.5
BEFORE = timedelta(seconds=2)
WORK_ORDER = re.compile(r"[A-Z]{2}\d{8}-\d{6}-\d-\d{2}")
YELLOW, RED = "时限已过半", "已超期"


def measure(
    count: int,
    *,
    per_minute: int | None = None,
    say: Callable[[str], None],
    settings: Mapping[str, object] = MappingProxyType({}),
) -> dict[str, Any]:
    """Issue `count` work orders in one night, so that their lights are due in one minute of the next working day.

    With `per_minute` they are issued in the morning, so many a minute, and their lights are due at that rate.
    `settings` are given to `private_machine` in place of the ones in service.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = _with_a_wide_channel(Path(folder))
        options = MachineOptions(operate=False, movable_clock=True)
        with serving_machine(options, config=config, **settings) as machine:
            at_a_time = f"每分钟 {per_minute} 张红灯" if per_minute else "红灯在同一分钟"
            say(f"  {count} 张工单，{at_a_time}到期")
            return asyncio.run(_Night(machine, count=count, per_minute=per_minute or count).run())


def _with_a_wide_channel(folder: Path) -> Path:
    """Copy the configuration with a quota that is not what is measured."""
    config = folder / "config"
    shutil.copytree(ROOT / "config", config)
    file = config / "district.toml"
    text = re.sub(r"per_second = \d+", "per_second = 2000", file.read_text(encoding="utf-8"))
    file.write_text(re.sub(r"per_number_a_minute = \d+", "per_number_a_minute = 600", text), encoding="utf-8")
    return config


class _Night:
    """Calls of an evening or a morning, and the minutes of the next day in which their lights turn red."""

    def __init__(self, machine: Machine, *, count: int, per_minute: int) -> None:
        self._machine = machine
        self._count = count
        self._per_minute = per_minute
        settings = settings_of(machine)
        self._clock = clock_from(settings.clock_file)
        self._casebook: AsyncEngine = open_casebook(settings.database_url.get_secret_value(), key=settings.personal_key)
        self._district = load_district(settings.config)

    async def run(self) -> dict[str, Any]:
        """Load, let yellow burn, then let the minute of red pass at the speed of a wall clock."""
        async with stillness_of(self._machine) as still:
            loaded_seconds = await self._load(still)
            entries = await self._entries()
            last_yellow = max(entry["yellow_at"] for entry in entries.values())
            await self._jump(last_yellow + BEFORE)
            await self._until_heard(YELLOW)
            await self._still(still, planned=self._count)
            first_red = min(entry["red_at"] for entry in entries.values())
            await self._jump(first_red - BEFORE)
            await self._until_heard(RED)
        await self._casebook.dispose()
        rate = {"per_minute": self._per_minute} if self._per_minute < self._count else {}
        return {"work_orders": self._count, **rate, "loaded_seconds": round(loaded_seconds, 1)} | self._late(entries)

    async def _load(self, still: Stillness) -> float:
        local = self._clock().astimezone(self._district.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        start = midnight + EVENING
        if self._per_minute < self._count:
            start = WorkingCalendar.of(self._district).after(midnight, AT_WORK, basis="working")
        people = EagerDistrict(self._casebook, self._district, clock=self._clock, categories=COMMUNITYS_OWN)
        began = time.perf_counter()
        for minute, first in enumerate(range(0, self._count, self._per_minute)):
            await self._jump(start + minute * MINUTE)
            last = min(first + self._per_minute, self._count)
            await people.call(range(first, last))
            await self._still(still, planned=last)
        return time.perf_counter() - began

    async def _jump(self, to: datetime) -> None:
        await asyncio.to_thread(self._machine.clock.advance, max(to - self._clock(), timedelta()))

    async def _still(self, still: Stillness, *, planned: int) -> None:
        async with asyncio.timeout(LIMIT_SECONDS):
            done = await still.jobs_done()
            while done is None or len(await self._entries()) < planned or not await still.since(done):
                await asyncio.sleep(LOOK_SECONDS)
                done = await still.jobs_done()

    async def _entries(self) -> dict[str, dict[str, Any]]:
        async with self._casebook.begin() as connection:
            orders = await work_orders.waiting(connection, most=1_000_000)
            return await deadlines.in_force(connection, [order["work_order_id"] for order in orders])

    async def _until_heard(self, light: str) -> None:
        """Wait until the SMSC has a text about this light for each work order."""
        async with asyncio.timeout(LIMIT_SECONDS):
            while len(self._heard(light)) < self._count:  # noqa: ASYNC110 - other processes do the sending
                await asyncio.sleep(LOOK_SECONDS)

    def _heard(self, light: str) -> list[tuple[str, datetime]]:
        """Return the work order and the instant of each text about a light, from the SMSC's own journal."""
        entries = map(json.loads, self._machine.smsc_journal.read_text(encoding="utf-8").splitlines())
        told = ((WORK_ORDER.search(entry["text"]), entry) for entry in entries if light in entry["text"])
        return [(number[0], datetime.fromisoformat(entry["at"])) for number, entry in told if number]

    def _late(self, entries: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """Compare the SMSC's own journal with the ledger."""
        late = [(at - entries[number]["red_at"]).total_seconds() for number, at in self._heard(RED)]
        cuts = statistics.quantiles(late, n=100)
        return {
            "red_messages": len(late),
            "p50_seconds": round(cuts[49], 2),
            "p99_seconds": round(cuts[98], 2),
            "latest_seconds": round(max(late), 2),
            "earliest_seconds": round(min(late), 2),
        }
