"""Records as the file that a platform exports; the same records give the same bytes."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import openpyxl

from casebook.platforms import Platform
from launcher.sample_exports.mess import BYTES_BROKEN, TORN
from launcher.sample_exports.records import Cell, Record

LONG_AGO = datetime(2026, 1, 1)  # noqa: DTZ001 - a date for the archive's parts, which know no zone
LINE_END = "\r\n"


def write_export(folder: Path, records: Sequence[Record], *, platform: Platform) -> Path:
    """Write the records in a platform's format; return the file."""
    writers = {"csv": _csv, "json": _json, "xlsx": _xlsx, "xml": _xml}
    path = folder / f"{platform.code}.{platform.format}"
    path.write_bytes(writers[platform.format](records, platform))
    return path


def _csv(records: Sequence[Record], platform: Platform) -> bytes:
    lines = []
    for row in (list(records[0]), *(record.values() for record in records)):
        written = io.StringIO()
        csv.writer(written, lineterminator=LINE_END).writerow([_plain(cell) for cell in row])
        line = written.getvalue()
        if TORN in line:  # whoever wrote this row was interrupted
            line = line.partition(TORN)[0] + LINE_END
        encoded = line.encode(platform.encoding)
        lines.append(encoded.replace(BYTES_BROKEN.encode(platform.encoding), b"\xff\xff"))
    return b"".join(lines)


def _json(records: Sequence[Record], platform: Platform) -> bytes:
    document: object = [_nested(record) for record in records]
    for key in reversed(platform.rows_at):
        document = {key: document}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode(platform.encoding)


def _nested(record: Record) -> dict[str, object]:
    tree: dict[str, object] = {}
    for name, cell in record.items():
        *above, last = name.split(".")
        branch: dict[str, object] = tree
        for key in above:
            branch = branch.setdefault(key, {})  # type: ignore[assignment]  # a branch is never a leaf as well
        branch[last] = cell if cell != "" else None
    return tree


def _xml(records: Sequence[Record], platform: Platform) -> bytes:
    top, *above, row = platform.rows_at
    root = Element(top)
    place = root
    for name in above:
        place = SubElement(place, name)
    for record in records:
        _branch(SubElement(place, row), _nested(record))
    indent(root, space=" ")
    written = io.BytesIO()
    ElementTree(root).write(written, encoding=platform.encoding, xml_declaration=True)
    return written.getvalue() + b"\n"


def _branch(element: Element, tree: Mapping[str, object]) -> None:
    for name, value in tree.items():
        child = SubElement(element, name)
        if isinstance(value, dict):
            _branch(child, value)
        else:
            child.text = None if value is None else str(value)


def _xlsx(records: Sequence[Record], platform: Platform) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.properties.created = workbook.properties.modified = LONG_AGO
    sheet = workbook.worksheets[0]
    sheet.title = platform.name
    sheet.append(list(records[0]))
    for number, record in enumerate(records, start=2):
        for column, cell in enumerate(record.values(), start=1):
            place = sheet.cell(number, column)
            place.value = cell if isinstance(cell, datetime) else _plain(cell) or None
            if isinstance(cell, str) and cell.startswith("="):
                place.data_type = "s"  # the platform writes what people typed, not a formula
    written = io.BytesIO()
    workbook.save(written)
    return _ageless(written)


def _ageless(archive: io.BytesIO) -> bytes:
    """Return an archive whose parts bear no instant of their writing."""
    again = io.BytesIO()
    with ZipFile(archive) as parts, ZipFile(again, "w", ZIP_DEFLATED) as copy:
        for part in parts.infolist():
            content = parts.read(part)
            if part.filename == "docProps/core.xml":
                before, opening, rest = content.partition(b"<dcterms:modified")
                content = before + opening + rest.replace(rest[: rest.index(b"<")], _stamp(rest), 1)
            copy.writestr(ZipInfo(part.filename, LONG_AGO.timetuple()[:6]), content, ZIP_DEFLATED)
    return again.getvalue()


def _stamp(rest: bytes) -> bytes:
    return rest[: rest.index(b">") + 1] + f"{LONG_AGO:%Y-%m-%dT%H:%M:%SZ}".encode()


def _plain(cell: Cell) -> str:
    if isinstance(cell, list):
        return " ".join(cell)
    return "" if cell is None else str(cell)
