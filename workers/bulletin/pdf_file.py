"""A report as PDF, and charts as PNG, by typst: no system library, no clock, the same bytes for the same content."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from casebook.errors import ConfigurationError
from workers.bulletin.blocks import Block, Bulletin, Grid, Heading, Paragraph
from workers.bulletin.phrases import day

TEMPLATE = Path(__file__).parent / "bulletin.typ"
LETTERS = "CJK SC"
PIXELS_AN_INCH = 220.0
CHART = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.at("svg")), format: "svg")'


def pdf_of(bulletin: Bulletin) -> bytes:
    """Return the PDF; `ConfigurationError` on a machine without Chinese letters."""
    require_letters()
    return _compiled(TEMPLATE.read_bytes(), {"bulletin": json.dumps(_data(bulletin), ensure_ascii=False)}, form="pdf")


def png_of(svg: str) -> bytes:
    """Return a chart as a picture; `ConfigurationError` on a machine without Chinese letters."""
    require_letters()
    return _compiled(CHART, {"svg": svg}, form="png")


@cache
def has_letters() -> bool:
    """Tell whether this machine has Chinese letters; without them charts and text would come out as boxes."""
    return any(LETTERS in family for family in _fonts().families())


def require_letters() -> None:
    """Refuse where the letters of charts and text would come out as boxes."""
    if not has_letters():
        raise ConfigurationError("这台机器没有中文字体，写不出 PDF 和图。请安装 fonts-noto-cjk 后重试。")


@cache
def _fonts() -> typst.Fonts:
    """Read once which fonts the machine has; that takes longer than setting a page."""
    return typst.Fonts()


def _compiled(source: bytes, inputs: dict[str, str], *, form: Literal["pdf", "png"]) -> bytes:
    return typst.compile(source, format=form, ppi=PIXELS_AN_INCH, sys_inputs=inputs, font_paths=_fonts())


def _data(bulletin: Bulletin) -> dict[str, Any]:
    as_of = bulletin.as_of
    return {
        "masthead": bulletin.masthead,
        "number": bulletin.number,
        "title": bulletin.title,
        "issuer": bulletin.issuer,
        "dated": day(bulletin.dated),
        "at": [as_of.year, as_of.month, as_of.day, as_of.hour, as_of.minute],
        "blocks": [_block(each) for each in bulletin.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"is": "heading", "text": block.text, "level": block.level}
    if isinstance(block, Paragraph):
        return {"is": "paragraph", "text": block.text}
    if isinstance(block, Grid):
        return {"is": "table", "whole": block.whole} | vars(block)
    return {"is": "picture", "caption": block.caption, "svg": block.svg}
