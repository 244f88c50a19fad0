"""What a report is made of, whichever file it becomes: headings, paragraphs, tables, pictures."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

ROWS_ON_ONE_PAGE = 12
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading of the first (一、) or second (（一）) level; its number stands in the text."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A paragraph of running text."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table with its caption; `widths` are shares of the line, `aligned` one word a column, `points` the letters."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    aligned: tuple[Align, ...]
    points: float = 10.5

    @property
    def whole(self) -> bool:
        """Whether it is short enough to stand on one page."""
        return len(self.rows) <= ROWS_ON_ONE_PAGE


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart with its caption, as SVG."""

    caption: str
    svg: str


Block = Heading | Paragraph | Grid | Picture


@dataclass(frozen=True, kw_only=True)
class Bulletin:
    """A whole report: its head (the title may go over two lines), its body and its end."""

    masthead: str
    number: str
    title: str
    issuer: str
    dated: date
    as_of: datetime
    blocks: tuple[Block, ...]
