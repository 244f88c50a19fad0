"""Coordinates of maps and of satellites: half a kilometre apart, and kept straight."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.datum import as_wgs84, gcj02_of, wgs84_of
from casebook.enforcement import metres_between

in_wuhan = st.tuples(st.floats(30.3, 31.0), st.floats(113.9, 114.7))
in_china = st.tuples(st.floats(20, 50), st.floats(80, 130))


@given(point=in_china)
def test_there_and_back_is_less_than_a_metre_apart(point: tuple[float, float]) -> None:
    assert metres_between(point, wgs84_of(gcj02_of(point))) < 1
    assert metres_between(point, gcj02_of(wgs84_of(point))) < 1


@given(point=in_wuhan)
def test_at_wuhan_the_two_are_hundreds_of_metres_apart(point: tuple[float, float]) -> None:
    assert 300 < metres_between(point, gcj02_of(point)) < 800


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((39.907333, 116.391083), (39.908737, 116.397326)),  # Tiananmen
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),  # the example of eviltransform
    ],
)
def test_published_examples_come_out(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert metres_between(gcj02, gcj02_of(wgs84)) < 5


def test_what_is_in_wgs84_already_stays() -> None:
    assert (30.6, 114.3) == as_wgs84((30.6, 114.3), datum="wgs84")
    assert isclose(30.6, gcj02_of(as_wgs84((30.6, 114.3), datum="gcj02"))[0], abs_tol=1e-8)
