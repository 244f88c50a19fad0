"""The score is the weighted sum of the four degrees: 10, 20, 30, 40 percent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.round_facts import SATISFACTION
from casebook.score_arithmetic import ASPECTS
from workers.errors import NeedsOperator
from workers.score_request import Degree, ScoreRequest, weigh

WEIGHTS = dict(zip(ASPECTS, map(Decimal, ("0.10", "0.20", "0.30", "0.40")), strict=True))


def scored(*degrees: int | None) -> Decimal:
    rows = [
        Degree(aspect=aspect, fact="in_time", degree=None if degree is None else Decimal(degree))
        for aspect, degree in zip(ASPECTS, degrees, strict=True)
    ]
    return weigh(ScoreRequest(request_id="JA20261123-000001-0", round=1, degrees=rows), WEIGHTS)


def test_full_marks_are_a_hundred() -> None:
    assert Decimal("100.00") == scored(100, 100, 100, 100)


@pytest.mark.parametrize(("degrees", "score"), [((100, 0, 0, 0), 10), ((0, 100, 0, 0), 20), ((0, 0, 100, 0), 30)])
def test_each_degree_counts_by_its_weight(degrees: tuple[int, ...], score: int) -> None:
    assert Decimal(score) == scored(*degrees)


@given(degrees=st.lists(st.integers(0, 100), min_size=4, max_size=4))
def test_a_score_lies_between_the_worst_and_the_best_degree(degrees: list[int]) -> None:
    assert min(degrees) <= scored(*degrees) <= max(degrees)


def test_a_degree_the_table_does_not_know_is_said_not_guessed() -> None:
    with pytest.raises(NeedsOperator, match=r"rating_outcome\.dmn"):
        scored(100, None, 100, 100)


def test_every_star_has_a_fact() -> None:
    assert set(range(1, 6)) == set(SATISFACTION)
