"""`./minhu bench scale`: what a request costs, and what the broker holds, while many work orders wait."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from casebook import statistics
from launcher.bench.eager import EagerDistrict
from launcher.bench.loop import eager_district, timed, whole_requests
from launcher.bench.serving import serving_machine
from launcher.parts import MachineOptions
from launcher.stack import Machine

AT_ONCE = 500  # callers of one step of filling
LIMIT_SECONDS = 7200.0
MEGABYTE = 1_000_000


def measure(waiting: Sequence[int], *, count: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Fill one machine step by step; at each number of waiting work orders run `count` whole requests."""
    with serving_machine(MachineOptions(operate=False)) as machine:
        return measure_on(machine, waiting, count=count, say=say)


def measure_on(machine: Machine, waiting: Sequence[int], *, count: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Do the same on a machine that serves already."""
    return asyncio.run(_measure(machine, sorted(waiting), count=count, say=say))


async def _measure(
    machine: Machine, waiting: Sequence[int], *, count: int, say: Callable[[str], None]
) -> dict[str, Any]:
    called, steps = 0, []
    async with eager_district(machine) as district:
        # The first step must find the engine as warm as the last one does.
        await whole_requests(machine, district, numbers=range(-count, 0))
        for wanted in (0, *waiting):
            new = range(called, wanted)
            filled = await timed(machine, _fill(district, new), requests=len(new)) if new else {}
            say(f"  {wanted} 张工单在等待")
            again = range(1_000_000 + called, 1_000_000 + called + count)
            cost = await whole_requests(machine, district, numbers=again)
            steps.append({"waiting": wanted, "filling": filled, "loop": cost, "held": await _held(machine, district)})
            called = wanted
    return {"steps": steps}


async def _fill(district: EagerDistrict, numbers: range) -> None:
    """Let these callers call, and wait until each of their requests waits for a person."""
    for start in range(numbers.start, numbers.stop, AT_ONCE):
        taken = await district.call(range(start, min(start + AT_ONCE, numbers.stop)))
        await district.until_asked(taken, limit_seconds=LIMIT_SECONDS)


async def _held(machine: Machine, district: EagerDistrict) -> dict[str, float]:
    """Return what broker and casebook hold, in megabytes."""
    broker = machine.processes.running("camunda")
    data = machine.settings.state / "camunda" / "data"
    on_disk = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
    async with district.casebook.begin() as connection:
        size = await statistics.size_bytes(connection)
    return {
        "broker_memory_mb": round(broker.memory_info().rss / MEGABYTE) if broker else 0.0,
        "broker_disk_mb": round(on_disk / MEGABYTE),
        "casebook_mb": round(size / MEGABYTE),
    }
