"""About how many rows an export has, told without reading it as one: for a bar that shows how far the intake is."""

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from casebook.platforms import Platform

CHUNK_BYTES = 1 << 20
HEAD_BYTES = 4096
SHEET = "xl/worksheets/sheet1.xml"
DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d{1,7})"')


def rows_about(path: Path, *, platform: Platform) -> int | None:
    """Return how often the mark of a row stands in an export, or what its sheet says; None when nothing tells."""
    try:
        if platform.format == "xlsx":
            return _of_sheet(path)
        return _count(path, mark=_mark(platform).encode(platform.encoding)) or None
    except (OSError, BadZipFile, KeyError, ValueError, NotImplementedError):
        return None


def _mark(platform: Platform) -> str:
    if platform.format == "csv":
        return "\n"
    if platform.format == "xml":
        return f"</{platform.rows_at[-1]}>"
    source = platform.fields.external_id
    name = source if isinstance(source, str) else source[0]
    return f'"{name.rpartition(".")[2]}"'


def _count(path: Path, *, mark: bytes) -> int:
    count, before = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            joined = before + chunk
            count += joined.count(mark)
            before = joined[len(joined) - len(mark) + 1 :] if len(mark) > 1 else b""
    return count


def _of_sheet(path: Path) -> int | None:
    with ZipFile(path) as parts, parts.open(SHEET) as sheet:
        found = DIMENSION.search(sheet.read(HEAD_BYTES))
    return int(found[1]) - 1 if found else None
