"""The only file that knows pyzeebe: jobs come in, answers and facts go out, models are deployed.

pyzeebe's own worker loop is not used, for what was measured of it (ARCHITECTURE.md, decision 6): it
sleeps 5 s under back-pressure, counts connection errors for life, and logs variables. Ours is
`workers/poller.py`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
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
    ZeebeBackPressureError,
    ZeebeDeadlineExceeded,
    ZeebeError,
    ZeebeGatewayUnavailableError,
    ZeebeInternalError,
)
from pyzeebe.grpc_internals.zeebe_adapter import ZeebeAdapter

from casebook.facts import Fact
from workers.job import EngineJob

POLL_SECONDS = 10
ANSWER_SECONDS = 15
FACT_LIFE_DAYS = 30
WORKER = "minhu"
FINAL_CODES = (
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.UNIMPLEMENTED,
)
RECONNECT_MS_MOST = 2000  # gRPC's own is two minutes: so long an engine that is back would not be noticed
SERVICE_CONFIG = json.dumps(
    {
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [
            {
                "name": [
                    {"service": "gateway_protocol.Gateway", "method": method}
                    for method in ("CompleteJob", "FailJob", "ThrowError", "PublishMessage", "UpdateJobTimeout")
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

CODES: dict[type[ZeebeError], str] = {
    ZeebeBackPressureError: "RESOURCE_EXHAUSTED",
    ZeebeGatewayUnavailableError: "UNAVAILABLE",
    ZeebeInternalError: "INTERNAL",
    ZeebeDeadlineExceeded: "DEADLINE_EXCEEDED",
}

EngineError = ZeebeError


class EngineRefused(Exception):
    """The engine will never serve this worker (wrong rights or version): the process must end."""


@asynccontextmanager
async def engine(address: str) -> AsyncIterator["Engine"]:
    """Open a channel to one gateway, or to several (`host:port,host:port`, round robin)."""
    target = f"ipv4:{address}" if "," in address else address
    channel = create_insecure_channel(
        grpc_address=target,
        channel_options=(
            ("grpc.service_config", SERVICE_CONFIG),
            ("grpc.enable_retries", 1),
            ("grpc.max_reconnect_backoff_ms", RECONNECT_MS_MOST),
        ),
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

    async def activate(
        self, job_type: str, variables: list[str], *, most: int, timeout_seconds: float
    ) -> AsyncIterator[tuple[EngineJob, dict[str, Any]]]:
        """Ask for at most `most` jobs; they are ours for `timeout_seconds`. Ends when the engine has answered."""
        try:
            async for job in self._adapter.activate_jobs(
                task_type=job_type,
                worker=WORKER,
                timeout=round(timeout_seconds * 1000),
                max_jobs_to_activate=most,
                variables_to_fetch=variables or ["request_id"],
                request_timeout=POLL_SECONDS * 1000,
            ):
                yield _facts_of(job), dict(job.variables)
        except ActivateJobsRequestInvalidError as error:
            raise EngineRefused("引擎拒绝了取任务的请求，参数无效。请核对 worker 与引擎的版本。") from error

    async def extend(self, job: EngineJob, *, seconds: float) -> bool:
        """Keep a job for `seconds` from now; False when it is no longer ours."""
        return await _unless_gone(self._adapter.update_job_timeout(job.key, round(seconds * 1000)))

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

    async def touch(self) -> None:
        """Return when the engine (its one partition) has worked on all it was told before; raises EngineError."""
        await self._adapter.publish_message(
            name="touch", correlation_key="touch", time_to_live_in_milliseconds=0, variables={}
        )

    async def deploy(self, files: list[Path]) -> dict[str, int]:
        """Deploy all files as one deployment; return the version of each process and decision."""
        answer = await self._adapter.deploy_resource(*files)
        versions: dict[str, int] = {}
        for part in answer.deployments:
            for key in ("bpmn_process_id", "dmn_decision_id", "form_id"):
                if name := getattr(part, key, None):
                    versions[name] = part.version
        return versions


def deploy(address: str, files: list[Path]) -> dict[str, int]:
    """Deploy all files as one deployment, for callers without an event loop."""

    async def run() -> dict[str, int]:
        async with engine(address) as connected:
            return await connected.deploy(files)

    return asyncio.run(run())


async def _unless_gone(answer: Awaitable[Any]) -> bool:
    try:
        await answer
    except (JobNotFoundError, JobAlreadyDeactivatedError):
        return False
    return True


def code_of(error: EngineError) -> str:
    """Return the gRPC status behind an error, for metrics."""
    if isinstance(error, UnknownGrpcStatusCodeError):
        return str(error.grpc_error.code().name)
    return next((code for kind, code in CODES.items() if isinstance(error, kind)), "UNKNOWN")


def raise_if_final(error: EngineError) -> None:
    """Raise EngineRefused when no waiting can make this error go away."""
    if isinstance(error, UnknownGrpcStatusCodeError) and error.grpc_error.code() in FINAL_CODES:
        raise EngineRefused(f"引擎拒绝服务（{code_of(error)}）。请核对 worker 的权限与引擎的版本。") from error


def _facts_of(job: Job) -> EngineJob:
    return EngineJob(
        key=job.key,
        job_type=job.type,
        process_instance_key=job.process_instance_key,
        element_id=job.element_id,
        retries=job.retries,
    )
