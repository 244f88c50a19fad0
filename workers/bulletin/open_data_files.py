"""A month's open data as files: a table and the dictionary that explains its columns, both CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from casebook.district import District
from casebook.open_data import OpenRow
from workers.bulletin.phrases import moment

ENCODING = "utf-8-sig"  # spreadsheets know Chinese letters by the mark


def open_data_files(rows: Iterable[OpenRow], *, as_of: datetime, district: District) -> dict[str, bytes]:
    """Return the table and its dictionary by the ending of their names; the same rows give the same bytes."""
    columns = list(OpenRow.model_fields)
    table = [[getattr(row, column) for column in columns] for row in rows]
    known_at = moment(as_of.astimezone(district.zone))
    return {
        "csv": _csv(columns, table),
        "dictionary.csv": _csv(["column", "name", "type", "meaning"], _dictionary(district, known_at=known_at)),
    }


def _dictionary(district: District, *, known_at: str) -> list[list[str]]:
    small = f"少于{district.reports.open_data_least}件而不是零的写“<{district.reports.open_data_least}”"
    return [
        ["month", "月份", "文本，YYYY-MM", f"统计期，{district.zone}时间；只计{known_at}以前已登记的"],
        ["street_code", "街道代码", "文本，9位", "统计用区划代码"],
        ["street", "街道", "文本", "街道名称"],
        ["community_code", "社区代码", "文本，12位", "统计用区划代码"],
        ["community", "社区", "文本", "社区名称；最细到社区，没有地址和坐标"],
        ["category", "事项大类", "文本", "诉求分类目录的第一级"],
        ["received", "受理件数", "整数，或“<数”", f"当月受理的诉求，含并案；{small}"],
        ["closed", "办结件数", "整数，或“<数”", f"当月办结的诉求，不论何时受理；{small}"],
    ]


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return held.getvalue().encode(ENCODING)
