"""The catalogue of job types, read from the job files themselves: nobody keeps a list by hand."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

import workers
from workers.variables import Variables

RunJob = Callable[..., Awaitable[Variables | None]]


@dataclass(frozen=True, kw_only=True)
class JobType:
    """One job type: its name in the models, what people call it, and its function's contract."""

    name: str
    chinese_name: str
    promise: str
    reads: type[Variables]
    writes: type[Variables] | None
    needs: tuple[str, ...]
    run: RunJob

    def reads_names(self) -> list[str]:
        """Return the variables that the engine hands over, exactly."""
        return list(self.reads.model_fields)

    def writes_names(self) -> list[str]:
        """Return the variables that the job gives back."""
        return list(self.writes.model_fields) if self.writes else []


def _job_type(name: str) -> JobType | None:
    module = importlib.import_module(f"workers.{name}")
    run = getattr(module, name, None)
    if not inspect.iscoroutinefunction(run):
        return None
    hints: dict[str, Any] = get_type_hints(run)
    first, *needs = inspect.signature(run).parameters
    writes = hints["return"]
    return JobType(
        name=name,
        chinese_name=module.CHINESE_NAME,
        promise=inspect.getdoc(module) or "",
        reads=hints[first],
        writes=None if writes is type(None) else writes,
        needs=tuple(needs),
        run=run,
    )


def job_types() -> dict[str, JobType]:
    """Return every job type by name. A file is a job when it holds a coroutine of its own name."""
    folder = str(Path(workers.__file__).parent)
    names = sorted(module.name for module in pkgutil.iter_modules([folder]))
    found = (_job_type(name) for name in names if not name.startswith("__"))
    return {job.name: job for job in found if job}
