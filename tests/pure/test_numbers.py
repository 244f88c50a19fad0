"""A request's number survives being read out, and a wrong one is noticed."""

from hypothesis import given
from hypothesis import strategies as st

from casebook import numbers


def test_a_number_names_district_day_and_count() -> None:
    assert numbers.request_id("JA", day="20261123", number=123).startswith("JA20261123-000123-")


@given(number=st.integers(0, 999_999))
def test_every_number_we_make_is_one(number: int) -> None:
    assert numbers.is_request_id(numbers.request_id("JA", day="20261123", number=number))


@given(number=st.integers(0, 999_999), place=st.sampled_from([*range(2, 10), *range(11, 17)]), shift=st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(number: int, place: int, shift: int) -> None:
    good = numbers.request_id("JA", day="20261123", number=number)
    wrong = str((int(good[place]) + shift) % 10)
    assert not numbers.is_request_id(good[:place] + wrong + good[place + 1 :])
