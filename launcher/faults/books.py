"""The campaign's own books: every operation is written down before it is tried, and again when it is answered."""

import itertools
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Ending = Literal["acknowledged", "refused", "unsure"]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that somebody tried. `about` was chosen before the call; `result` is what the answer said.

    `ending` is None where no answer was ever seen, which says nothing about what happened.
    """

    number: int
    kind: str
    about: str
    begun_at: float
    ended_at: float | None = None
    ending: Ending | None = None
    result: str = ""

    @property
    def acknowledged(self) -> bool:
        """Whether whoever tried it was told that it is done."""
        return self.ending == "acknowledged"


class Books:
    """An append-only file, one JSON object a line; seconds are those of the monotonic clock."""

    def __init__(self, file: Path) -> None:
        """Begin a new file."""
        self._file = file.open("a", encoding="utf-8")
        self._numbers = itertools.count(1)
        self.acknowledged = 0

    def begin(self, kind: str, about: str) -> int:
        """Write down what is about to be tried; return its number."""
        number = next(self._numbers)
        self._write({"number": number, "kind": kind, "about": about, "begun_at": time.monotonic()})
        return number

    def end(self, number: int, ending: Ending, *, result: str = "") -> None:
        """Write down what the answer was."""
        self.acknowledged += ending == "acknowledged"
        self._write({"number": number, "ending": ending, "result": result, "ended_at": time.monotonic()})

    def _write(self, line: dict[str, object]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_books(file: Path) -> list[Operation]:
    """Return all operations of a file, in the order in which they were begun."""
    lines: dict[int, dict[str, object]] = {}
    for text in file.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        lines.setdefault(line["number"], {}).update(line)
    return [Operation(**line) for line in lines.values()]  # type: ignore[arg-type]  # JSON that we wrote


def longest_gap_seconds(operations: Iterable[Operation], *, until: float) -> float:
    """Return the longest time between two acknowledgements; what came after `until` does not count."""
    answered = (op.ended_at for op in operations if op.acknowledged and op.ended_at is not None)
    instants = sorted(instant for instant in answered if instant <= until)
    return max((later - earlier for earlier, later in itertools.pairwise(instants)), default=0.0)
