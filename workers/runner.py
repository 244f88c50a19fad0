"""Runs one job from its variables to the engine's answer, with one log line and its numbers."""

import random
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from structlog.contextvars import bound_contextvars

from casebook.clock import Clock
from casebook.district import District
from casebook.engine import AsyncEngine
from casebook.errors import MinhuError
from casebook.numbers import request_of
from workers.catalogue import JobType
from workers.crash_points import CrashPoints
from workers.errors import BpmnError, NeedsOperator, TryLater
from workers.health import Health
from workers.job import EngineJob
from workers.tracing import Tracing
from workers.zeebe import Engine, EngineError

if TYPE_CHECKING:
    from datetime import datetime

RETRIES_IN_MODELS = 3
BACK_OFF_SECONDS = (1.0, 60.0)
CASEBOOK_AWAY = (OperationalError, InterfaceError, NoConnectionFree)
CASEBOOK_AWAY_SECONDS = 5.0
NAMES_A_REQUEST = ("request_id", "work_order_id", "rating_id")
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Runner:
    """What every job may be given besides its variables, and whom it answers."""

    engine: Engine
    casebook: AsyncEngine
    district: District
    clock: Clock
    base_url: str
    health: Health
    crash: CrashPoints = field(default_factory=CrashPoints)
    tracing: Tracing = field(default_factory=Tracing)

    async def run(self, job_type: JobType, job: EngineJob, *, variables: dict[str, Any]) -> None:
        """Run a job and answer the engine; never raises, for one bad job must not stop others."""
        request_id = next(filter(None, (request_of(variables.get(name)) for name in NAMES_A_REQUEST)), None)
        context = {
            "request_id": request_id,
            "job_type": job.job_type,
            "job_key": job.key,
            "process_instance_key": job.process_instance_key,
            "element_id": job.element_id,
            "attempt": RETRIES_IN_MODELS - job.retries + 1,
        }
        started = time.perf_counter()
        with (
            bound_contextvars(**context),
            self.health.in_hand(job.job_type),
            self.tracing.job(job.job_type, request_id, attributes=context) as traced,
        ):
            outcome = "unanswered"
            try:
                outcome = await self._answer(job_type, job, variables=variables)
            except EngineError as error:
                log.warning("answer_not_taken", error=type(error).__name__)
            seconds = time.perf_counter() - started
            self.health.finished(job.job_type, outcome=outcome, seconds=seconds)
            traced["outcome"] = outcome
            log.info("job_finished", outcome=outcome, seconds=round(seconds, 4))

    async def _answer(self, job_type: JobType, job: EngineJob, *, variables: dict[str, Any]) -> str:
        try:
            written = await self._work(job_type, job, variables=variables)
        except BpmnError as error:
            await self.engine.throw(job, error.code, message=str(error))
            return error.code
        except Exception as error:  # noqa: BLE001 - whatever happened, the engine gets an answer
            return await self._fail(job_type, job, error=error)
        self.crash.reached(job_type.name, "before_completion")
        taken = await self.engine.complete(job, written)
        self.crash.reached(job_type.name, "after_completion")
        return "completed" if taken else "given_away"

    async def _work(self, job_type: JobType, job: EngineJob, *, variables: dict[str, Any]) -> dict[str, Any]:
        read = job_type.reads.model_validate(variables)
        async with AsyncExitStack() as stack:
            given = await self._given(job_type, job, stack=stack)
            self.crash.reached(job_type.name, "before_effect")
            result = await job_type.run(read, **given)
        self.crash.reached(job_type.name, "after_commit")
        return result.model_dump(mode="json") if result else {}

    async def _given(self, job_type: JobType, job: EngineJob, *, stack: AsyncExitStack) -> Mapping[str, Any]:
        parts: dict[str, Any] = {"job": job, "district": self.district, "base_url": self.base_url}
        if "now" in job_type.needs:
            now: datetime = self.clock()
            parts["now"] = now
        if "casebook" in job_type.needs:
            parts["casebook"] = await stack.enter_async_context(self.casebook.begin())
        return {name: parts[name] for name in job_type.needs}

    async def _fail(self, job_type: JobType, job: EngineJob, *, error: Exception) -> str:
        final = isinstance(error, NeedsOperator | ValidationError)
        away = isinstance(error, CASEBOOK_AWAY)  # no fault of the job's: it costs no attempt, however long it lasts
        retries = 0 if final else job.retries if away else max(job.retries - 1, 0)
        attempt = RETRIES_IN_MODELS - job.retries
        shortest, longest = BACK_OFF_SECONDS
        wait_seconds = CASEBOOK_AWAY_SECONDS if away else min(shortest * 2**attempt, longest)
        back_off = wait_seconds * random.uniform(0.75, 1.25)  # noqa: S311 - jitter
        message = sentence_for(error, job_type.chinese_name)
        await self.engine.fail(job, message, retries=retries, back_off_seconds=back_off)
        log.warning("job_failed", error=type(error).__name__, retries_left=retries)
        return "failed" if retries else "incident"


def sentence_for(error: Exception, task: str) -> str:
    """Return what an operator reads in Operate: never the text of a foreign exception."""
    if isinstance(error, ValidationError):
        fields = "、".join(sorted({".".join(str(part) for part in item["loc"]) for item in error.errors()}))
        return f"{task}：流程变量不合要求（{fields}）。请在 Operate 中更正这些变量后重试。"
    if isinstance(error, NeedsOperator | TryLater | MinhuError):
        return str(error)
    if isinstance(error, SQLAlchemyError):
        return f"{task}：卷宗数据库没有完成操作（{type(error).__name__}）。请确认数据库正常后重试。"
    return f"{task}：程序内部错误（{type(error).__name__}）。请查看 worker 日志，修正后重试。"
