"""Open data tell how much of what came from where, and nothing by which somebody could be found."""

from collections import Counter
from datetime import timedelta

import pytest

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.open_data import OpenRow, coarse, open_rows
from casebook.report_periods import parse
from tests.casebook.report_life import drawn
from workers.bulletin.open_data_files import open_data_files


@pytest.mark.parametrize(("count", "told"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (60, "60")])
def test_a_small_count_is_only_said_to_be_small(count: int, told: str) -> None:
    assert told == coarse(count, least=5)


async def test_the_table_agrees_with_the_rows_it_was_counted_from(
    casebook: AsyncConnection, district: District
) -> None:
    period = parse("monthly_report", "2097-10", zone=district.zone)
    life = drawn(9, district, starts=(period.begins, period.begins - timedelta(days=20)), count=500)
    for row in life["requests"]:  # few places, so that some counts are told
        row["community"] = sorted(district.communities)[len(row["category"] + row["channel"]) % 3]
    await life.write(casebook)
    rows = await open_rows(casebook, period, as_of=period.ends, district=district)
    assert len(rows) == len({(row.community_code, row.category) for row in rows})
    for column in ("received", "closed"):
        counted = Counter(
            (row["community"], district.catalogue[row["category"]].major)
            for row in life["requests"]
            if row["taken_in_at"] <= period.ends
            and row[f"{column}_at"]
            and period.begins <= row[f"{column}_at"] < period.ends
        )
        expected = {key: str(count) if count >= 5 else "<5" for key, count in counted.items()}
        told = {(row.community_code, row.category): getattr(row, column) for row in rows}
        assert expected == {key: value for key, value in told.items() if value != "0"}
        assert {"<5"} < set(expected.values())
    files = open_data_files(rows, as_of=period.ends, district=district)
    assert files == open_data_files(rows, as_of=period.ends, district=district)
    assert b"JA2099" not in b"".join(files.values())


def test_no_column_can_name_a_person_or_a_request() -> None:
    places = {"month", "street_code", "street", "community_code", "community"}
    assert places | {"category", "received", "closed"} == set(OpenRow.model_fields)
