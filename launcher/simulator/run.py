"""One demonstration: the sample exports of five platforms, played through the real engine."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path
from time import monotonic
from typing import Any

from casebook import statistics
from casebook.clock import clock_from
from casebook.district import District, load_district
from casebook.engine import AsyncEngine, open_casebook
from casebook.reports import RequestReport
from casebook.settings import Settings
from desk.intake import Rejected, read_export
from launcher.simulator.behaviour import Behaviour, handling_times
from launcher.simulator.fast_forward import FastForward
from launcher.simulator.stage import Stage
from launcher.simulator.stillness import stillness_of
from launcher.stack import Machine

MORNING = time(8)
RECEIPTS_LIMIT_SECONDS = 30.0
LOOK_SECONDS = 0.2


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person asked for: how many requests (0 = all samples), how many days, which seed."""

    requests: int
    days: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Samples:
    """The reports of the sample exports in the order of their arrival, and the rows refused."""

    reports: list[RequestReport]
    rejected: int


def read_samples(district: District, folder: Path, *, most: int) -> Samples:
    """Read the exports of all platforms; a wish for more than they hold repeats them, renamed."""
    reports: list[RequestReport] = []
    rejected = 0
    for name, platform in district.platforms.items():
        export = folder / f"{name}.{platform.format}"
        if not export.exists():  # a platform that was added without a sample
            continue
        for row in read_export(export, platform=platform, district=district):
            if isinstance(row, RequestReport):
                reports.append(row)
            elif isinstance(row, Rejected):
                rejected += 1
    reports.sort(key=lambda report: report.received_at)
    wanted = most or len(reports)
    rounds = -(-wanted // len(reports))
    repeated = [_renamed(report, count) for count in range(rounds) for report in reports]
    return Samples(reports=sorted(repeated[:wanted], key=lambda report: report.received_at), rejected=rejected)


def first_morning(now: datetime, zone: tzinfo) -> datetime:
    """Return eight o'clock of the next Monday: a run has the same weekdays whenever it is started."""
    local = now.astimezone(zone)
    monday = local.date() + timedelta(days=-local.weekday() % 7)
    morning = datetime.combine(monday, MORNING, zone)
    return morning if morning >= local else morning + timedelta(days=7)


def _renamed(report: RequestReport, count: int) -> RequestReport:
    if count == 0:
        return report
    phone = report.caller_phone and f"{report.caller_phone[:5]}{count:02d}{report.caller_phone[7:]}"
    return report.model_copy(update={"external_id": f"{report.external_id}-{count}", "caller_phone": phone})


def _shifted(reports: list[RequestReport], begin: datetime) -> list[RequestReport]:
    """Let the first report arrive at `begin`, the others as long after it as they really did."""
    shift = begin - reports[0].received_at
    return [report.model_copy(update={"received_at": report.received_at + shift}) for report in reports]


async def play(machine: Machine, wish: Wish, *, progress: Callable[[datetime, datetime], None]) -> dict[str, Any]:
    """Run the days of a wish on a started machine; return the summary of design's contract."""
    settings = settings_of(machine)
    district = load_district(settings.config)
    casebook = open_casebook(settings.database_url.get_secret_value(), key=settings.personal_key)
    clock = clock_from(settings.clock_file)
    samples = read_samples(district, settings.config / "samples", most=wish.requests)
    begin = first_morning(clock(), district.zone)
    machine.clock.advance(begin - clock())
    times = handling_times(settings.config / "samples/la311.csv")
    stage = Stage(casebook, district, Behaviour(wish.seed, times, begin=begin.date()))
    until = begin + timedelta(days=wish.days)
    stage.announce(_shifted(samples.reports, begin + timedelta(seconds=random.Random(wish.seed).uniform(1, 60))))  # noqa: S311 - a simulation
    try:
        async with stillness_of(machine) as still:
            forward = FastForward(
                stage=stage, casebook=casebook, clock=clock, advance=machine.clock.advance, still=still
            )  # fmt: skip
            await forward.run(until, progress=lambda now: progress(now, until))
        await _receipts(casebook)
        async with casebook.begin() as connection:
            summary = await statistics.summary(connection)
    finally:
        await casebook.dispose()
    summary["sms"]["duplicates"] = duplicates(machine.smsc_journal)
    return summary | {"rejected_rows": samples.rejected, "not_yet_arrived": len(samples.reports) - stage.received}


def settings_of(machine: Machine) -> Settings:
    """Return the settings that a machine's workers and desk are started with."""
    values = machine.environment()
    fields = {name.removeprefix("MINHU_").lower(): value for name, value in values.items() if name.startswith("MINHU_")}
    return Settings.model_validate({"DATABASE_URL": values["DATABASE_URL"], **fields})


async def _receipts(casebook: AsyncEngine) -> None:
    """Give the last receipts their time; those that never come stay `sent`."""
    limit = monotonic() + RECEIPTS_LIMIT_SECONDS
    while monotonic() < limit:
        async with casebook.begin() as connection:
            sms = (await statistics.summary(connection))["sms"]
        if sms["sent"] == sms["delivered"]:
            return
        await asyncio.sleep(LOOK_SECONDS)


def duplicates(journal: Path) -> int:
    """Count texts that the SMSC received more than once for the same number, from its own journal."""
    if not journal.exists():
        return 0
    with journal.open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines if line.strip()]
    seen = Counter((entry["destination"], entry["text"]) for entry in entries)
    return sum(count - 1 for count in seen.values())
