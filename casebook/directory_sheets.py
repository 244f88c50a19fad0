"""The directory as a spreadsheet: one sheet a table, headers and lists in Chinese, everything as text."""

from datetime import date, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from casebook.configuration import Configured
from casebook.directory_tables import TABLES, Directory, TableOf
from casebook.directory_words import COLUMNS, LISTS
from casebook.district import District
from casebook.sheet_cells import TEXT, must_be_new, put_text, save_whole

HELP_SHEET, LIST_SHEET = "说明", "选项"
ROWS_WITH_LISTS = 5000
WIDTH_LEAST, WIDTH_MOST = 12, 44
HELP = (
    "单位目录。改完后先试：./minhu directory import 文件.xlsx --dry-run，没有问题再去掉 --dry-run。",
    "每张表一行一条；没有写进来的行，导入后从生效时刻起终止（历史保留，以前的统计不变）。",
    "编码是内部代号，一旦使用不要改；改名称、上级、地点、角色就是“变更”，从 --from 的日期起生效。",
    "类型、层级、角色、职责、身份、工作时间请从下拉列表选。所有单元格都按文字处理，不要写公式。",
    "值班：星期写“一二三四五六日”中的若干个字；下岗时间不晚于上岗时间的，算到第二天；00:00 到 00:00 是整天。",
    "值班的开始、结束日期不填就是长期的；填了只在这几天有效，并且优先于长期的。日期写成 2026-12-01。",
    "替岗（AB 角）：人员请假时由替岗人员承担；不填日期就是长期的。请假：两个日期都含当天。",
    "找人的顺序：值班表 → 承担该职责的人 → 替岗人 → 本单位值班员 → 上级单位，直到找到为止。",
    "工作时间为“7×24 小时”的单位，值班表不能有空档。要加自己的列，列名以“备注”开头，导入时不读。",
)


def lists_of(district: District) -> dict[str, dict[str, str]]:
    """Return the columns that are chosen from a list: code to what people call it."""
    hours = {code: hours.name for code, hours in district.hours.items()}
    return {name: dict(words) for name, words in LISTS.items()} | {"role": dict(district.roles), "hours": hours}


def write_book(directory: Directory, path: Path, *, district: District) -> None:
    """Write the directory to a new spreadsheet, whole or not at all; an existing file is never overwritten."""
    must_be_new(path)
    workbook, lists = Workbook(), lists_of(district)
    _write_help(workbook)
    for name, table in TABLES.items():
        _write_table(workbook, table, entries=getattr(directory, name), lists=lists)
    _write_lists(workbook, lists)
    save_whole(workbook, path)


def as_text(value: object, words: dict[str, str] | None = None) -> str:
    """Return a value as people read it: lists by their words, days and times in figures, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return (words or {}).get(str(value), str(value))


def _write_help(workbook: Workbook) -> None:
    sheet: Any = workbook.active
    sheet.title = HELP_SHEET
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate(HELP, start=1):
        put_text(sheet.cell(row=row, column=1), line)
        sheet.cell(row=row, column=1).alignment = Alignment(wrap_text=True)


def _write_table(
    workbook: Workbook, table: TableOf, *, entries: tuple[Configured, ...], lists: dict[str, dict[str, str]]
) -> None:
    sheet, columns = workbook.create_sheet(table.title), list(table.model.model_fields)
    for number, column in enumerate(columns, start=1):
        header, words = sheet.cell(row=1, column=number), lists.get(column)
        put_text(header, COLUMNS[table.name][column])
        header.font, header.fill = Font(bold=True), PatternFill("solid", start_color="E8EEF5")
        longest = WIDTH_LEAST
        for row, entry in enumerate(entries, start=2):
            shown = as_text(getattr(entry, column), words)
            longest = max(longest, sum(2 if ord(letter) > 255 else 1 for letter in shown) + 2)  # noqa: PLR2004 - wide
            put_text(sheet.cell(row=row, column=number), shown)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = min(longest, WIDTH_MOST)
        sheet.column_dimensions[letter].number_format = TEXT
        if words:
            _offer(sheet, letter, column=column, lists=lists)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(len(entries) + 1, 2)}"


def _offer(sheet: Worksheet, letter: str, *, column: str, lists: dict[str, dict[str, str]]) -> None:
    """Let a column be chosen from its list on the sheet of lists."""
    place = get_column_letter(list(lists).index(column) + 1)
    choice = DataValidation(
        type="list", formula1=f"{LIST_SHEET}!${place}$2:${place}${len(lists[column]) + 1}", allow_blank=True
    )
    choice.errorTitle, choice.error = "请从列表中选择", "这一列只能从下拉列表中选择。"
    sheet.add_data_validation(choice)
    choice.add(f"{letter}2:{letter}{ROWS_WITH_LISTS}")


def _write_lists(workbook: Workbook, lists: dict[str, dict[str, str]]) -> None:
    sheet = workbook.create_sheet(LIST_SHEET)
    titles = {title: name for columns in COLUMNS.values() for title, name in columns.items()}
    for number, (column, words) in enumerate(lists.items(), start=1):
        for row, shown in enumerate([titles[column], *words.values()], start=1):
            put_text(sheet.cell(row=row, column=number), shown)
