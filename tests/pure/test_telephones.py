"""A mobile number is recognised however it was written; what is none gets no short message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.telephones import mobile


@pytest.mark.parametrize(
    "written",
    [
        "13800000001",
        " 138 0000 0001 ",
        "138-0000-0001",
        "+8613800000001",
        "+86 138-0000-0001",
        "008613800000001",
        "8613800000001",
        "（+86）13800000001",
        "１３８０００００００１",
        "138\u20130000\u20130001\u3000",
    ],
)
def test_people_write_a_number_in_many_ways(written: str) -> None:
    assert "13800000001" == mobile(written)


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "无",
        "不愿透露",
        "82345678",
        "02782345678",
        "027-82345678",
        "1380000000",
        "138000000012",
        "1380000000l",
        "138000O0001",
        "13800000001/13800000002",
        "13800000001转8001",
        "+1 202 555 0100 00",
        "١٣٨٠٠٠٠٠٠٠١x",
        "13800000001\0",
    ],
)
def test_what_is_no_mobile_number_gets_nothing(written: str | None) -> None:
    assert mobile(written) is None


@given(st.text())
def test_whatever_comes_out_are_eleven_plain_digits_and_comes_out_again(written: str) -> None:
    number = mobile(written)
    assert number is None or (number.isascii() and number.isdigit() and number == mobile(number) and len(number) == 11)
