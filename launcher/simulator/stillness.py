"""When nothing is under way between casebook, engine and worker: the engine itself is asked, so no pause is guessed.

An answer to `touch` comes after all that the engine was told before was worked on. What a job or a fact causes is then
a new job, of which the waiting worker hears within a few such turns; a loaded machine makes turns and wait longer
alike. It holds for one worker process and one partition, which is what demonstrations and tests run.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import requests

from launcher.machine import LOOPBACK
from launcher.stack import Machine
from workers.zeebe import Engine, EngineError, engine

PROBE_SECONDS = 10.0
TURNS = 5
SHORTEST_WAIT_SECONDS = 0.04


@dataclass(frozen=True, kw_only=True)
class Stillness:
    """Asks the worker's health probe and the engine."""

    engine: Engine
    health_url: str
    session: requests.Session = field(default_factory=requests.Session)

    async def jobs_done(self) -> int | None:
        """Return how many jobs the worker has finished; None while it has some in hand."""
        report = await asyncio.to_thread(self._report)
        return None if report["jobs_in_hand"] else int(report["jobs_done"])

    async def since(self, jobs_done: int) -> bool:
        """Whether nothing has begun or ended since that many jobs were done, and nothing is on its way."""
        try:
            began = time.monotonic()
            await self.engine.touch()
            await asyncio.sleep(max(SHORTEST_WAIT_SECONDS, TURNS * (time.monotonic() - began)))
            await self.engine.touch()
        except EngineError:
            return False
        return await self.jobs_done() == jobs_done

    def _report(self) -> dict[str, float]:
        return dict(self.session.get(self.health_url, timeout=PROBE_SECONDS).json())


@asynccontextmanager
async def stillness_of(machine: Machine) -> AsyncIterator[Stillness]:
    """Connect to a machine's engine and to its worker's probe."""
    async with engine(machine.zeebe) as connected:
        yield Stillness(engine=connected, health_url=f"http://{LOOPBACK}:{machine.ports['health']}/healthz")
