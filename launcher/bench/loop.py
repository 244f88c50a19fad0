"""`./minhu bench loop`: whole requests a second, and for a CPU second, through engine, casebook and SMS."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import psutil

from casebook.clock import clock_from
from casebook.district import load_district
from casebook.engine import open_casebook
from launcher.bench.eager import EagerDistrict
from launcher.parts import MachineOptions
from launcher.private import private_machine
from launcher.simulator.run import settings_of
from launcher.stack import Machine

PARTS = ("postgres", "camunda", "smsc")
LIMIT_SECONDS = 1800.0


def measure(count: int, *, workers: int = 1, say: Callable[[str], None]) -> dict[str, Any]:
    """Take `count` requests in at once, answer everything at once, and wait until the last is closed.

    A tenth as many go before, so that the engine is warm. The driver's own CPU is told apart.
    """
    options = MachineOptions(operate=False, workers=workers)
    with private_machine(*PARTS, options=options, java_options="", heap_camunda="1g") as machine:
        machine.deploy()
        machine.start("workers")
        say(f"  {count} 件诉求，{workers} 个作业进程")
        return asyncio.run(_measure(machine, count))


async def _measure(machine: Machine, count: int) -> dict[str, Any]:
    settings = settings_of(machine)
    casebook = open_casebook(settings.database_url.get_secret_value())
    district = EagerDistrict(casebook, load_district(settings.config), clock=clock_from(settings.clock_file))
    try:
        warm = await district.call(range(count // 10))
        await district.answer_everything(warm, limit_seconds=LIMIT_SECONDS)
        before, began = _cpu_seconds(machine), time.perf_counter()
        numbers = await district.call(range(count, 2 * count))
        await district.answer_everything(numbers, limit_seconds=LIMIT_SECONDS)
        seconds = time.perf_counter() - began
    finally:
        await casebook.dispose()
    after = _cpu_seconds(machine)
    cpu = {name: round(after[name] - before[name], 2) for name in after}
    served = sum(value for name, value in cpu.items() if name != "driver")
    return {
        "requests": count,
        "requests_per_second": round(count / seconds, 2),
        "requests_per_cpu_second": round(count / served, 2),
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
