"""The loop that brings jobs of one type from the engine to their handler: bounded, and never given up."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from workers.job import EngineJob
from workers.zeebe import EngineError, code_of, raise_if_final

MOST_IN_HAND = 32
ENOUGH_FREE = MOST_IN_HAND // 2  # a poll for one job costs as much as a poll for sixteen
GATHER_SECONDS = 0.02
BACK_OFF_SECONDS = (0.02, 2.0)
HEARTBEATS_A_TIMEOUT = 3
LONGEST_JOB_SECONDS = 900.0
log = structlog.get_logger()

Handler = Callable[[EngineJob, dict[str, Any]], Awaitable[None]]


class JobSource(Protocol):
    """What the loop needs of the engine."""

    def activate(
        self, job_type: str, variables: list[str], *, most: int, timeout_seconds: float
    ) -> AsyncIterator[tuple[EngineJob, dict[str, Any]]]:
        """Ask for jobs and yield them as they come; ends when the engine has answered."""

    async def extend(self, job: EngineJob, *, seconds: float) -> bool:
        """Tell the engine that a job is still being worked on; False when it is no longer ours."""


class PollWatch(Protocol):
    """Hears how polling goes; `workers/health.py` has the one that answers probes."""

    def polled(self, job_type: str) -> None:
        """One poll of this type was answered."""

    def poll_failed(self, job_type: str, *, code: str) -> None:
        """One poll of this type was not answered, for the reason `code` (a gRPC status)."""


@dataclass(kw_only=True)
class Poller:
    """Serves one job type with at most `most` jobs in hand.

    There is no queue: every job that comes has a slot and begins at once, so nothing waits while
    its time at the engine runs out. That is `job_timeout_seconds`, after which the engine gives the job of
    a dead worker to somebody else. A job that takes long is kept by a heartbeat, at most for
    LONGEST_JOB_SECONDS.
    """

    source: JobSource
    job_type: str
    variables: list[str]
    handler: Handler
    watch: PollWatch
    job_timeout_seconds: float
    most: int = MOST_IN_HAND
    _in_hand: dict[int, "_Held"] = field(default_factory=dict, init=False)
    _returned: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self) -> None:
        """Serve until cancelled, then wait for the jobs in hand; EngineRefused when polling is pointless."""
        heart = asyncio.create_task(self._beat())
        try:
            await self._poll_for_ever()
        except asyncio.CancelledError:
            return  # asked to drain, which `finally` does
        finally:
            while self._in_hand:
                await self._next_return(limit_seconds=None)
            heart.cancel()

    async def _poll_for_ever(self) -> None:
        wait_seconds, longest = BACK_OFF_SECONDS
        while True:
            free = await self._free_slots()
            try:
                async for job, variables in self.source.activate(
                    self.job_type, self.variables, most=free, timeout_seconds=self.job_timeout_seconds
                ):
                    self._begin(job, variables)
                self.watch.polled(self.job_type)
                wait_seconds = BACK_OFF_SECONDS[0]
            except EngineError as error:
                raise_if_final(error)
                self.watch.poll_failed(self.job_type, code=code_of(error))
                await asyncio.sleep(wait_seconds * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
                wait_seconds = min(wait_seconds * 2, longest)

    async def _free_slots(self) -> int:
        """Wait for a free slot, and a moment longer for others, since jobs end one after the other."""
        free, gathering = self.most - len(self._in_hand), True
        while free < min(ENOUGH_FREE, self.most) and gathering:
            returned = await self._next_return(limit_seconds=GATHER_SECONDS if free else None)
            free, gathering = self.most - len(self._in_hand), returned
        return free

    async def _next_return(self, *, limit_seconds: float | None) -> bool:
        self._returned.clear()
        try:
            async with asyncio.timeout(limit_seconds):
                await self._returned.wait()
        except TimeoutError:
            return False
        return True

    def _begin(self, job: EngineJob, variables: dict[str, Any]) -> None:
        """Start the handler; a job that comes again while it is in hand is not started a second time."""
        if job.key not in self._in_hand:
            task = asyncio.create_task(self._work(job, variables))
            self._in_hand[job.key] = _Held(job, since=time.monotonic(), task=task)

    async def _work(self, job: EngineJob, variables: dict[str, Any]) -> None:
        try:
            await self.handler(job, variables)
        except Exception as error:  # noqa: BLE001 - one broken handler must not end the others
            log.error("handler_broke", job_key=job.key, error=type(error).__name__)  # noqa: TRY400 - its text may name people
        finally:
            del self._in_hand[job.key]
            self._returned.set()

    async def _beat(self) -> None:
        """Keep the jobs that take long from being given to somebody else."""
        beat_seconds = self.job_timeout_seconds / HEARTBEATS_A_TIMEOUT
        while True:
            await asyncio.sleep(beat_seconds)
            now = time.monotonic()
            for held in list(self._in_hand.values()):
                if beat_seconds <= now - held.since < LONGEST_JOB_SECONDS:
                    with contextlib.suppress(EngineError):
                        await self.source.extend(held.job, seconds=self.job_timeout_seconds)


@dataclass(frozen=True)
class _Held:
    job: EngineJob
    since: float
    task: asyncio.Task[None]
