"""Moves a whole district through weeks in minutes: act, let everything settle, jump the clock.

The engine's clock may only jump when nothing is in flight: a request that waits for its answer
during a jump times out, and jobs in hand run again (ARCHITECTURE.md, decision 9).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from casebook.clock import Clock
from casebook.engine import AsyncEngine
from casebook.settled import first_due, owed
from launcher.errors import LauncherError
from launcher.simulator.stage import Stage
from launcher.simulator.stillness import Stillness

SETTLE_LIMIT_SECONDS = 120.0
LOOK_SECONDS = 0.03
STEP = timedelta(hours=1)
Progress = Callable[[datetime], None]


@dataclass(frozen=True, kw_only=True)
class FastForward:
    """One run: the stage with its people, the casebook, the clock and how to move it."""

    stage: Stage
    casebook: AsyncEngine
    clock: Clock
    advance: Callable[[timedelta], object]
    still: Stillness

    async def run(self, until: datetime, *, progress: Progress) -> None:
        """Play until the clock shows `until`; LauncherError when the district does not settle."""
        while (now := self.clock()) < until:
            await self.stage.act(now)
            await self.settle()
            await self.stage.look_around(now)
            target = min(until, max(now + STEP, self.stage.next_at() or until))
            await asyncio.to_thread(self.advance, await self._not_past_a_light(now, target) - now)
            progress(self.clock())
        await self.settle()

    async def _not_past_a_light(self, now: datetime, target: datetime) -> datetime:
        """Stop at most STEP after the first due instant, so that lights burn near their time."""
        async with self.casebook.begin() as connection:
            first = await first_due(connection, after=now)
        return min(target, max(first, now + STEP)) if first else target

    async def settle(self) -> None:
        """Wait until everything that could happen by now has happened."""
        await settled(self.casebook, clock=self.clock, still=self.still)


async def settled(casebook: AsyncEngine, *, clock: Clock, still: Stillness) -> None:
    """Wait until everything that could happen by now has happened; LauncherError when that takes too long."""
    limit = time.monotonic() + SETTLE_LIMIT_SECONDS
    left: dict[str, int] = {}
    while time.monotonic() < limit:
        done = await still.jobs_done()
        if done is not None:
            async with casebook.begin() as connection:
                left = await owed(connection, now=clock())
            if not left and await still.since(done):
                return
        await asyncio.sleep(LOOK_SECONDS)
    waiting = "、".join(f"{kind} {count}" for kind, count in left.items())
    raise LauncherError(f"演示没有平静下来（{waiting or '仍有任务在执行'}）。请用 ./minhu status 查看异常。")
