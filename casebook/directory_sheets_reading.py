"""A spreadsheet of the directory read back: each wrong cell is named by sheet, row and column, all of them at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from pydantic import ValidationError

from casebook.configuration import Configured, in_chinese
from casebook.directory_review import Book
from casebook.directory_sheets import lists_of
from casebook.directory_tables import TABLES, TableOf
from casebook.directory_words import COLUMNS, Wrong
from casebook.district import District
from casebook.errors import RejectedInput

UNPACKED_MOST = 256 * 1024 * 1024
PARTS_MOST = 500
ROWS_MOST, COLUMNS_MOST = 50_000, 60
OLE = b"\xd0\xcf\x11\xe0"  # how a file with a password begins, and one of the old kind
REMARK = "备注"
OFFERED_MOST = 8
ADVICE = "请用 ./minhu directory export 导出一份，在它上面修改"
Sheets = Mapping[str, Any]


def read_book(path: Path, *, district: District) -> tuple[Book, list[Wrong]]:
    """Return the rows of a spreadsheet with their numbers, and what is wrong with single cells.

    RejectedInput when the file as a whole cannot be read.
    """
    _refuse_what_is_no_spreadsheet(path)
    lists, wrong = lists_of(district), []
    book: dict[str, list[tuple[int, Configured]]] = {name: [] for name in TABLES}
    try:
        with path.open("rb") as file:
            workbook = load_workbook(file, read_only=True, data_only=False)
            try:
                sheets = {sheet.title.strip(): sheet for sheet in workbook.worksheets}
                for table in TABLES.values():
                    for found in _rows(table, sheets, lists=lists):
                        if isinstance(found, Wrong):
                            wrong.append(found)
                        else:
                            book[table.name].append(found)
            finally:
                workbook.close()
    except RejectedInput:
        raise
    except Exception as error:  # openpyxl lets whatever a broken part provokes come through
        raise RejectedInput(f"{path.name} 读不下去，文件可能已损坏。请用电子表格软件打开另存一次，再导入。") from error
    return book, wrong


def _refuse_what_is_no_spreadsheet(path: Path) -> None:
    name = path.name
    try:
        with path.open("rb") as file:
            if file.read(len(OLE)) == OLE:
                what = "加了密码，或是旧的 .xls 格式。请去掉密码，另存为 .xlsx"
                raise RejectedInput(f"{name} {what}，再导入。")
        with ZipFile(path) as parts:
            sizes = [part.file_size for part in parts.infolist()]
            names = parts.namelist()
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise RejectedInput(f"{name} 不是 .xlsx 电子表格。{ADVICE}，再导入。") from error
    except OSError as error:
        raise RejectedInput(f"读不到文件 {name}。请检查路径和读取权限。") from error
    if "xl/workbook.xml" not in names:
        raise RejectedInput(f"{name} 不是 .xlsx 电子表格。{ADVICE}，再导入。")
    if len(sizes) > PARTS_MOST or sum(sizes) > UNPACKED_MOST:
        raise RejectedInput(f"{name} 解压后超过 {UNPACKED_MOST // 1024 // 1024} MB 或部件太多，没有读取。{ADVICE}。")


def _rows(
    table: TableOf, sheets: Sheets, *, lists: dict[str, dict[str, str]]
) -> Iterator[Wrong | tuple[int, Configured]]:
    sheet = sheets.get(table.title)
    if sheet is None:
        yield Wrong(table=table.name, row=0, column="", what="缺少这张表", action=ADVICE)
        return
    sheet.reset_dimensions()
    columns: dict[int, str] = {}
    for row, cells in enumerate(sheet.iter_rows(max_col=COLUMNS_MOST), start=1):
        if row > ROWS_MOST:
            what = f"超过 {ROWS_MOST} 行"
            yield Wrong(table=table.name, row=row, column="", what=what, action="请删去多余的行（也许有看不见的格式）")
            return
        if row == 1:
            columns = _header(table, cells)
            yield from _wrong_headers(table, cells)
        elif any(cell.value not in (None, "") for cell in cells):
            yield from _row(
                table, row, cells=[(columns[at], cell) for at, cell in enumerate(cells) if at in columns], lists=lists
            )


def _header(table: TableOf, cells: Sequence[Any]) -> dict[int, str]:
    codes = {title: column for column, title in COLUMNS[table.name].items()}
    titles = [str(cell.value or "").strip() for cell in cells]
    return {at: codes[title] for at, title in enumerate(titles) if title in codes}


def _wrong_headers(table: TableOf, cells: Sequence[Any]) -> Iterator[Wrong]:
    titles = [str(cell.value or "").strip() for cell in cells]
    for title in COLUMNS[table.name].values():
        if titles.count(title) != 1:
            what = f"缺少“{title}”这一列" if title not in titles else f"有 {titles.count(title)} 列都叫“{title}”"
            yield Wrong(table=table.name, row=1, column="", what=what, action=ADVICE)
    for title in titles:
        if title and title not in COLUMNS[table.name].values() and not title.startswith(REMARK):
            action = "请更正列名；自己加的列，列名以“备注”开头"
            yield Wrong(table=table.name, row=1, column="", what=f"没有“{title}”这一列", action=action)


def _row(
    table: TableOf, row: int, *, cells: list[tuple[str, Any]], lists: dict[str, dict[str, str]]
) -> Iterator[Wrong | tuple[int, Configured]]:
    values: dict[str, str] = {}
    wrong: dict[str, Wrong] = {}
    for column, cell in cells:
        try:
            if shown := _value(cell, lists.get(column)):
                values[column] = shown
        except RejectedInput as refusal:
            what, _, action = str(refusal).partition("。")
            wrong[column] = Wrong(table=table.name, row=row, column=column, what=what, action=action)
    try:
        entry = table.model.model_validate(values)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            column = str(each["loc"][0]) if each["loc"] else table.key[0]
            here = Wrong(table=table.name, row=row, column=column, what=in_chinese(each), action="请更正这一格")
            wrong.setdefault(column, here)
    else:
        if not wrong:
            yield row, entry
    yield from wrong.values()


def _value(cell: Any, words: dict[str, str] | None) -> str:
    """Return what a cell says, of a list its code; RejectedInput with what is wrong and what to do."""
    if cell.value is not None and cell.data_type == "f":
        raise RejectedInput("单元格里是公式。请改成文字或数值")
    shown = _text(cell.value)
    if not words or not shown or shown in words:
        return shown
    code = next((code for code, word in words.items() if word == shown), None)
    if code is None:
        offered = "、".join(list(words.values())[:OFFERED_MOST]) + ("……" if len(words) > OFFERED_MOST else "")
        raise RejectedInput(f"没有“{shown.replace('。', '')}”这一项。可选的有：{offered}")
    return code


def _text(value: object) -> str:
    """Return what a person sees in a cell: whole numbers without a point, days and times in figures."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
