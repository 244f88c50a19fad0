"""How far a force is from the place it was called to."""

from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from casebook.enforcement import metres_between

points = st.tuples(st.floats(min_value=-89, max_value=89), st.floats(min_value=-180, max_value=180))


def test_a_thousandth_of_a_degree_of_latitude_is_a_hundred_and_eleven_metres() -> None:
    assert isclose(metres_between((30.600, 114.3), (30.601, 114.3)), 111.2, rel_tol=0.001)


def test_at_wuhan_a_degree_of_longitude_is_shorter_than_one_of_latitude() -> None:
    assert isclose(metres_between((30.6, 114.300), (30.6, 114.301)), 95.7, rel_tol=0.001)


@given(points, points)
def test_the_way_back_is_as_long_as_the_way_there(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert isclose(metres_between(one, other), metres_between(other, one), abs_tol=0.001)


@given(points)
def test_where_one_is_already_is_no_way(one: tuple[float, float]) -> None:
    assert metres_between(one, one) == 0
