"""The rows of a CSV file of cases, one by one: a bad row becomes a sentence, and the rest goes on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from casebook.errors import RejectedInput

NOT_UTF_8 = "\ufffd"


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that cannot be asked about, with its number in the file and the reason."""

    row: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns that a file of cases must have, and those it may have besides."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def of(self, reader: Iterator[list[str]], *, path: Path) -> list[str]:
        """Return the columns of the first line; RejectedInput when one is missing or unknown."""
        try:
            columns = [cell.strip() for cell in next(reader, [])]
        except csv.Error:
            columns = []
        missing = [name for name in self.needed if name not in columns]
        unknown = [name for name in columns if name not in self.needed + self.optional]
        twice = [name for name in columns if columns.count(name) > 1]
        if missing or unknown or twice:
            what = f"没有“{missing[0]}”这一列" if missing else f"不认识“{unknown[0]}”这一列" if unknown else ""
            may = f"，可加 {'、'.join(self.optional)}" if self.optional else ""
            raise RejectedInput(
                f"文件 {path.name} 第 1 行{what or f'有两个“{twice[0]}”列'}。"
                f"请用 UTF-8 编码的 CSV，第一行写 {','.join(self.needed)}{may}。"
            )
        return columns


def read_rows(path: Path, columns: Columns) -> Iterator[tuple[int, dict[str, str] | BadRow]]:
    """Yield each row with its number; a byte that is not UTF-8 stays visible and costs only its row."""
    try:
        lines = path.open(encoding="utf-8-sig", errors="replace", newline="")
    except OSError as error:
        raise RejectedInput(f"文件 {path} 打不开。请检查路径和读取权限。") from error
    with lines:
        reader = csv.reader(lines, strict=True)
        names = columns.of(reader, path=path)
        for row in count(2):
            try:
                cells = next(reader, None)
            except csv.Error:
                yield row, BadRow(row=row, reason="引号不成对或内容太长，读不出来。请更正后再试。")
                continue
            if cells is None:
                return
            if len(cells) > len(names):
                yield row, BadRow(row=row, reason="列数比第一行多。请更正后再试。")
            elif any(NOT_UTF_8 in cell or "\0" in cell for cell in cells):
                yield row, BadRow(row=row, reason="编码不是 UTF-8。请另存为 UTF-8 的 CSV 后再试。")
            elif any(cell.strip() for cell in cells):
                yield row, dict(zip(names, cells, strict=False))
