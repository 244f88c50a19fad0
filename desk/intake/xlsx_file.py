"""Rows of a spreadsheet's first sheet; formulas are taken as the text they are, and nothing is computed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from casebook.errors import RejectedInput
from casebook.platforms import Platform
from desk.intake.records import MEGABYTE, Record, Records, broke_off, named_columns, not_that_format, within_limit

UNPACKED_MOST_MB = 512
PARTS_MOST = 500
COLUMNS_MOST = 200


def read_xlsx(path: Path, *, platform: Platform) -> Records:
    """Yield the rows of the first sheet; the first line names the columns."""
    _refuse_bomb(path, platform=platform)
    row = 0
    try:
        columns: list[str] = []
        for row, cells in enumerate(_sheet(path), start=1):
            within_limit(row, platform=platform)
            values = [_value(cell) for cell in cells]
            if row == 1:
                columns = named_columns([str(value).strip() for value in values], platform=platform)
            elif any(values):
                yield Record(row, dict(zip(columns, values, strict=False)))
    except RejectedInput:
        raise
    except Exception as error:  # openpyxl lets whatever a broken part provokes come through
        raise broke_off(platform, row=max(row - 1, 0)) from error
    if row == 0:
        raise not_that_format(platform, what="第一张表是空的")


def _refuse_bomb(path: Path, *, platform: Platform) -> None:
    try:
        with ZipFile(path) as parts:
            sizes = [part.file_size for part in parts.infolist()]
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broke_off(platform, row=0) from error
    if len(sizes) > PARTS_MOST or sum(sizes) > UNPACKED_MOST_MB * MEGABYTE:
        raise not_that_format(platform, what=f"解压后超过 {UNPACKED_MOST_MB} MB 或部件太多")


def _sheet(path: Path) -> Iterator[Sequence[object]]:
    with path.open("rb") as file:
        workbook = load_workbook(file, read_only=True, data_only=False)
        try:
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()
            yield from sheet.iter_rows(values_only=True, max_col=COLUMNS_MOST)
        finally:
            workbook.close()


def _value(cell: object) -> str | datetime:
    if cell is None:
        return ""
    if isinstance(cell, str | datetime):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(getattr(cell, "text", cell))
