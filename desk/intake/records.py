"""A record as the platform wrote it, a row that was refused, and the limits of what is read."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from casebook.errors import RejectedInput
from casebook.platforms import Platform

ROWS_MOST = 1_000_000
DEPTH_MOST = 20
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Record:
    """One row: its number as a person would count it in the file, and its fields by the platform's names."""

    row: int
    fields: Mapping[str, str | datetime]


UNREADABLE = ""  # the one field of a record that could not be told apart into fields


@dataclass(frozen=True)
class Rejected:
    """A row that was not taken in, with a reason that holds no personal data and says what to do."""

    row: int
    reason: str
    field: str = ""
    record: Mapping[str, str] = dataclasses.field(default_factory=dict)


Records = Iterator[Record | Rejected]


def not_that_format(platform: Platform, *, what: str) -> RejectedInput:
    """Return the refusal of a file that is not what the platform's export should be."""
    return RejectedInput(
        f"文件不能按“{platform.name}”的 {platform.format} 导出读取：{what}。"
        f"请从平台重新导出，或核对 config/platforms/{platform.code}.toml 后再导入。"
    )


def broke_off(platform: Platform, *, row: int) -> RejectedInput:
    """Return the refusal of a file that cannot be read on after a row."""
    what = f"第 {row} 条之后读不下去，文件可能不完整" if row else "内容不完整，或不是这种格式"
    return not_that_format(platform, what=what)


def within_limit(row: int, *, platform: Platform) -> None:
    """Refuse to read on when a file has more rows than anybody exports at once."""
    if row > ROWS_MOST:
        raise not_that_format(platform, what=f"超过 {ROWS_MOST} 行，请分批导出")


def named_columns(header: list[str], *, platform: Platform) -> list[str]:
    """Return the header when every needed column is in it; a missing one refuses the file."""
    for source in platform.fields.needed():
        if source not in header:
            what = f"第一行没有“{source}”这一列（平台、编码 {platform.encoding} 或字段名可能不对）"
            raise not_that_format(platform, what=what)
    return header
