"""One thing that is wrong, in words for the person who drew it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from casebook.decision_tables import Row, Table

LIKELY_MEANT = 0.75


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """Where something is wrong, what it is, and what to do. `line` 0 means the file as a whole."""

    file: str
    line: int = 0
    element: str
    what: str
    action: str

    def sentence(self) -> str:
        """Return the one line that is printed: `file:line: element: what；what to do。`."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.element}: {self.what}；{self.action}。"


@dataclass(frozen=True, kw_only=True)
class Place:
    """An element of a file, about which there may be something to say."""

    file: str
    line: int = 0
    element: str = "文件"

    def finding(self, what: str, *, action: str) -> Finding:
        """Return what is wrong here and what to do."""
        return Finding(file=self.file, line=self.line, element=self.element, what=what, action=action)


def at(table: Table, row: Row | None = None) -> Place:
    """Return the place of a row, or of the table as a whole."""
    return Place(file=table.file, line=row.line if row else table.line, element=row.id if row else table.id)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "，是不是想写“…”" for the known name most like this one, or nothing."""
    close = get_close_matches(name, sorted(set(known) - {name}), n=1, cutoff=LIKELY_MEANT)
    return f"，是不是想写“{close[0]}”" if close else ""


def listed(names: Iterable[str]) -> str:
    """Return names as a Chinese enumeration, in order."""
    return "、".join(sorted(names))
