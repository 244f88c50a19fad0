"""The loop that brings jobs: never more in hand than agreed, nothing started twice, nothing given up."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pyzeebe.errors import ZeebeBackPressureError, ZeebeGatewayUnavailableError

from workers.job import EngineJob
from workers.poller import Poller
from workers.zeebe import EngineRefused

LIMIT_SECONDS = 10


def job(key: int) -> EngineJob:
    return EngineJob(key=key, job_type="t", process_instance_key=1, element_id="Task_T", retries=3)


class Source:
    """An engine with a script: each poll takes the next entry, a list of keys or an error; then it waits."""

    def __init__(self, *script: list[int] | Exception) -> None:
        self.script = list(script)
        self.asked: list[int] = []
        self.extended: list[int] = []
        self.emptied = asyncio.Event()
        self.kept_twice = asyncio.Event()

    async def activate(
        self, _job_type: str, _variables: list[str], *, most: int, timeout_seconds: float
    ) -> AsyncIterator[tuple[EngineJob, dict[str, Any]]]:
        assert timeout_seconds > 0
        self.asked.append(most)
        if not self.script:
            self.emptied.set()
            await asyncio.Event().wait()
        entry = self.script.pop(0)
        if isinstance(entry, Exception):
            raise entry
        for key in entry[:most]:
            yield job(key), {"key": key}
        if entry[most:]:
            self.script.insert(0, entry[most:])

    async def extend(self, job: EngineJob, *, seconds: float) -> bool:
        assert seconds > 0
        self.extended.append(job.key)
        if len(self.extended) > 1:
            self.kept_twice.set()
        return True


class Watch:
    def __init__(self) -> None:
        self.answered = 0
        self.codes: list[str] = []

    def polled(self, job_type: str) -> None:
        assert job_type == "t"
        self.answered += 1

    def poll_failed(self, job_type: str, *, code: str) -> None:
        assert job_type == "t"
        self.codes.append(code)


class Handler:
    """Counts what runs at once; jobs end when `gate` is open."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.running = self.most = 0
        self.done: list[int] = []
        self.begun = asyncio.Condition()

    async def __call__(self, job: EngineJob, variables: dict[str, Any]) -> None:
        assert variables == {"key": job.key}
        self.running += 1
        self.most = max(self.most, self.running)
        async with self.begun:
            self.begun.notify_all()
        await self.gate.wait()
        self.running -= 1
        self.done.append(job.key)

    async def wait_running(self, count: int) -> None:
        async with asyncio.timeout(LIMIT_SECONDS), self.begun:
            await self.begun.wait_for(lambda: self.running >= count)


def poller(source: Source, handler: Any, watch: Watch, **settings: Any) -> Poller:
    settings = {"job_timeout_seconds": 60.0} | settings
    return Poller(source=source, job_type="t", variables=["key"], handler=handler, watch=watch, **settings)


async def stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    async with asyncio.timeout(LIMIT_SECONDS):
        await asyncio.wait([task])


async def test_never_more_jobs_are_in_hand_than_agreed() -> None:
    source, handler, watch = Source(list(range(50))), Handler(), Watch()
    task = asyncio.create_task(poller(source, handler, watch, most=8).run())
    await handler.wait_running(8)
    handler.gate.set()
    async with asyncio.timeout(LIMIT_SECONDS):
        await source.emptied.wait()
    await stop(task)
    assert 8 == handler.most
    assert sorted(handler.done) == list(range(50))
    assert max(source.asked) <= 8


async def test_slow_jobs_do_not_keep_the_free_slots_waiting() -> None:
    source, handler, watch = Source(list(range(7)), [7]), Handler(), Watch()
    task = asyncio.create_task(poller(source, handler, watch, most=8).run())
    await handler.wait_running(8)  # seven hang, and the eighth is fetched nevertheless
    handler.gate.set()
    await stop(task)
    assert 8 == len(handler.done)


async def test_a_job_that_comes_again_while_in_hand_is_not_started_twice() -> None:
    source, handler, watch = Source([1], [1], [2]), Handler(), Watch()
    task = asyncio.create_task(poller(source, handler, watch).run())
    await handler.wait_running(2)
    handler.gate.set()
    await stop(task)
    assert sorted(handler.done) == [1, 2]


async def test_asked_to_stop_it_finishes_what_is_in_hand() -> None:
    source, handler, watch = Source([1, 2, 3]), Handler(), Watch()
    task = asyncio.create_task(poller(source, handler, watch).run())
    await handler.wait_running(3)
    task.cancel()
    await asyncio.wait([task], timeout=0.05)
    assert not task.done()
    handler.gate.set()
    async with asyncio.timeout(LIMIT_SECONDS):
        await asyncio.wait([task])
    assert sorted(handler.done) == [1, 2, 3]


@pytest.mark.parametrize(
    ("error", "code"),
    [(ZeebeBackPressureError, "RESOURCE_EXHAUSTED"), (ZeebeGatewayUnavailableError, "UNAVAILABLE")],
)
async def test_an_engine_under_pressure_or_away_is_asked_again(error: type[Exception], code: str) -> None:
    source, handler, watch = Source(error(None), error(None), [1]), Handler(), Watch()
    handler.gate.set()
    task = asyncio.create_task(poller(source, handler, watch).run())
    async with asyncio.timeout(LIMIT_SECONDS):
        await source.emptied.wait()
    await stop(task)
    assert (watch.codes, watch.answered, handler.done) == ([code, code], 1, [1])


async def test_a_refusal_ends_the_loop_after_the_jobs_in_hand() -> None:
    source, handler, watch = Source([1], EngineRefused("引擎拒绝服务。")), Handler(), Watch()
    task = asyncio.create_task(poller(source, handler, watch).run())
    await handler.wait_running(1)
    handler.gate.set()
    with pytest.raises(EngineRefused):
        async with asyncio.timeout(LIMIT_SECONDS):
            await task
    assert handler.done == [1]


async def test_a_job_that_takes_long_is_kept_by_a_heartbeat() -> None:
    source, handler, watch = Source([1]), Handler(), Watch()
    task = asyncio.create_task(poller(source, handler, watch, job_timeout_seconds=0.06).run())
    await handler.wait_running(1)
    async with asyncio.timeout(LIMIT_SECONDS):
        await source.kept_twice.wait()
    handler.gate.set()
    await stop(task)
    assert set(source.extended) == {1}


async def test_a_handler_that_breaks_does_not_end_the_others() -> None:
    source, watch, done = Source([1, 2]), Watch(), []

    async def handle(job: EngineJob, _variables: dict[str, Any]) -> None:
        if job.key == 1:
            raise RuntimeError
        done.append(job.key)

    task = asyncio.create_task(poller(source, handle, watch).run())
    async with asyncio.timeout(LIMIT_SECONDS):
        await source.emptied.wait()
    await stop(task)
    assert done == [2]
