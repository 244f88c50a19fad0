"""What is done to the parts. Each injector returns only when its fault really happened and its part is healed again."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

import psutil

from launcher.errors import LauncherError
from launcher.faults.proxy import Proxy
from launcher.faults.stand import PAST_THE_JOB_TIMEOUT, WORKERS, Stand

PAUSE_SECONDS = (1.0, 5.0)
DOWN_SECONDS = (0.0, 2.0)
REFUSE_SECONDS = (2.0, 6.0)
SWALLOW_SECONDS = (0.5, 3.0)
JUMP_MINUTES = (2, 45)
EVIDENCE_WITHIN_SECONDS = 8.0
LOOK_SECONDS = 0.05
RESOURCE_EXHAUSTED, INTERNAL = 8, 13
AROUND_THE_ENGINE = {
    "kill_camunda": 1,
    "pause_camunda": 2,
    "reset_gateway": 2,
    "swallow_gateway": 2,
    "exhausted_gateway": 1,
    "internal_gateway": 1,
    "two_workers_on_one_job": 1,
    "clock_jump": 2,
    "full_disk": 1,
}
AROUND_THE_CASEBOOK = {
    "kill_postgres": 2,
    "pause_postgres": 2,
    "kill_worker_1": 2,
    "pause_worker_1": 2,
    "kill_smsc": 2,
    "pause_smsc": 2,
    "reset_carrier": 2,
    "swallow_carrier": 2,
}
LANES = (AROUND_THE_ENGINE, AROUND_THE_CASEBOOK)  # faults of both come at the same time, of one after another


class NothingHappenedError(Exception):
    """The fault was tried and cannot be shown to have happened: it does not count."""


class Injectors:
    """The hands of a campaign."""

    def __init__(self, stand: Stand, dice: Random) -> None:
        self._stand = stand
        self._dice = dice

    async def inject(self, kind: str) -> None:
        """Let one fault happen and heal it; NothingHappenedError when there was nothing to see."""
        what, _, where = kind.partition("_")
        deeds: dict[str, Callable[[str], Awaitable[None]]] = {
            "kill": self._kill,
            "pause": self._pause,
            "reset": self._reset,
            "swallow": self._swallow,
            "exhausted": self._refuse,
            "internal": self._refuse,
            "two": self._two_workers,
            "clock": self._jump,
            "full": self._full_disk,
        }
        try:
            await deeds[what](kind if what in ("exhausted", "internal") else where)
        except (psutil.Error, LauncherError) as error:  # another fault was faster
            raise NothingHappenedError from error

    async def _kill(self, part: str) -> None:
        process = self._running(part)
        process.kill()
        await asyncio.to_thread(process.wait, EVIDENCE_WITHIN_SECONDS)
        await asyncio.sleep(self._dice.uniform(*DOWN_SECONDS))
        await asyncio.to_thread(self._stand.start, part)

    async def _pause(self, part: str) -> None:
        family = _family(self._running(part))
        try:
            _signal_all(family, signal.SIGSTOP)
            await _until(lambda: family[0].status() == psutil.STATUS_STOPPED)
            await asyncio.sleep(self._dice.uniform(*PAUSE_SECONDS))
        finally:
            _signal_all(family, signal.SIGCONT)

    async def _reset(self, where: str) -> None:
        before = (await self._tell(where, "pass")).get("reset", 0)
        if (await self._tell(where, "reset")).get("reset", 0) == before:
            raise NothingHappenedError

    async def _swallow(self, where: str) -> None:
        before = (await self._tell(where, "swallow")).get("swallowed", 0)
        try:
            await asyncio.sleep(self._dice.uniform(*SWALLOW_SECONDS))
            await _until(lambda: self._proxy(where).tell("swallow").get("swallowed", 0) > before)
        finally:
            await self._tell(where, "reset")

    async def _refuse(self, kind: str) -> None:
        status = RESOURCE_EXHAUSTED if kind.startswith("exhausted") else INTERNAL
        before = (await self._tell("gateway", f"refuse {status}")).get("refused", 0)
        try:
            await asyncio.sleep(self._dice.uniform(*REFUSE_SECONDS))
            counted = await self._tell("gateway", "pass")
        finally:
            await self._tell("gateway", "pass")
        if counted.get("refused", 0) == before:
            raise NothingHappenedError

    async def _two_workers(self, _: str) -> None:
        """Stop a worker with jobs in its hand until they are handed out again, then let it go on."""
        name = WORKERS[0]
        process = self._running(name)
        limit = time.monotonic() + EVIDENCE_WITHIN_SECONDS
        while not await asyncio.to_thread(self._stand.jobs_in_hand, name):
            if time.monotonic() > limit:
                raise NothingHappenedError
            await asyncio.sleep(LOOK_SECONDS)
        process.suspend()
        try:
            await asyncio.to_thread(self._stand.pass_time, PAST_THE_JOB_TIMEOUT)
            await asyncio.sleep(self._dice.uniform(*PAUSE_SECONDS))
        finally:
            process.resume()

    async def _jump(self, _: str) -> None:
        before = self._stand.machine.clock.offset()
        span = timedelta(minutes=self._dice.randint(*JUMP_MINUTES))
        await asyncio.to_thread(self._stand.pass_time, span)
        if self._stand.machine.clock.offset() - before < span / 2:
            raise NothingHappenedError

    async def _full_disk(self, _: str) -> None:
        """Leave the engine no room until it says that it works on nothing, and a moment longer."""
        self._running("camunda")
        try:
            await asyncio.to_thread(self._stand.fill_disk)
            await _until(self._stand.engine_stands_still)
            await asyncio.sleep(self._dice.uniform(*PAUSE_SECONDS))
        finally:
            self._stand.empty_disk()

    def _proxy(self, where: str) -> Proxy:
        return self._stand.gateway if where == "gateway" else self._stand.carrier

    async def _tell(self, where: str, command: str) -> dict[str, int]:
        return await asyncio.to_thread(self._proxy(where).tell, command)

    def _running(self, part: str) -> psutil.Process:
        process = self._stand.running(part)
        if process is None:
            raise NothingHappenedError
        return process


def choose(dice: Random, *, most: int) -> list[list[str]]:
    """Draw the kinds of fault of each lane, the last one's turn first: a subset, for rare mixtures."""
    return [dice.sample(list(lane), min(dice.randint(len(lane) * 2 // 3, len(lane)), most)) for lane in LANES]


def next_of(chosen: list[str], dice: Random) -> str:
    """Draw one of the chosen kinds of a lane by its weight."""
    weights = AROUND_THE_ENGINE | AROUND_THE_CASEBOOK
    [kind] = dice.choices(chosen, [weights[kind] for kind in chosen])
    return kind


async def _until(happened: Callable[[], bool]) -> None:
    limit = time.monotonic() + EVIDENCE_WITHIN_SECONDS
    while not await asyncio.to_thread(happened):
        if time.monotonic() > limit:
            raise NothingHappenedError
        await asyncio.sleep(LOOK_SECONDS)


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _signal_all(family: list[psutil.Process], number: signal.Signals) -> None:
    for member in family:
        try:
            member.send_signal(number)
        except psutil.NoSuchProcess:
            continue
