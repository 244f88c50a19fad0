"""Progress for people, on stderr: standard output stays clean for --json."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

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


class _Lines:
    def __init__(self, title: str, *, total: int) -> None:
        self._title = title
        self._total = total
        self._next = 0.0

    def __call__(self, done: int) -> None:
        if self._total and done / self._total >= self._next:
            say(f"  {self._title} {done // MEGABYTE}/{self._total // MEGABYTE} MB")
            self._next = done / self._total + STEP
