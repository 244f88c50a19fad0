"""A report's files: the same bytes each time, in the layout of an official document, with words instead of blanks."""

import io
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from casebook.district import District, load_district
from casebook.report_figures import ReportFigures
from casebook.report_rules import DocumentNumbers
from tests.pure.report_sample import HOSTILE, nothing, something
from tests.pure.source_files import ROOT
from workers.bulletin.files import ONLY_ONE, word_without_charts, write_files

A_MILLIMETRE = 36_000  # in the units of Word's file


@pytest.fixture(scope="module")
def district() -> District:
    return load_district(ROOT / "config")


@pytest.fixture(scope="module")
def files(district: District) -> dict[str, bytes]:
    return write_files(something(), district=district)


def pages(pdf: bytes, folder: Path) -> list[Path]:
    """Turn a PDF into pictures, one a page."""
    (folder / "report.pdf").write_bytes(pdf)
    command = ("pdftoppm", "-r", "40", "-png", str(folder / "report.pdf"), str(folder / "page"))
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return sorted(folder.glob("page-*.png"))


def words_of(pdf: bytes) -> str:
    command = ("pdftotext", "-", "-")
    read = subprocess.run(command, input=pdf, check=True, capture_output=True, timeout=60)
    return read.stdout.decode().replace(" ", "").replace("\n", "")


def test_a_report_written_twice_is_the_same_to_the_byte(files: dict[str, bytes], district: District) -> None:
    assert files == write_files(something(), district=district)


def test_no_instant_of_its_making_stands_in_a_file(files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in archive.infolist()}
        assert "2026-10-31T16:00:00Z" in archive.read("docProps/core.xml").decode()
    assert b"D:20261101000000" in files["pdf"]


def test_the_word_file_opens_with_the_layout_of_the_standard(files: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(files["docx"]))
    section = document.sections[0]
    sizes = (section.page_width, section.page_height)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [210, 297, 37, 35, 28, 26] == [round((size or 0) / A_MILLIMETRE) for size in (*sizes, *margins)]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert ["民呼我应月通报", "江民呼月报〔2026〕10号", "2026年10月“民呼我应”工作情况通报"] == texts[:3]
    assert ["江岸区民呼我应指挥中心", "2026年11月1日"] == texts[-2:]
    fonts = [part.get(qn("w:eastAsia")) for part in document.paragraphs[2]._p.iter(qn("w:rFonts"))]  # noqa: SLF001
    assert ["方正小标宋简体"] == fonts
    assert any(cell.text == HOSTILE for table in document.tables for row in table.rows for cell in row.cells)
    assert 3 == len(document.inline_shapes)


def test_both_files_say_the_same(files: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(files["docx"]))
    printed = words_of(files["pdf"])
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    said = [*(paragraph.text for paragraph in document.paragraphs), *cells]
    assert [] == [text for text in said if text.replace(" ", "")[:12] not in printed]


@pytest.mark.parametrize("figures", [nothing(), something()], ids=["nothing", "something"])
@pytest.mark.parametrize(
    ("kind", "label"), [("monthly_report", "2026-10"), ("weekly_report", "2026-W40"), ("flash_report", "2026-10-01")]
)
def test_each_kind_is_set_in_pages_with_something_on_each(
    tmp_path: Path, district: District, figures: ReportFigures, kind: str, label: str
) -> None:
    written = write_files(figures.model_copy(update={"kind": kind, "label": label}), district=district)
    drawn = pages(written["pdf"], tmp_path)
    assert 1 <= len(drawn) <= 8
    assert all(page.stat().st_size > 2000 for page in drawn)  # an empty page is smaller


def test_what_cannot_be_divided_is_a_dash(district: District) -> None:
    document = docx.Document(io.BytesIO(write_files(nothing(), district=district)["docx"]))
    rows = {row.cells[0].text: [cell.text for cell in row.cells] for table in document.tables for row in table.rows}
    assert ["受理诉求", "0", "0", "—", "0", "—"] == rows["受理诉求"]
    assert ["按期办结率", "—", "0/0", "—", "—"] == rows["按期办结率"]
    assert "本期没有受理诉求" in "".join(paragraph.text for paragraph in document.paragraphs)


@pytest.mark.parametrize(
    "pattern", ["报{year}", "报{year}{number}{number}", "报{year}{number}{day}", "报{year}{number"]
)
def test_a_document_number_needs_its_year_and_its_number(pattern: str) -> None:
    with pytest.raises(ValueError, match="文号里应有"):
        DocumentNumbers(weekly_report=pattern, monthly_report="{year}{number}", flash_report="{year}{number}")


def test_a_machine_without_chinese_letters_writes_the_same_words_without_charts(
    files: dict[str, bytes], district: District
) -> None:
    plain = docx.Document(io.BytesIO(word_without_charts(something(), district=district, issue=ONLY_ONE)))
    whole = docx.Document(io.BytesIO(files["docx"]))
    assert (0, True) == (len(plain.inline_shapes), len(whole.inline_shapes) > 0)
    texts = {paragraph.text for paragraph in plain.paragraphs}
    captions = {"每日受理与办结", "各大类受理量（件）", "各街道按期办结率"}
    assert captions == {paragraph.text for paragraph in whole.paragraphs} - texts
