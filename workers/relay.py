"""The relay: tells the engine every fact of the casebook, in order for each matter, at least once."""

import asyncio
import itertools
import random
from dataclasses import dataclass, field

import structlog

from casebook import facts
from casebook.clock import Clock
from casebook.engine import AsyncEngine
from workers.crash_points import CrashPoints
from workers.lone_runner import run_alone
from workers.tracing import Tracing
from workers.zeebe import Engine, EngineError

BATCH = 256
AT_ONCE = 16
BACK_OFF_SECONDS = 0.5
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Relay:
    """Publishes facts as messages whose id is the fact's id, so that a repeat is refused."""

    engine: Engine
    casebook: AsyncEngine
    clock: Clock
    database_url: str
    crash: CrashPoints = field(default_factory=CrashPoints)
    tracing: Tracing = field(default_factory=Tracing)

    async def run(self) -> None:
        """Publish until cancelled; one process at a time does."""
        await run_alone(self.database_url, facts.WAKE_UP_CHANNEL, begin=self._begin, step=self.publish_batch)

    async def _begin(self) -> None:
        log.info("relay_began")

    async def publish_batch(self) -> int:
        """Publish the oldest facts and note them; return how many were found."""
        async with self.casebook.begin() as connection:
            found = await facts.unpublished(connection, most=BATCH)
        by_matter = [
            list(group)
            for _, group in itertools.groupby(
                sorted(found, key=lambda fact: (fact.matter, fact.fact_id)), key=lambda fact: fact.matter
            )
        ]
        slots = asyncio.Semaphore(AT_ONCE)
        published = await asyncio.gather(*(self._publish_in_order(group, slots) for group in by_matter))
        fact_ids = list(itertools.chain.from_iterable(published))
        if fact_ids:
            async with self.casebook.begin() as connection:
                await facts.mark_published(connection, fact_ids, now=self.clock())
        return len(found)

    async def _publish_in_order(self, group: list[facts.Fact], slots: asyncio.Semaphore) -> list[int]:
        published: list[int] = []
        async with slots:
            for fact in group:
                try:
                    await self.engine.publish(fact)
                except EngineError as error:
                    log.warning("fact_not_published", name=fact.name, error=type(error).__name__)
                    await asyncio.sleep(BACK_OFF_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
                    break
                self.crash.reached("relay", "after_publish")
                published.append(fact.fact_id)
                if fact.written_at:
                    now = self.clock()
                    self.tracing.fact(fact.name, fact.matter, written_at=fact.written_at, published_at=now)
        return published
