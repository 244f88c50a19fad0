"""The closed list of errors a job may end with, and who reacts to each.

An expected outcome is a value that the job returns, not an error. No model draws a path for an
error yet, so there is no BPMN error code: the list of codes below is empty, and a test keeps it
equal to the codes that the models catch.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from casebook.deadline_rule import NoDeadline
from casebook.errors import MinhuError


class JobError(MinhuError):
    """A job cannot do its work; the message tells an operator what is wrong and what to do."""


class BpmnError(JobError):
    """A business path is drawn for this in a model; `code` is the one the model catches."""

    code: ClassVar[str]


class NeedsOperator(JobError):
    """Trying again cannot help: an incident is raised at once. Operators react in Operate."""


class TryLater(JobError):
    """Something outside is not ready: tried again with a growing wait, then an incident."""


def refuse_second_process(what: str, *, noted: int | None, own: int) -> None:
    """Let the process of a matter that another process was noted for end as an incident: nobody is asked twice."""
    if noted != own:
        raise NeedsOperator(f"{what} 已由流程实例 {noted} 办理，本实例 {own} 是重复的。请在 Operate 中取消本实例。")


@contextmanager
def as_incident() -> Iterator[None]:
    """Let a deadline that cannot be planned become an incident at once: trying again cannot help."""
    try:
        yield
    except NoDeadline as refusal:
        raise NeedsOperator(str(refusal)) from refusal


def bpmn_error_codes() -> set[str]:
    """Return every code that a job may throw."""
    return {subclass.code for subclass in BpmnError.__subclasses__()}
