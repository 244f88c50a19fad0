"""Progress for people, on stderr: standard output stays clean for --json."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

MEGABYTE = 1_000_000
STEP = 0.1


def say(sentence: str) -> None:
    """Tell the person what happens now."""
    print(sentence, file=sys.stderr, flush=True)


class Bytes(Protocol):
    """Hears how many bytes are here so far, of the total the bar was opened with."""

    def __call__(self, done: int) -> None:
        """Note the number of bytes."""


@contextmanager
def byte_bar(title: str, *, total: int) -> Iterator[Bytes]:
    """Show a bar with bytes on a terminal, a line every tenth elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(title, total=total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(title, total=total)

        def note(done: int) -> None:
            bar.update(task, completed=done)

        yield note


class Count(Protocol):
    """Hears how many of the steps are done."""

    def __call__(self, done: int) -> None:
        """Note the number of steps."""


@contextmanager
def step_bar(title: str, *, total: int) -> Iterator[Count]:
    """Show a bar with steps and the time that is left on a terminal, a line every twentieth elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _StepLines(title, total=total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=total)

        def note(done: int) -> None:
            bar.update(task, completed=done)

        yield note


class _StepLines:
    """Says where a long run stands, and how long it will still take at this pace."""

    def __init__(self, title: str, *, total: int) -> None:
        self._title, self._total = title, total
        self._began, self._next = time.monotonic(), 0.0

    def __call__(self, done: int) -> None:
        if done and done / self._total >= self._next:
            left = (time.monotonic() - self._began) * (self._total - done) / done
            say(f"  {self._title} {done}/{self._total}，约还需 {left / 60:.0f} 分钟")
            self._next = done / self._total + STEP / 2


class _Lines:
    def __init__(self, title: str, *, total: int) -> None:
        self._title = title
        self._total = total
        self._next = 0.0

    def __call__(self, done: int) -> None:
        if self._total and done / self._total >= self._next:
            say(f"  {self._title} {done // MEGABYTE}/{self._total // MEGABYTE} MB")
            self._next = done / self._total + STEP
