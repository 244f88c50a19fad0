"""Months, quarters, years: what a person writes is one span of the district's time, or a sentence."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from casebook.errors import RejectedInput
from casebook.periods import around, of_kind, period

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("code", "begins", "ends", "name"),
    [
        ("2026-11", (2026, 11), (2026, 12), "2026年11月"),
        ("2026-12", (2026, 12), (2027, 1), "2026年12月"),
        ("2026-Q1", (2026, 1), (2026, 4), "2026年第1季度"),
        (" 2026-Q4", (2026, 10), (2027, 1), "2026年第4季度"),
        ("2026", (2026, 1), (2027, 1), "2026年"),
    ],
)
def test_a_period_begins_and_ends_in_the_districts_time(
    code: str, begins: tuple[int, int], ends: tuple[int, int], name: str
) -> None:
    found = period(code, zone=ZONE)
    assert (datetime(*begins, 1, tzinfo=ZONE), datetime(*ends, 1, tzinfo=ZONE)) == (found.begins, found.ends)
    assert (code.strip(), name) == (found.code, found.name)


@pytest.mark.parametrize(
    "code", ["2026-13", "2026-00", "2026-1", "26-11", "2026-Q5", "", "2026/11", "2026-11-01", "abc"]
)
def test_anything_else_is_a_sentence(code: str) -> None:
    with pytest.raises(RejectedInput, match=r"不是考核周期。请写成月 2026-11、季 2026-Q4 或年 2026。"):
        period(code, zone=ZONE)


@pytest.mark.parametrize(("code", "kind"), [("2026", "month"), ("2026-11", "quarter"), ("2026-Q4", "year")])
def test_a_month_is_no_quarter_and_no_year(code: str, kind: str) -> None:
    with pytest.raises(RejectedInput, match=f"“{code}”不是.*请更正后重试"):
        of_kind(code, kind, zone=ZONE)


def test_a_page_offers_the_last_months_quarters_and_years() -> None:
    codes = [each.code for each in around(datetime(2026, 1, 31, 17, tzinfo=UTC), zone=ZONE)]
    assert ["2026-02", "2026-01", "2025-12"] == codes[:3]
    assert ["2026-Q1", "2025-Q4"] == codes[13:15]
    assert ["2026", "2025", "2024"] == codes[-3:]
