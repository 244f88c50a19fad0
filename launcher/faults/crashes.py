"""A worker that dies at one named crash point after another and is started again, until all have had their turn."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from random import Random

from launcher.faults.stand import JOB_TIMEOUT_SECONDS, WORKERS, Stand

LOOK_SECONDS = 0.1
QUIET_SECONDS = JOB_TIMEOUT_SECONDS + 3
PAST_EVERY_LIGHT = timedelta(hours=30)


class CrashingWorker:
    """One worker of the stand; `died_at` counts its deaths by crash point."""

    def __init__(self, stand: Stand, name: str, *, dice: Random, died_at: Counter[str] | None = None) -> None:
        """Prepare; workers that share their counts share the points between them, each beginning with its own."""
        self._stand = stand
        self._name = name
        self._dice = dice
        self.died_at: Counter[str] = Counter() if died_at is None else died_at

    async def run(self, points: list[str], *, passages: tuple[int, int], rest_seconds: float) -> None:
        """Start the worker again and again, until cancelled.

        It dies at whichever point is first reached for the n-th time, n drawn from `passages`; points that have had
        their turn wait until all have. `rest_seconds` lie between a death and the next start.
        """
        while True:
            least = min(self.died_at[point] for point in points)
            left = [point for point in points if self.died_at[point] == least]
            mine = [point for point in left if sum(point.encode()) % len(WORKERS) == WORKERS.index(self._name)]
            crash = ",".join(f"{point}:{self._dice.randint(*passages)}" for point in (mine or left))
            await asyncio.to_thread(self._stand.launch_worker, self._name, crash=crash)
            await self._until_dead()
            if point := self._stand.crashed_at(self._name):
                self.died_at[point] += 1
            await asyncio.sleep(rest_seconds)

    async def _until_dead(self) -> None:
        while True:
            if self._stand.running(self._name) is None:
                return
            await asyncio.sleep(LOOK_SECONDS)


async def until_died(stand: Stand, died_at: Counter[str], *, points: list[str], limit_seconds: float) -> list[str]:
    """Wait until workers have died at all of these points; return those at which none died within the limit.

    When nobody has died although the jobs of the dead must have been handed out again, the clock is moved so that
    lights burn.
    """
    began = quiet_since = time.monotonic()
    deaths = 0
    while (left := [point for point in points if not died_at[point]]) and time.monotonic() - began < limit_seconds:
        if died_at.total() > deaths:
            deaths, quiet_since = died_at.total(), time.monotonic()
        elif time.monotonic() - quiet_since > QUIET_SECONDS:
            await asyncio.to_thread(stand.pass_time, PAST_EVERY_LIGHT)
            quiet_since = time.monotonic()
        await asyncio.sleep(LOOK_SECONDS)
    return left
