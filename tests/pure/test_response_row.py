"""A row that a person adopted goes into the response list, and not one other byte of it changes."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.errors import RejectedInput
from casebook.response_row import Listed, NewRow, listed, row_text, with_row

LIST = (Path(__file__).resolve().parents[2] / "bpmn" / "response_list.dmn").read_bytes()
LISTED = listed(LIST)
CODES = sorted(LISTED)
new_codes = st.from_regex(r"[0-9]{6}", fullmatch=True).filter(lambda code: code not in LISTED)
new_rows = st.builds(
    NewRow,
    category=new_codes,
    level=st.sampled_from("ABCD"),
    lead_role=st.sampled_from(["street_urban", "dept_water", "community"]),
    why=st.text(alphabet="指定 3 次<&>\"'；", min_size=1, max_size=20),
)


def row(category: str, *, role: str = "dept_water", why: str = "采纳派单记忆：指定 3 次") -> NewRow:
    return NewRow(category=category, level="C", lead_role=role, why=why)


@settings(deadline=None)
@given(new_rows)
def test_a_new_row_is_put_in_and_the_rest_stays_byte_for_byte(adopted: NewRow) -> None:
    changed, text = with_row(LIST, adopted), row_text(LIST, adopted).encode()
    assert LIST == changed.replace(text, b"", 1)
    assert listed(changed) == LISTED | {adopted.category: Listed(level=adopted.level, lead_role=adopted.lead_role)}


@settings(deadline=None)
@given(st.sampled_from(CODES))
def test_a_row_that_is_there_gets_another_lead_and_its_neighbours_stay(code: str) -> None:
    changed = with_row(LIST, row(code))
    assert listed(changed) == LISTED | {code: Listed(level="C", lead_role="dept_water")}
    different = [(old, new) for old, new in zip(LIST.splitlines(), changed.splitlines(), strict=True) if old != new]
    assert 1 <= len(different) <= 3
    assert "采纳派单记忆：指定 3 次" in different[0][1].decode()


def test_line_ends_stay_as_they_are() -> None:
    windows = LIST.replace(b"\n", b"\r\n")
    changed = with_row(windows, row("555555"))
    assert changed.count(b"\n") == changed.count(b"\r\n")


def test_a_category_with_several_rows_is_left_to_a_person() -> None:
    twice = LIST.replace(b'"010102"', b'"010101"')
    with pytest.raises(RejectedInput, match="010101 有 2 行"):
        with_row(twice, row("010101"))


@pytest.mark.parametrize("broken", [b"", b"<definitions/>", LIST[:900]])
def test_a_broken_list_is_named_and_not_touched(broken: bytes) -> None:
    with pytest.raises(RejectedInput, match=r"response_list\.dmn"):
        with_row(broken, row("555555"))
