"""The directory goes out to a spreadsheet and comes back the same; what is no such file is refused with a sentence."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from casebook.directory_changes import digest_of
from casebook.directory_sheets import write_book
from casebook.directory_sheets_reading import read_book
from casebook.directory_tables import TABLES, Directory
from casebook.district import load_district
from casebook.errors import RejectedInput

DISTRICT = load_district(Path(__file__).resolve().parents[2] / "config")


SMALL = DISTRICT.model_copy(
    update={
        "units": DISTRICT.units[:30],
        "people": DISTRICT.people[:30],
        "team_members": DISTRICT.team_members[:5],
        "substitutes": DISTRICT.substitutes[:5],
    }
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "目录.xlsx"
    write_book(SMALL, path, district=DISTRICT)
    return path


def read(path: Path) -> Directory:
    book, wrong = read_book(path, district=DISTRICT)
    assert wrong == []
    return Directory.model_validate({name: [entry for _, entry in rows] for name, rows in book.items()})


def edited(exported: Path, tmp_path: Path, change: Callable[[Workbook], None]) -> Path:
    workbook = load_workbook(exported)
    change(workbook)
    path = tmp_path / "edited.xlsx"
    workbook.save(path)
    return path


def test_what_goes_out_comes_back_the_same(exported: Path) -> None:
    assert digest_of(SMALL) == digest_of(read(exported))


def test_people_read_chinese_and_choose_from_lists(exported: Path) -> None:
    sheet = load_workbook(exported)["单位"]
    assert ["单位编码", "单位名称", "类型", "层级", "角色"] == [cell.value for cell in sheet[1]][:5]
    assert "响应专项组" in {row[2].value for row in sheet.iter_rows(min_row=2)}
    lists = [str(each.formula1) for each in sheet.data_validations.dataValidation]
    assert any("选项!" in each for each in lists)


def test_an_existing_file_is_not_overwritten(exported: Path) -> None:
    with pytest.raises(RejectedInput, match="已经存在"):
        write_book(DISTRICT, exported, district=DISTRICT)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@sum", "\t=1"])
def test_what_looks_like_a_formula_stays_text(tmp_path: Path, name: str) -> None:
    units = (SMALL.units[0].model_copy(update={"name": name}), *SMALL.units[1:])
    path = tmp_path / "formula.xlsx"
    write_book(SMALL.model_copy(update={"units": units}), path, district=DISTRICT)
    cell = load_workbook(path)["单位"]["B2"]
    assert ("s", name.strip()) == (cell.data_type, str(cell.value).strip())
    assert cell.quotePrefix
    assert name.strip() == next(unit.name for unit in read(path).units if unit.code == DISTRICT.units[0].code)


def put(cell: str, value: str | int | None, *, sheet: str = "单位") -> Callable[[Workbook], None]:
    def change(workbook: Workbook) -> None:
        workbook[sheet][cell] = value

    return change


def remove_sheet(workbook: Workbook) -> None:
    del workbook["值班"]


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (put("C3", "大厅"), ["表“单位”第 3 行“类型”", "没有“大厅”这一项", "可选的有：指挥（服务）中心"]),
        (put("B3", '=CONCATENATE("a","b")'), ["表“单位”第 3 行“单位名称”", "公式"]),
        (put("B3", None), ["表“单位”第 3 行“单位名称”", "缺少这一项"]),
        (put("E2", 12345, sheet="人员"), ["表“人员”第 2 行“手机号码”"]),
        (put("B1", "单位名字"), ["缺少“单位名称”这一列", "没有“单位名字”这一列"]),
        (put("D2", "周一", sheet="值班"), ["表“值班”第 2 行“星期”"]),
        (put("E2", "八点", sheet="值班"), ["表“值班”第 2 行“上岗时间”", "应为时刻"]),
        (remove_sheet, ["表“值班”：缺少这张表"]),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_row_and_column(
    exported: Path, tmp_path: Path, change: Callable[[Workbook], None], parts: list[str]
) -> None:
    _, wrong = read_book(edited(exported, tmp_path, change), district=DISTRICT)
    said = "\n".join(each.sentence() for each in wrong)
    assert [part for part in parts if part not in said] == []


def test_a_number_typed_for_a_telephone_and_a_day_typed_as_a_day_are_understood(exported: Path, tmp_path: Path) -> None:
    def change(workbook: Workbook) -> None:
        sheets: Any = workbook
        people, away, remarks = sheets["人员"], sheets["请假"], sheets["单位"]
        people["E2"] = 99910000037
        away["B2"] = datetime.fromisoformat("2026-10-09")
        remarks.cell(row=1, column=9).value = "备注（本街道）"
        remarks.cell(row=2, column=9).value = "随便写"

    directory = read(edited(exported, tmp_path, change))
    assert "99910000037" in {person.phone for person in directory.people}
    assert "2026-10-09" in {str(row.begins) for row in directory.absences}


def not_a_zip(path: Path) -> None:
    path.write_text("单位编码,单位名称\n", encoding="utf-8")


def with_password(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512)


def another_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("word/document.xml", "<a/>")


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"\x00" * (257 * 1024 * 1024))


def broken(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("xl/workbook.xml", "<workbook")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (not_a_zip, "不是 .xlsx 电子表格"),
        (with_password, "加了密码"),
        (another_zip, "不是 .xlsx 电子表格"),
        (bomb, "解压后超过"),
        (broken, "读不下去"),
        (lambda _: None, "读不到文件"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, make: Callable[[Path], None], sentence: str) -> None:
    path = tmp_path / "坏.xlsx"
    make(path)
    with pytest.raises(RejectedInput, match=sentence) as refusal:
        read_book(path, district=DISTRICT)
    assert str(refusal.value).endswith("。")
    assert "xlsx" in str(refusal.value)


def test_every_table_has_its_sheet(exported: Path) -> None:
    assert {table.title for table in TABLES.values()} <= set(load_workbook(exported).sheetnames)
