"""`./minhu bench loop`: whole requests a second, and for a CPU second, through engine, casebook and SMS."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import psutil

from casebook.clock import clock_from
from casebook.district import load_district
from casebook.engine import open_casebook
from launcher.bench.eager import EagerDistrict
from launcher.bench.serving import serving_machine
from launcher.parts import MachineOptions
from launcher.simulator.run import settings_of
from launcher.stack import Machine

LIMIT_SECONDS = 1800.0


def measure(count: int, *, workers: int = 1, say: Callable[[str], None]) -> dict[str, Any]:
    """Take `count` requests in at once, answer everything at once, and wait until the last is closed.

    Half as many go before: until then a third of the engine's CPU is its compiler's. The driver's CPU is told apart.
    """
    options = MachineOptions(operate=False, workers=workers)
    with serving_machine(options) as machine:
        say(f"  {count} 件诉求，{workers} 个作业进程")
        return measure_on(machine, count)


def measure_on(machine: Machine, count: int) -> dict[str, Any]:
    """Do the same on a machine that serves already."""
    return asyncio.run(_warm_and_measure(machine, count))


async def _warm_and_measure(machine: Machine, count: int) -> dict[str, Any]:
    async with eager_district(machine) as district:
        await district.answer_everything(await district.call(range(count // 2)), limit_seconds=LIMIT_SECONDS)
        return await whole_requests(machine, district, numbers=range(count, 2 * count))


@asynccontextmanager
async def eager_district(machine: Machine) -> AsyncIterator[EagerDistrict]:
    """Put people who answer at once before a machine's casebook."""
    settings = settings_of(machine)
    casebook = open_casebook(settings.database_url.get_secret_value(), key=settings.personal_key)
    try:
        yield EagerDistrict(casebook, load_district(settings.config), clock=clock_from(settings.clock_file))
    finally:
        await casebook.dispose()


async def whole_requests(machine: Machine, district: EagerDistrict, *, numbers: range) -> dict[str, Any]:
    """Let these callers call at once and answer all until the last request is closed; return speed and CPU."""

    async def call_and_answer() -> None:
        await district.answer_everything(await district.call(numbers), limit_seconds=LIMIT_SECONDS)

    return {"requests": len(numbers)} | await timed(machine, call_and_answer(), requests=len(numbers))


async def timed(machine: Machine, work: Awaitable[None], *, requests: int) -> dict[str, Any]:
    """Await work on so many requests; return their number for a second and for a CPU second, the driver's left out."""
    before, began = _cpu_seconds(machine), time.perf_counter()
    await work
    seconds, after = time.perf_counter() - began, _cpu_seconds(machine)
    cpu = {name: round(after[name] - before[name], 2) for name in after}
    served = sum(value for name, value in cpu.items() if name != "driver")
    return {
        "requests_per_second": round(requests / seconds, 2),
        "requests_per_cpu_second": round(requests / served, 2),
        "cpu_seconds": cpu,
    }


def _cpu_seconds(machine: Machine) -> dict[str, float]:
    used = {"driver": sum(psutil.Process().cpu_times()[:2])}
    for name in machine.running_parts():
        process = machine.processes.running(name)
        if process is not None:
            family = [process, *process.children(recursive=True)]
            used[name] = sum(sum(member.cpu_times()[:4]) for member in family)
    return used
