"""Intervals against published values, ranks against counting."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.sample_statistics import ranks, student, t_quantile, wilson


@pytest.mark.parametrize(
    ("probability", "degrees", "value"),
    [
        (0.975, 1, 12.7062),
        (0.975, 2, 4.3027),
        (0.975, 3, 3.1824),
        (0.975, 4, 2.7764),
        (0.975, 5, 2.5706),
        (0.975, 9, 2.2622),
        (0.975, 29, 2.0452),
        (0.975, 100, 1.9840),
        (0.995, 3, 5.8409),
        (0.995, 9, 3.2498),
        (0.995, 30, 2.7500),
        (0.9, 3, 1.6377),
        (0.75, 3, 0.7649),
        (0.75, 30, 0.6828),
        (0.95, 1000, 1.6464),
    ],
)
def test_a_quantile_of_students_t_is_that_of_the_tables(probability: float, degrees: int, value: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(value, abs=6e-5)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_a_rate_has_wilsons_interval(hits: int, count: int, low: float, high: float) -> None:
    assert wilson(hits, count, confidence=0.95) == pytest.approx((low, high), abs=6e-5)


def test_an_interval_of_nothing_is_none() -> None:
    assert (None, None) == (wilson(0, 0, confidence=0.95), student(80.0, None, count=0, confidence=0.95))
    assert (None, None) == (student(80.0, 3.0, count=1, confidence=0.95), student(80.0, None, count=2, confidence=0.95))


def test_a_mean_has_the_t_interval_kept_within_what_scores_can_be() -> None:
    assert student(80.0, 10.0, count=10, confidence=0.95) == pytest.approx((72.8464, 87.1536), abs=1e-3)
    assert (0.0, 100.0) == student(50.0, 40.0, count=2, confidence=0.95)


@given(hits=st.integers(0, 500), more=st.integers(0, 500), sure=st.floats(0.5, 0.999))
def test_an_interval_holds_its_rate(hits: int, more: int, sure: float) -> None:
    count = hits + more
    interval = wilson(hits, count, confidence=sure)
    if count:
        assert interval is not None
        assert 0 <= interval[0] <= hits / count + 1e-12
        assert hits / count - 1e-12 <= interval[1] <= 1


def test_equal_means_share_a_place_and_too_few_cases_have_none() -> None:
    means = {"a": Decimal(90), "b": Decimal(95), "c": Decimal(90), "d": Decimal(80), "e": Decimal(99), "f": None}
    counts = {"a": 10, "b": 11, "c": 12, "d": 10, "e": 9, "f": 0}
    expected = {"a": 2, "b": 1, "c": 2, "d": 4, "e": None, "f": None}
    assert expected == ranks(means, counts=counts, least=10)
