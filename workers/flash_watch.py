"""The watch for flash reports (实时快报): every few minutes it looks whether there is a cause, and asks for a report.

Not at intake, where a statement more would be paid by every request; and not a timer of the engine, which would begin
a process for every look that finds nothing. Safe to run twice: a cause is asked for once (`cause_key`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from casebook import flash_causes
from casebook.clock import Clock
from casebook.district import District
from casebook.engine import AsyncEngine
from workers.lone_runner import run_alone

CHANNEL = "flash_watch"
MINUTE_SECONDS = 60
log = structlog.get_logger()


@dataclass(kw_only=True)
class FlashWatch:
    """Looks for causes; `ticks` tells seconds of a clock that nobody moves."""

    casebook: AsyncEngine
    district: District
    clock: Clock
    database_url: str
    ticks: Callable[[], float] = time.monotonic
    _next: float = field(default=0.0, init=False)

    async def run(self) -> None:
        """Look until cancelled; one process at a time does."""
        await run_alone(self.database_url, CHANNEL, begin=self._begin, step=self.look)

    async def _begin(self) -> None:
        log.info("flash_watch_began")

    async def look(self) -> int:
        """Look when it is time; return 0, so that the next look is not at once."""
        if self.ticks() < self._next:
            return 0
        self._next = self.ticks() + self.district.reports.flash.look_minutes * MINUTE_SECONDS
        async with self.casebook.begin() as connection:
            asked = await flash_causes.ask(connection, district=self.district, now=self.clock())
        if asked:
            log.info("flash_reports_asked", count=len(asked))
        return 0
