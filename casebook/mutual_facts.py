"""What lead and co-units say of each other's cooperation, made part of the coded fact: conduct first, then the mark.

Pure. Conduct that costs everything already (absent, refused) is not made worse by a mark, nor better.
"""

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
Conduct = tuple[str, list[Row]]
MARKS = ("poor", "fair", "good")
RATED = {
    ("smooth", "fair"): "smooth_fair",
    ("smooth", "poor"): "smooth_poor",
    ("late", "fair"): "late_fair",
    ("late", "poor"): "late_poor",
}
MARKED = frozenset(fact for fact, _ in RATED)


def last_said(rows: Iterable[Row], *, about: str, by: Iterable[str]) -> dict[str, Row | None]:
    """Return what each of some units said last about a unit; None of one that said nothing."""
    said: dict[str, Row | None] = dict.fromkeys(by)
    for row in sorted(rows, key=lambda row: (row["rated_at"], row["work_order_id"])):
        if row["about_unit"] == about and row["by_unit"] in said:
            said[row["by_unit"]] = row
    return said


def with_marks(conduct: Conduct, said: dict[str, Row | None], *, unanswered: str, several: str) -> Conduct:
    """Return a cooperation's fact and grounds with the marks that were given.

    `unanswered` is the mark of who said nothing; of several marks the lowest counts, or the (lower) middle one.
    """
    fact, grounds = conduct
    if not said or fact not in MARKED:
        return conduct
    marks = sorted(MARKS.index(row["outcome"] if row else unanswered) for row in said.values())
    mark = MARKS[marks[0 if several == "lowest" else (len(marks) - 1) // 2]]
    return RATED.get((fact, mark), fact), [*(_ground(row) for row in said.values() if row), *grounds]


def _ground(row: Row) -> Row:
    told = {"by": row["by_unit"], "about": row["about_unit"], "outcome": row["outcome"], "reason": row["reason"]}
    return told | {"rated_at": row["rated_at"].isoformat()}
