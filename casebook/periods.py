"""Months, quarters and years as people write them, as instants of the district's zone."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from casebook.errors import RejectedInput

MONTHS_A_YEAR = 12
PATTERN = re.compile(r"(?P<year>20\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?")


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `begins` (counted) until `ends` (not counted); `code` is how it is written."""

    code: str
    name: str
    begins: datetime
    ends: datetime


def period(code: str, *, zone: tzinfo) -> Period:
    """Read `2026-11`, `2026-Q4` or `2026`; RejectedInput for anything else."""
    found = PATTERN.fullmatch(code.strip())
    if found is None:
        raise RejectedInput(f"“{code}”不是考核周期。请写成月 2026-11、季 2026-Q4 或年 2026。")
    year, month, quarter = (int(found[name] or 0) for name in ("year", "month", "quarter"))
    first, count = (month, 1) if month else (3 * quarter - 2, 3) if quarter else (1, MONTHS_A_YEAR)
    name = f"{year}年" + (f"{month}月" if month else f"第{quarter}季度" if quarter else "")
    after = year * MONTHS_A_YEAR + first - 1 + count
    ends = datetime(after // MONTHS_A_YEAR, after % MONTHS_A_YEAR + 1, 1, tzinfo=zone)
    return Period(code=found[0], name=name, begins=datetime(year, first, 1, tzinfo=zone), ends=ends)


def of_kind(code: str, kind: str, *, zone: tzinfo) -> Period:
    """Read a period that must be a `month`, a `quarter` or a `year`."""
    found = period(code, zone=zone)
    named = "quarter" if "Q" in found.code else "month" if "-" in found.code else "year"
    if named != kind:
        example = {"month": "月份，例如 2026-11", "quarter": "季度，例如 2026-Q4", "year": "年份，例如 2026"}[kind]
        raise RejectedInput(f"“{code}”不是{example}。请更正后重试。")
    return found


def around(now: datetime, *, zone: tzinfo) -> list[Period]:
    """Return the periods that a page offers: the last 13 months, 5 quarters, 3 years, the newest first."""
    local = now.astimezone(zone)
    months = [local.year * MONTHS_A_YEAR + local.month - 1 - back for back in range(13)]
    codes = [f"{each // MONTHS_A_YEAR}-{each % MONTHS_A_YEAR + 1:02d}" for each in months]
    quarters = [local.year * 4 + (local.month - 1) // 3 - back for back in range(5)]
    codes += [f"{each // 4}-Q{each % 4 + 1}" for each in quarters]
    codes += [str(local.year - back) for back in range(3)]
    return [period(code, zone=zone) for code in codes]
