"""What costs a job one of its attempts, and what does not."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from casebook.clock import clock_from
from casebook.district import load_district
from workers.catalogue import JobType
from workers.errors import NeedsOperator
from workers.health import Health
from workers.job import EngineJob
from workers.runner import Runner
from workers.variables import Variables

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOT_REACHED = Exception("connection refused")


class Nothing(Variables):
    """The job of these tests reads nothing."""


@dataclass
class RetriesKept:
    """An engine that keeps how many attempts were left."""

    left: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def fail(self, job: EngineJob, message: str, *, retries: int, back_off_seconds: float) -> bool:
        self.left.append(retries)
        self.told.append(f"{job.key} {message}")
        return back_off_seconds > 0


async def attempts_left(error: Exception, *, before: int) -> list[int]:
    async def fail_with(_: Nothing) -> None:
        raise error

    engine = RetriesKept()
    runner = Runner(
        engine=cast("Any", engine),
        casebook=cast("Any", None),
        district=load_district(CONFIG),
        clock=clock_from(None),
        base_url="http://127.0.0.1",
        health=Health(),
    )
    kind = JobType(name="x", chinese_name="x", promise="", reads=Nothing, writes=None, needs=(), run=fail_with)
    job = EngineJob(key=1, job_type="x", process_instance_key=2, element_id="x", retries=before)
    await runner.run(kind, job, variables={})
    return engine.left


@pytest.mark.parametrize("before", [3, 1])
@pytest.mark.parametrize(
    "error",
    [
        OperationalError("select 1", {}, NOT_REACHED),
        InterfaceError("select 1", {}, NOT_REACHED),
        NoConnectionFree("QueuePool limit reached"),
    ],
)
async def test_a_casebook_that_is_away_costs_no_attempt(error: Exception, before: int) -> None:
    assert [before] == await attempts_left(error, before=before)


@pytest.mark.parametrize("error", [ValueError(), DataError("select 1", {}, Exception())])
async def test_any_other_failure_costs_one(error: Exception) -> None:
    assert [2] == await attempts_left(error, before=3)
    assert [0] == await attempts_left(error, before=1)


async def test_what_only_a_person_can_mend_costs_all_at_once() -> None:
    assert [0] == await attempts_left(NeedsOperator("请补一行。"), before=3)
