"""Exports of the platforms, read row by row into reports; a bad row is handed back, a bad file refused."""

from collections.abc import Callable, Iterator
from pathlib import Path

from casebook.district import District
from casebook.errors import RejectedInput
from casebook.platforms import Platform
from casebook.reports import RequestReport, Withdrawal
from desk.intake.csv_file import read_csv
from desk.intake.json_file import read_json
from desk.intake.mapping import Reading
from desk.intake.records import MEGABYTE, Record, Records, Rejected, not_that_format
from desk.intake.xlsx_file import read_xlsx
from desk.intake.xml_file import read_xml

__all__ = ["Rejected", "Row", "read_export"]

Row = RequestReport | Withdrawal | Rejected


def read_export(path: Path, *, platform: Platform, district: District) -> Iterator[Row]:
    """Yield a report, a withdrawal or a refusal for each row of a platform's export.

    A file that cannot be read as the platform's format raises `RejectedInput`: mostly at once, for a
    file that breaks off after the rows before the break.
    """
    try:
        if not path.is_file():
            raise RejectedInput(f"找不到文件 {path.name}，或它不是文件。请检查路径后重试。")
        if path.stat().st_size > platform.largest_mb * MEGABYTE:
            raise not_that_format(platform, what=f"文件超过 {platform.largest_mb} MB，请分批导出")
        for found in _records(path, platform=platform):
            yield _row(found, platform=platform, district=district)
    except OSError as error:
        raise RejectedInput(f"文件 {path.name} 打不开。请检查路径和读取权限后重试。") from error


def _records(path: Path, *, platform: Platform) -> Records:
    readers: dict[str, Callable[..., Records]] = {
        "csv": read_csv,
        "json": read_json,
        "xlsx": read_xlsx,
        "xml": read_xml,
    }
    return readers[platform.format](path, platform=platform)


def _row(found: Record | Rejected, *, platform: Platform, district: District) -> Row:
    if isinstance(found, Rejected):
        return found
    return Reading(found, platform, district).report()
