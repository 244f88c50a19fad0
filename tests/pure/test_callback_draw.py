"""A month's call-backs are drawn so that anybody can draw them again, and no street or unit is passed over."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.callback_draw import Closed, draw, size

STREETS, UNITS = ("大智街道", "一元街道", "车站街道"), ("a", "b", None)


def closed(count: int) -> list[Closed]:
    return [
        Closed(request_id=f"JA20261001-{at:06d}-0", round=1, street=STREETS[at % 3], unit=UNITS[at // 3 % 3])
        for at in range(count)
    ]


@given(count=st.integers(1, 400), share=st.integers(100, 1000), rings=st.integers(0, 400))
def test_at_least_the_share_is_drawn_of_those_who_can_be_rung(count: int, share: int, rings: int) -> None:
    found = closed(min(count, rings))
    wanted = size(count, share=Decimal(share) / 1000, callable_=len(found))
    assert min(len(found), -(-count * share // 1000)) == wanted
    drawn = draw("2026-10", found, count=wanted)
    assert wanted == len({each.request_id for each in drawn})
    assert set(drawn) <= set(found)
    assert drawn == draw("2026-10", found[::-1], count=wanted)


@given(count=st.integers(30, 300))
def test_every_street_is_met_in_proportion(count: int) -> None:
    drawn = draw("2026-10", closed(count), count=-(-count // 10))
    whole, met = Counter(each.street for each in closed(count)), Counter(each.street for each in drawn)
    for street in STREETS:
        assert abs(met[street] - whole[street] / 10) <= 1.1


def test_another_month_meets_other_requests() -> None:
    assert draw("2026-10", closed(300), count=30) != draw("2026-09", closed(300), count=30)


@pytest.mark.parametrize(("count", "rings", "expected"), [(10, 10, 1), (11, 11, 2), (11, 1, 1), (0, 0, 0), (11, 0, 0)])
def test_a_tenth_is_rounded_up(count: int, rings: int, expected: int) -> None:
    assert expected == size(count, share=Decimal("0.100"), callable_=rings)
    assert expected == len(draw("2026-10", closed(rings), count=expected))
