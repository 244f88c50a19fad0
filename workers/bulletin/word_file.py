"""A report as a Word file that an office can edit; its archive holds no clock, so that it is the same each time."""

import io
import zipfile
from datetime import UTC
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt

from workers.bulletin import word_styles as styles
from workers.bulletin.blocks import Block, Bulletin, Grid, Heading, Paragraph, Picture
from workers.bulletin.pdf_file import png_of
from workers.bulletin.phrases import day

LINE_MM = 156
CAPTION_POINTS = 12
IN_THE_ARCHIVE = (1980, 1, 1, 0, 0, 0)
TWO_LETTERS = 2 * styles.BODY_POINTS


def word_of(bulletin: Bulletin) -> bytes:
    """Return the Word file; `ConfigurationError` on a machine without Chinese letters (its charts are pictures)."""
    document = docx.Document()
    styles.set_page(document)
    _head(document, bulletin)
    for block in bulletin.blocks:
        _write(document, block)
    _end(document, bulletin)
    _name(document, bulletin)
    held = io.BytesIO()
    document.save(held)
    return _without_clock(held.getvalue())


def _head(document: Any, bulletin: Bulletin) -> None:
    masthead = document.add_paragraph()
    styles.lay(masthead, "center", line=60)
    run = styles.say(masthead, bulletin.masthead, font=styles.SONG, points=38)
    run.font.color.rgb = styles.RED
    number = document.add_paragraph()
    styles.lay(number, "center")
    number.paragraph_format.space_before = Pt(20)
    styles.say(number, bulletin.number)
    styles.underline_in_red(number)
    title = document.add_paragraph()
    styles.lay(title, "center", line=36)
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(28), Pt(20)
    styles.say(title, bulletin.title, font=styles.SONG, points=22)


def _write(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        heading = document.add_paragraph()
        styles.lay(heading, "left", indent=TWO_LETTERS)
        heading.paragraph_format.keep_with_next = True
        styles.say(heading, block.text, font=styles.HEI if block.level == 1 else styles.KAI)
    elif isinstance(block, Paragraph):
        paragraph = document.add_paragraph()
        styles.lay(paragraph, "both", indent=TWO_LETTERS)
        styles.say(paragraph, block.text)
    elif isinstance(block, Grid):
        _table(document, block)
    else:
        _picture(document, block)


def _table(document: Any, grid: Grid) -> None:
    _caption(document, grid.caption)
    table = document.add_table(rows=1 + len(grid.rows), cols=len(grid.header), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for index, (row, texts) in enumerate(zip(table.rows, (grid.header, *grid.rows), strict=True)):
        styles.keep_whole(row)
        if index == 0:
            styles.repeat_as_header(row)
        for cell, text, width, aligned in zip(row.cells, texts, grid.widths, grid.aligned, strict=True):
            cell.width = Mm(LINE_MM * width / sum(grid.widths))
            styles.lay(cell.paragraphs[0], aligned if index else "center", line=16)
            styles.say(cell.paragraphs[0], text, font=styles.FANGSONG if index else styles.HEI, points=grid.points)
            cell.paragraphs[0].paragraph_format.keep_with_next = grid.whole and index < len(grid.rows)
            if index == 0:
                styles.shade(cell, "F2E6E6")
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = Mm(LINE_MM * width / sum(grid.widths))
    styles.lay(document.add_paragraph(), "left", line=14)


def _picture(document: Any, picture: Picture) -> None:
    _caption(document, picture.caption)
    paragraph = document.add_paragraph()
    styles.lay(paragraph, "center", line=0)
    paragraph.paragraph_format.space_after = Pt(10)
    paragraph.add_run().add_picture(io.BytesIO(png_of(picture.svg)), width=Mm(LINE_MM))


def _caption(document: Any, text: str) -> None:
    caption = document.add_paragraph()
    styles.lay(caption, "center", line=22)
    caption.paragraph_format.keep_with_next = True
    styles.say(caption, text, font=styles.HEI, points=CAPTION_POINTS)


def _end(document: Any, bulletin: Bulletin) -> None:
    for index, text in enumerate(("（印章）", bulletin.issuer, day(bulletin.dated))):
        line = document.add_paragraph()
        styles.lay(line, "right")
        line.paragraph_format.right_indent = Pt(4 * styles.BODY_POINTS)
        line.paragraph_format.keep_with_next = text != day(bulletin.dated)
        if index == 0:
            line.paragraph_format.space_before = Pt(34)
        styles.say(line, text, points=styles.BODY_POINTS if index else CAPTION_POINTS)


def _name(document: Any, bulletin: Bulletin) -> None:
    named, at = document.core_properties, bulletin.as_of.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    named.title, named.author, named.last_modified_by = (
        bulletin.title.replace("\n", ""),
        bulletin.issuer,
        bulletin.issuer,
    )
    named.created = named.modified = at
    named.comments, named.revision, named.language = "", 1, "zh-CN"


def _without_clock(archive: bytes) -> bytes:
    """Write the archive again with its entries in order and no instant of its making."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            entry = zipfile.ZipInfo(name, IN_THE_ARCHIVE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name))
    return held.getvalue()
