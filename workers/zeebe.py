"""The only file that knows pyzeebe: serves typed functions as jobs, publishes facts, deploys.

pyzeebe's own worker loop is not used, for what was measured of it (ARCHITECTURE.md, decision 6): it
sleeps 5 s under back-pressure, counts connection errors for life, and logs variables.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
from pyzeebe import Job, create_insecure_channel
from pyzeebe.errors import (
    ActivateJobsRequestInvalidError,
    JobAlreadyDeactivatedError,
    JobNotFoundError,
    MessageAlreadyExistsError,
    UnknownGrpcStatusCodeError,
    ZeebeError,
)
from pyzeebe.grpc_internals.zeebe_adapter import ZeebeAdapter

from casebook.facts import Fact
from workers.job import EngineJob

JOB_TIMEOUT_SECONDS = 60
POLL_SECONDS = 10
MOST_IN_HAND = 16
BACK_OFF_SECONDS = (0.02, 2.0)
ANSWER_SECONDS = 15
FACT_LIFE_DAYS = 30
FINAL_CODES = (
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.UNIMPLEMENTED,
)
SERVICE_CONFIG = json.dumps(
    {
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [
            {
                "name": [
                    {"service": "gateway_protocol.Gateway", "method": method}
                    for method in ("CompleteJob", "FailJob", "ThrowError", "PublishMessage")
                ],
                "timeout": f"{ANSWER_SECONDS}s",
                "retryPolicy": {
                    "maxAttempts": 5,
                    "initialBackoff": "0.1s",
                    "maxBackoff": "2s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["RESOURCE_EXHAUSTED", "UNAVAILABLE", "ABORTED", "INTERNAL"],
                },
            }
        ],
    }
)

Handler = Callable[[EngineJob, dict[str, Any]], Awaitable[None]]
EngineError = ZeebeError


class EngineRefused(Exception):
    """The engine will never serve this worker (wrong rights or version): the process must end."""


@asynccontextmanager
async def engine(address: str) -> AsyncIterator["Engine"]:
    """Open a channel to one gateway, or to several (`host:port,host:port`, round robin)."""
    target = f"ipv4:{address}" if "," in address else address
    channel = create_insecure_channel(
        grpc_address=target,
        channel_options=(("grpc.service_config", SERVICE_CONFIG), ("grpc.enable_retries", 1)),
    )
    try:
        yield Engine(ZeebeAdapter(channel, max_connection_retries=-1))
    finally:
        await channel.close()


class Engine:
    """The engine as workers see it: jobs come in, answers and facts go out."""

    def __init__(self, adapter: ZeebeAdapter) -> None:
        """Wrap an open adapter; `engine()` makes one."""
        self._adapter = adapter

    async def serve(self, job_type: str, variables: list[str], *, handler: Handler, watch: "PollWatch") -> None:
        """Hand jobs of one type to `handler`, at most MOST_IN_HAND at once, until cancelled.

        Cancelled, it waits for the jobs in hand. Any failing poll is tried again with a short
        growing wait; an answer that no waiting can change raises EngineRefused.
        """
        slots = asyncio.Semaphore(MOST_IN_HAND)
        async with asyncio.TaskGroup() as in_hand:
            wait_seconds, longest = BACK_OFF_SECONDS
            polling = True
            while polling:
                try:
                    async for job in self._activate(job_type, variables, slots=slots):
                        in_hand.create_task(_release_after(slots, handler(_facts_of(job), dict(job.variables))))
                    watch.polled(job_type)
                    wait_seconds = BACK_OFF_SECONDS[0]
                except (ZeebeError, ActivateJobsRequestInvalidError) as error:
                    _raise_if_final(error)
                    watch.poll_failed(job_type)
                    await asyncio.sleep(wait_seconds * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
                    wait_seconds = min(wait_seconds * 2, longest)
                except asyncio.CancelledError:
                    polling = False

    async def _activate(self, job_type: str, variables: list[str], *, slots: asyncio.Semaphore) -> AsyncIterator[Job]:
        await slots.acquire()
        free = 1
        while not slots.locked() and free < MOST_IN_HAND:
            await slots.acquire()
            free += 1
        try:
            async for job in self._adapter.activate_jobs(
                task_type=job_type,
                worker="minhu",
                timeout=JOB_TIMEOUT_SECONDS * 1000,
                max_jobs_to_activate=free,
                variables_to_fetch=variables or ["request_id"],
                request_timeout=POLL_SECONDS * 1000,
            ):
                free -= 1
                yield job
        finally:
            for _ in range(free):
                slots.release()

    async def complete(self, job: EngineJob, variables: dict[str, Any]) -> bool:
        """Complete a job; False when the engine had already given it to somebody else."""
        return await _unless_gone(self._adapter.complete_job(job.key, variables))

    async def fail(self, job: EngineJob, message: str, *, retries: int, back_off_seconds: float) -> bool:
        """Fail a job; with `retries` 0 an incident with this message appears in Operate."""
        back_off_ms = round(back_off_seconds * 1000)
        return await _unless_gone(self._adapter.fail_job(job.key, retries, message, back_off_ms, {}))

    async def throw(self, job: EngineJob, code: str, *, message: str) -> bool:
        """End a job with a BPMN error for which the model has a path."""
        return await _unless_gone(self._adapter.throw_error(job.key, message, {}, code))

    async def publish(self, fact: Fact) -> None:
        """Tell the engine a fact, once for each `fact_id`; raises EngineError when it could not."""
        try:
            await self._adapter.publish_message(
                name=fact.name,
                correlation_key=fact.correlation_key,
                time_to_live_in_milliseconds=FACT_LIFE_DAYS * 86_400_000,
                variables=fact.variables,
                message_id=f"fact-{fact.fact_id}",
            )
        except MessageAlreadyExistsError:
            return

    async def deploy(self, files: list[Path]) -> dict[str, int]:
        """Deploy all files as one deployment; return the version of each process and decision."""
        answer = await self._adapter.deploy_resource(*files)
        versions: dict[str, int] = {}
        for part in answer.deployments:
            for key in ("bpmn_process_id", "dmn_decision_id", "form_id"):
                if name := getattr(part, key, None):
                    versions[name] = part.version
        return versions


class PollWatch:
    """Hears how polling goes; `workers/health.py` has the one that answers probes."""

    def polled(self, job_type: str) -> None:
        """One poll of this type was answered."""

    def poll_failed(self, job_type: str) -> None:
        """One poll of this type was not answered."""


def deploy(address: str, files: list[Path]) -> dict[str, int]:
    """Deploy all files as one deployment, for callers without an event loop."""

    async def run() -> dict[str, int]:
        async with engine(address) as connected:
            return await connected.deploy(files)

    return asyncio.run(run())


async def _release_after(slots: asyncio.Semaphore, work: Awaitable[None]) -> None:
    try:
        await work
    finally:
        slots.release()


async def _unless_gone(answer: Awaitable[Any]) -> bool:
    try:
        await answer
    except (JobNotFoundError, JobAlreadyDeactivatedError):
        return False
    return True


def _raise_if_final(error: Exception) -> None:
    if isinstance(error, ActivateJobsRequestInvalidError):
        raise EngineRefused("引擎拒绝了取任务的请求，参数无效。请核对 worker 与引擎的版本。") from error
    if isinstance(error, UnknownGrpcStatusCodeError) and error.grpc_error.code() in FINAL_CODES:
        code = error.grpc_error.code().name
        raise EngineRefused(f"引擎拒绝服务（{code}）。请核对 worker 的权限与引擎的版本。") from error


def _facts_of(job: Job) -> EngineJob:
    return EngineJob(
        key=job.key,
        job_type=job.type,
        process_instance_key=job.process_instance_key,
        element_id=job.element_id,
        retries=job.retries,
    )
