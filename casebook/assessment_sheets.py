"""The annual assessment as a spreadsheet for the personnel office: a sheet a level, ready to be printed on A4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from casebook.assessment import Rate, Standing
from casebook.scoring_rules import Ranking
from casebook.sheet_cells import must_be_new, put_text, save_whole

SHEETS = {"unit": "单位", "street": "街道（含派驻力量）", "department": "部门", "person": "经办人"}
COLUMNS = (
    ("名次", 8),
    ("名称", 34),
    ("得分数", 9),
    ("其中牵头", 9),
    ("平均分", 9),
    ("区间下限", 9),
    ("区间上限", 9),
    ("按时响应率", 11),
    ("按时办结率", 11),
    ("满意率", 9),
    ("一季度", 9),
    ("二季度", 9),
    ("三季度", 9),
    ("四季度", 9),
    ("等次", 9),
    ("备注", 16),
)
HEADER_ROW = 3
TWO_DECIMALS, PERCENT = "0.00", "0.0%"
LINE = Side(style="thin", color="B8C0CA")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
PAPER_A4 = 9


@dataclass(frozen=True, kw_only=True)
class Level:
    """The lines of one level in a year, and its means by quarter (1 to 4) and line."""

    standings: Sequence[Standing]
    quarters: Mapping[int, Mapping[str, Standing]]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands above every table: the district, the year, the rules in force, when it was made."""

    district: str
    year: str
    versions: Sequence[str]
    made_at: str
    ranking: Ranking

    def title(self, level: str) -> str:
        """Return the title of one sheet."""
        return f"{self.district}“民呼我应”{self.year}年度考核表（{SHEETS[level]}）"


def write_annual(levels: Mapping[str, Level], path: Path, *, heading: Heading) -> None:
    """Write the annual tables to a new spreadsheet, whole or not at all; an existing file is never overwritten."""
    must_be_new(path)
    workbook = Workbook()
    _write_notes(workbook.active, heading)
    for name, level in levels.items():
        _write_level(workbook.create_sheet(SHEETS[name]), level, title=heading.title(name), heading=heading)
    save_whole(workbook, path)


def notes(heading: Heading) -> list[str]:
    """Return what a reader of the tables has to know."""
    sure = f"{float(heading.ranking.confidence):.1%}".replace(".0%", "%")
    return [
        f"{heading.district}“民呼我应”{heading.year}年度考核表，{heading.made_at} 生成。",
        f"得分按当时的评分规则计算：{'、'.join(heading.versions) or '无'}。",
        "每一轮办理，牵头单位和每个协办单位各有一个得分。",
        f"得分数少于 {heading.ranking.cases_least} 个的不排名，备注“样本不足”。平均分相同的名次并列。",
        f"区间是平均分的 {sure} 置信区间（t 分布）；得分数越少、起伏越大，区间越宽。",
        "得分按申诉决定、责任认定调整后计算，原得分在诉求卷宗里；申诉决定不计入考核的不算在内，备注写明个数。",
        "两个单位的区间重叠时，名次先后不说明高下。",
        "按时响应率、按时办结率：占全部得分数的比例。满意率：作出评价的诉求中“满意”“非常满意”的比例，没有人评价的空着。",
        "街道一表把街道各办、中心、社区和派驻执法力量合并计算（捆绑考核），按年末的单位目录归并。",
        "经办人一表只写单位和人员编号，姓名见单位目录；工单没有写明经办人的，不在表中。",
        "“等次”一栏由考核部门填写。每个数字对应的诉求，在工作台“考核”页点开查看。",
    ]


def _write_notes(sheet: Any, heading: Heading) -> None:
    sheet.title = "说明"
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate(notes(heading), start=1):
        put_text(sheet.cell(row=row, column=1), line)
        sheet.cell(row=row, column=1).alignment = Alignment(wrap_text=True, vertical="top")
    _print_layout(sheet, title_rows=None)


def _write_level(sheet: Worksheet, level: Level, *, title: str, heading: Heading) -> None:
    last = get_column_letter(len(COLUMNS))
    sheet.merge_cells(f"A1:{last}1")
    put_text(sheet["A1"], title)
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    put_text(sheet["A2"], f"{heading.made_at} 生成　评分规则 {'、'.join(heading.versions) or '无'}")
    for column, (name, width) in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row=HEADER_ROW, column=column)
        put_text(cell, name)
        cell.font, cell.fill, cell.border = Font(bold=True), PatternFill("solid", start_color="E8EEF5"), BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, standing in enumerate(level.standings, start=HEADER_ROW + 1):
        quarters = [level.quarters.get(number, {}).get(standing.key) for number in (1, 2, 3, 4)]
        _write_line(sheet, row, standing=standing, quarters=quarters)
    end = HEADER_ROW + max(1, len(level.standings))
    sheet.freeze_panes = f"C{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{end}"
    _print_layout(sheet, title_rows=f"1:{HEADER_ROW}")


def _write_line(sheet: Worksheet, row: int, *, standing: Standing, quarters: Sequence[Standing | None]) -> None:
    low, high = standing.interval or (None, None)
    values: list[tuple[float | str | None, str | None]] = [
        (standing.rank, "0"),
        (standing.name, None),
        (standing.count, "0"),
        (standing.led, "0"),
        (float(standing.mean), TWO_DECIMALS),
        (low, TWO_DECIMALS),
        (high, TWO_DECIMALS),
        *((_share(rate), PERCENT) for rate in (standing.answered, standing.completed, standing.satisfied)),
        *((float(quarter.mean) if quarter else None, TWO_DECIMALS) for quarter in quarters),
        (None, None),
        (_remark(standing), None),
    ]
    for column, (value, number_format) in enumerate(values, start=1):
        cell = sheet.cell(row=row, column=column)
        cell.border = BOX
        if isinstance(value, str):
            put_text(cell, value)
        elif number_format and value is not None:
            cell.value, cell.number_format = round(value, 4), number_format


def _remark(standing: Standing) -> str:
    few = "" if standing.rank else "样本不足"
    return "，".join(part for part in (few, f"另有 {standing.excluded} 个不计入" if standing.excluded else "") if part)


def _share(rate: Rate) -> float | None:
    return rate.hits / rate.count if rate.count else None


def _print_layout(sheet: Any, *, title_rows: str | None) -> None:
    """Let a sheet be printed as it is: A4 across, one page wide, its title on every page, pages numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", PAPER_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    if title_rows:
        sheet.print_title_rows = title_rows
