"""The cases of a CSV file, one by one: a bad row becomes a sentence, and the rest goes on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from casebook.district import District
from casebook.errors import RejectedInput
from casebook.preview import Case, read_case

NEEDED = ("category", "community")
COLUMNS = (*NEEDED, "at", "urgency")
NOT_UTF_8 = "\ufffd"


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that cannot be asked about, with its number in the file and the reason."""

    row: int
    reason: str


def read_cases(path: Path, *, district: District, now: datetime) -> Iterator[tuple[int, Case | BadRow]]:
    """Yield each row with its number; a byte that is not UTF-8 stays visible and costs only its row."""
    try:
        lines = path.open(encoding="utf-8-sig", errors="replace", newline="")
    except OSError as error:
        raise RejectedInput(f"文件 {path} 打不开。请检查路径和读取权限。") from error
    with lines:
        reader = csv.reader(lines, strict=True)
        columns = _columns(reader, path=path)
        for row in count(2):
            try:
                cells = next(reader, None)
            except csv.Error:
                yield row, BadRow(row=row, reason="引号不成对或内容太长，读不出来。请更正后再试。")
                continue
            if cells is None:
                return
            if len(cells) > len(columns):
                yield row, BadRow(row=row, reason="列数比第一行多。请更正后再试。")
            elif any(cell.strip() for cell in cells):
                yield row, _case(row, dict(zip(columns, cells, strict=False)), district=district, now=now)


def _columns(reader: Iterator[list[str]], *, path: Path) -> list[str]:
    try:
        columns = [cell.strip() for cell in next(reader, [])]
    except csv.Error:
        columns = []
    missing = [name for name in NEEDED if name not in columns]
    unknown = [name for name in columns if name not in COLUMNS]
    if missing or unknown:
        what = f"没有“{missing[0]}”这一列" if missing else f"不认识“{unknown[0]}”这一列"
        raise RejectedInput(
            f"文件 {path.name} 第 1 行{what}。请用 UTF-8 编码的 CSV，第一行写 category,community，可加 at、urgency。"
        )
    return columns


def _case(row: int, cells: dict[str, str], *, district: District, now: datetime) -> Case | BadRow:
    if any(NOT_UTF_8 in cell or "\0" in cell for cell in cells.values()):
        return BadRow(row=row, reason="编码不是 UTF-8。请另存为 UTF-8 的 CSV 后再试。")
    try:
        return read_case(cells, district=district, now=now)
    except RejectedInput as refusal:
        return BadRow(row=row, reason=str(refusal))
