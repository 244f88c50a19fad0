"""Rows of a CSV export; the first line names the columns."""

import csv
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from casebook.platforms import Platform
from desk.intake.records import UNREADABLE, Record, Records, Rejected, named_columns, not_that_format, within_limit


def read_csv(path: Path, *, platform: Platform) -> Records:
    """Yield the rows of a file; a byte that is not in its encoding stays visible and costs only its row."""
    with path.open(encoding=platform.encoding, errors="replace", newline="") as lines:
        reader = csv.reader(lines, strict=True)
        try:
            header = next(reader, [])
        except csv.Error as error:
            raise not_that_format(platform, what="第一行不是有效的 CSV") from error
        columns = named_columns([column.strip().lstrip("\ufeff") for column in header], platform=platform)
        for row in count(2):
            within_limit(row, platform=platform)
            found = _next(reader, row=row, columns=columns)
            if found is None:
                return
            if isinstance(found, Rejected) or any(found.fields.values()):
                yield found


def _next(reader: Iterator[list[str]], *, row: int, columns: list[str]) -> Record | Rejected | None:
    try:
        cells = next(reader, None)
    except csv.Error:
        reason = "这一行的引号或长度不对，读不出来。请更正这一行后重新导入。"
        return Rejected(row, reason, record={UNREADABLE: f"第 {row} 行"})
    if cells is None:
        return None
    if cells and len(cells) != len(columns):
        reason = "这一行的列数和表头不一样，可能没有写完，或内容里的逗号没有加引号。请更正后重新导入。"
        return Rejected(row, reason, record={UNREADABLE: ",".join(cells)})
    return Record(row, dict(zip(columns, cells, strict=False)))
