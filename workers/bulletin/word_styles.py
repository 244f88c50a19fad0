"""The page and the letters of a Word file after GB/T 9704; fonts by name, as an office's own machine has them."""

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

SONG, FANGSONG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
RED = RGBColor(0xC0, 0x00, 0x00)
BODY_POINTS, LINE_POINTS = 16, 28
ALIGNED = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def set_page(document: Any) -> None:
    """Set A4 with the margins of the standard, page numbers outside, and the body's letters."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(26)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, aligned in ((section.footer, "right"), (section.even_page_footer, "left")):
        _number_pages(footer.paragraphs[0], aligned=aligned)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(BODY_POINTS)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FANGSONG)


def say(paragraph: Paragraph, text: str, *, font: str = FANGSONG, points: float = BODY_POINTS) -> Run:
    """Write text into a paragraph in a Chinese font and a size."""
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(points), LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - no other way
    return run


def lay(paragraph: Paragraph, aligned: str, *, line: float = LINE_POINTS, indent: float = 0) -> None:
    """Align a paragraph, with lines of a fixed height and the first indented by so many points; 0 lets lines grow."""
    form = paragraph.paragraph_format
    paragraph.alignment = ALIGNED[aligned]
    form.space_before = form.space_after = Pt(0)
    form.first_line_indent = Pt(indent)
    if line:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)


def underline_in_red(paragraph: Paragraph) -> None:
    """Draw the red line beneath the head."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "16"), ("space", "4"), ("color", "C00000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - no other way


def shade(cell: Any, color: str) -> None:
    """Fill a table's cell."""
    filling = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        filling.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(filling)  # noqa: SLF001 - no other way


def repeat_as_header(row: Any) -> None:
    """Let a table's row stand on top of each page that the table goes over."""
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - no other way


def keep_whole(row: Any) -> None:
    """Let no page break go through a table's row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - no other way


def _number_pages(paragraph: Paragraph, *, aligned: str) -> None:
    paragraph.alignment = ALIGNED[aligned]
    say(paragraph, "— ", points=14)
    run = say(paragraph, "", points=14)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text
        run._element.append(part)  # noqa: SLF001 - no other way
    say(paragraph, " —", points=14)
