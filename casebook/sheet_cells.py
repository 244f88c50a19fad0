"""Spreadsheets that people open: text stays text, whatever it begins with; a file is written whole or not at all."""

import tempfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell

from casebook.errors import RejectedInput

TEXT = "@"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def put_text(cell: Cell | Any, shown: str) -> None:
    """Put text into a cell; what begins like a formula stays text, for whoever opens the file."""
    cell.value = shown or None
    cell.number_format = TEXT
    if shown:
        cell.data_type = "s"
    if shown[:1] in FORMULA_SIGNS:
        cell.quotePrefix = True


def must_be_new(path: Path) -> None:
    """Refuse a file that is there already: nothing is overwritten."""
    if path.exists():
        raise RejectedInput(f"{path.name} 已经存在，没有导出。请换一个文件名，或先把它移走。")


def save_whole(workbook: Workbook, path: Path) -> None:
    """Save a workbook under its name only once it is complete; RejectedInput when it cannot be written."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            draft = Path(folder) / "draft.xlsx"
            workbook.save(draft)
            draft.rename(path)
    except OSError as error:
        raise RejectedInput(f"{path} 写不进去。请检查文件夹是否存在、有没有写入权限和磁盘空间。") from error
