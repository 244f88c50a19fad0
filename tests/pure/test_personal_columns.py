"""Every column that could hold personal data is decided upon: what, what for, how long; or it is said to hold none."""

from sqlalchemy import Column, Float, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from casebook.not_personal import NOT_PERSONAL
from casebook.personal import PERSONAL
from casebook.schema import metadata
from casebook.schema.sealed import Sealed, SealedJson

COULD_HOLD = (String, JSONB, ARRAY, Float, LargeBinary, Sealed, SealedJson)
COLUMNS: dict[str, Column[object]] = {
    f"{table.name}.{column.name}": column for table in metadata.sorted_tables for column in table.columns
}


def undecided(columns: dict[str, Column[object]]) -> set[str]:
    """Name what could hold personal data and stands in no list."""
    doubtful = {name for name, column in columns.items() if isinstance(column.type, COULD_HOLD)}
    return doubtful - set(PERSONAL) - NOT_PERSONAL


def test_every_column_is_decided_upon() -> None:
    assert set() == undecided(COLUMNS)


def test_a_new_column_that_nobody_decided_upon_is_found() -> None:
    assert {"callers.email"} == undecided(COLUMNS | {"callers.email": Column("email", String())})


def test_no_column_is_both_or_no_longer_there() -> None:
    assert set() == set(PERSONAL) & NOT_PERSONAL
    assert set() == (set(PERSONAL) | NOT_PERSONAL) - set(COLUMNS)


def test_each_says_what_it_is_what_for_and_until_when() -> None:
    assert all(each.what and each.purpose for each in PERSONAL.values())
    for name, each in PERSONAL.items():
        table = metadata.tables[name.partition(".")[0]]
        reached = {"request_id", "work_order_id"} & set(table.c.keys()) or table.name == "picture_contents"
        assert each.term != "closing" or reached, f"{name} cannot be found by its request"
        assert each.left is not None or COLUMNS[name].nullable or each.term == "office", f"{name} cannot be emptied"


def test_what_names_a_caller_or_rings_a_telephone_is_sealed() -> None:
    sealed = {name for name, column in COLUMNS.items() if isinstance(column.type, (Sealed, SealedJson))}
    assert sealed == {
        *("callers.name", "callers.phone", "callers.address", "messages.phone", "rejected_rows.record"),
        *("open311_reports.email", "open311_reports.device_id", "open311_reports.account_id"),
    }
    for name in sealed:
        column = COLUMNS[name]
        assert isinstance(column.type, (Sealed, SealedJson))
        assert name == column.type.column
