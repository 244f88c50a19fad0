"""A worker that dies at one named crash point after another and is started again, until all have had their turn."""

import asyncio
from collections import Counter
from random import Random

from launcher.faults.stand import WORKERS, Stand

LOOK_SECONDS = 0.1


class CrashingWorker:
    """One worker of the stand; `died_at` counts its deaths by crash point."""

    def __init__(self, stand: Stand, name: str, *, dice: Random) -> None:
        """Prepare; nothing is started yet."""
        self._stand = stand
        self._name = name
        self._dice = dice
        self.died_at: Counter[str] = Counter()

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
