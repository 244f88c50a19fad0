"""What an operator reads and what the log keeps: never a caller's number, name or words."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from casebook.clock import clock_from
from casebook.district import load_district
from casebook.errors import MinhuError
from workers.catalogue import JobType
from workers.errors import NeedsOperator, TryLater
from workers.health import Health
from workers.job import EngineJob
from workers.runner import Runner, sentence_for
from workers.variables import Variables

PHONE = "99912345678"
CONFIG = Path(__file__).resolve().parents[2] / "config"


class AskSomething(Variables):
    """What the job of these tests reads."""

    request_id: str
    phone: str


@dataclass
class AnswersKept:
    """An engine that keeps what it is told."""

    told: list[str] = field(default_factory=list)

    async def fail(self, job: EngineJob, message: str, *, retries: int, back_off_seconds: float) -> bool:
        self.told.append(f"{job.key} {message} {retries} {back_off_seconds > 0}")
        return True


async def ask_something(_: AskSomething) -> None:
    raise RuntimeError(f"could not reach {PHONE}, 张三 of 大智街 1 号")


def job_type() -> JobType:
    return JobType(
        name="ask_something",
        chinese_name="问一件事",
        promise="",
        reads=AskSomething,
        writes=None,
        needs=(),
        run=ask_something,
    )


@pytest.fixture
def engine() -> AnswersKept:
    return AnswersKept()


@pytest.fixture
def runner(engine: AnswersKept) -> Runner:
    return Runner(
        engine=cast("Any", engine),
        casebook=cast("Any", None),
        district=load_district(CONFIG),
        clock=clock_from(None),
        base_url="http://127.0.0.1",
        health=Health(),
    )


@pytest.mark.parametrize("variables", [{"request_id": "JA1", "phone": PHONE}, {"request_id": "JA1", "phone": [PHONE]}])
async def test_a_failing_job_tells_neither_the_engine_nor_the_log_what_it_was_working_on(
    variables: dict[str, Any], runner: Runner, engine: AnswersKept
) -> None:
    job = EngineJob(key=1, job_type="ask_something", process_instance_key=2, element_id="Task_Ask", retries=3)
    with capture_logs() as log:
        await runner.run(job_type(), job, variables=variables)
    assert len(engine.told) == 1
    assert {"job_failed", "job_finished"} <= {entry["event"] for entry in log}
    for secret in (PHONE, "张三", "大智街"):
        assert secret not in engine.told[0]
        assert secret not in str(log)


def test_variables_that_do_not_fit_are_named_without_their_values() -> None:
    with pytest.raises(ValidationError) as caught:
        AskSomething.model_validate({"request_id": "JA1", "phone": {"number": PHONE}, "name": "张三"})
    sentence = sentence_for(caught.value, "问一件事")
    assert sentence == "问一件事：流程变量不合要求（name、phone）。请在 Operate 中更正这些变量后重试。"
    assert PHONE not in str(caught.value)


def test_a_database_error_is_told_without_its_statement_and_parameters() -> None:
    error = OperationalError("insert into requests values (%s)", {"phone": PHONE}, Exception(PHONE))
    sentence = sentence_for(error, "登记诉求")
    assert PHONE not in sentence
    assert sentence.startswith("登记诉求：卷宗数据库没有完成操作（OperationalError）。请")


@pytest.mark.parametrize("error", [NeedsOperator("诉求 JA1：请补一行。"), TryLater("请稍候。"), MinhuError("请更正。")])
def test_our_own_sentences_are_passed_on_as_they_are(error: MinhuError) -> None:
    assert sentence_for(error, "登记诉求") == str(error)


FOREIGN = [ValueError(PHONE), KeyError(PHONE), OSError(5, PHONE), ExceptionGroup(PHONE, [ValueError()])]


@pytest.mark.parametrize("error", FOREIGN)
def test_a_foreign_exception_gives_only_its_kind(error: Exception) -> None:
    sentence = sentence_for(error, "登记诉求")
    assert PHONE not in sentence
    assert type(error).__name__ in sentence
    assert "请" in sentence
