"""Records of a JSON export: objects in a list somewhere in the document."""

import json
from collections.abc import Iterator
from pathlib import Path

from casebook.platforms import Platform
from desk.intake.records import (
    DEPTH_MOST,
    UNREADABLE,
    Record,
    Records,
    Rejected,
    broke_off,
    not_that_format,
    within_limit,
)


def read_json(path: Path, *, platform: Platform) -> Records:
    """Yield the objects of the list at the platform's `rows_at`; nested fields are named with dots."""
    try:
        found = json.loads(path.read_bytes().decode(platform.encoding))
    except (ValueError, RecursionError) as error:
        raise broke_off(platform, row=0) from error
    for key in platform.rows_at:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise not_that_format(platform, what=f"没有“{'.'.join(platform.rows_at)}”这个列表")
    within_limit(len(found), platform=platform)
    for row, entry in enumerate(found, start=1):
        if isinstance(entry, dict):
            yield Record(row, dict(_flat(entry)))
        else:
            reason = "这一条不是一组字段。请从平台重新导出这一条后再导入。"
            yield Rejected(row, reason, record={UNREADABLE: json.dumps(entry, ensure_ascii=False)})


def _flat(entry: dict[str, object], *, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    for key, value in entry.items():
        if isinstance(value, dict):
            if depth < DEPTH_MOST:
                yield from _flat(value, prefix=f"{prefix}{key}.", depth=depth + 1)
        elif isinstance(value, list):
            yield prefix + key, "\n".join(str(part) for part in value if isinstance(part, str | int | float))
        elif value is not None:
            yield prefix + key, str(value)
