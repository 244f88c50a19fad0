"""What receipts say of their message, in whatever order and however often they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.messages import DELIVERED, PART, outcome


@pytest.mark.parametrize(
    ("heard", "state"),
    [
        ([], None),
        ([("a", "ENROUTE")], None),
        ([("a", DELIVERED)], "delivered"),
        ([("a", "UNDELIV")], "failed"),
        ([("a", "UNDELIV"), ("a", DELIVERED)], "delivered"),
        ([("a", PART), ("b", PART)], None),
        ([("a", PART), ("b", PART), ("a", DELIVERED)], None),
        ([("a", PART), ("b", PART), ("a", DELIVERED), ("b", "EXPIRED")], "failed"),
        ([("a", PART), ("b", PART), ("a", DELIVERED), ("b", DELIVERED)], "delivered"),
    ],
)
def test_a_text_is_delivered_when_all_its_parts_are(heard: list[tuple[str, str]], state: str | None) -> None:
    assert state == outcome(heard)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([PART, "ENROUTE", "UNDELIV", DELIVERED]))))
def test_order_and_repetition_change_nothing(heard: list[tuple[str, str]]) -> None:
    assert outcome(heard) == outcome(sorted(heard)) == outcome([*heard, *heard])
