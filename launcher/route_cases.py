"""The cases of `./minhu route --csv`: each row becomes a case, or a sentence that says why it cannot."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from casebook.district import District
from casebook.errors import RejectedInput
from casebook.preview import Case, read_case
from launcher.case_rows import BadRow, Columns, read_rows

COLUMNS = Columns(needed=("category", "community"), optional=("at", "urgency"))


def read_cases(path: Path, *, district: District, now: datetime) -> Iterator[tuple[int, Case | BadRow]]:
    """Yield each row with its number."""
    for row, cells in read_rows(path, COLUMNS):
        if isinstance(cells, BadRow):
            yield row, cells
            continue
        try:
            yield row, read_case(cells, district=district, now=now)
        except RejectedInput as refusal:
            yield row, BadRow(row=row, reason=str(refusal))
