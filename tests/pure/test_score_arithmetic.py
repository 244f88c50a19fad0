"""The arithmetic of a score, by hand and by property: whoever argues about a score argues with these."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.errors import RejectedInput
from casebook.score_arithmetic import ASPECTS, CO_UNIT, LEAD, chosen_facts, mean, must_be_whole, rounded, weigh

WEIGHTS = dict(zip(ASPECTS, map(Decimal, ("0.10", "0.20", "0.30", "0.40")), strict=True))
OWN = dict(zip(ASPECTS, ("own_1", "own_2", "own_3", "own_4"), strict=True))
SHARED = dict(zip(ASPECTS, ("shared_1", "shared_2", "shared_3", "shared_4"), strict=True))


def degrees(*values: str) -> dict[str, Decimal]:
    return dict(zip(ASPECTS, map(Decimal, values), strict=True))


@pytest.mark.parametrize(
    ("values", "score"),
    [
        (("100", "100", "100", "100"), "100.00"),
        (("100", "60", "100", "85"), "86.00"),
        (("60", "60", "70", "20"), "47.00"),
        (("0", "0", "0", "0"), "0.00"),
        (("33.33", "66.67", "12.35", "99.99"), "60.37"),  # 60.368
        (("0.05", "0", "0", "0"), "0.01"),  # 0.005 is rounded up, not to even
        (("0.25", "0", "0", "0"), "0.03"),
    ],
)
def test_a_score_is_the_sum_by_weights_rounded_half_up(values: tuple[str, ...], score: str) -> None:
    assert Decimal(score) == weigh(degrees(*values), WEIGHTS)
    assert score == str(weigh(degrees(*values), WEIGHTS))


def test_what_is_left_out_weighs_nothing_and_the_others_are_stretched() -> None:
    left = {"response": Decimal(100), "cooperation": Decimal(60)}
    assert Decimal("73.33") == weigh(left, WEIGHTS)
    assert Decimal("50.00") == weigh({"satisfaction": Decimal(50)}, WEIGHTS)


@pytest.mark.parametrize("weights", [WEIGHTS, WEIGHTS | {"satisfaction": Decimal(0)}])
def test_there_is_no_mean_of_nothing(weights: dict[str, Decimal]) -> None:
    nothing = {} if weights is WEIGHTS else {"satisfaction": Decimal(50)}
    with pytest.raises(
        RejectedInput,
        match=r"^没有可以计分的内容：计入的各项权重之和为 0。请在 config 中更正权重或 \[co_unit\] 后重试。$",
    ):
        weigh(nothing, weights)


@pytest.mark.parametrize(
    "wrong",
    [
        WEIGHTS | {"response": Decimal("0.11")},
        WEIGHTS | {"response": Decimal("-0.10"), "cooperation": Decimal("0.40")},
        {aspect: Decimal("0.5") for aspect in ASPECTS[:2]},
        WEIGHTS | {"other": Decimal(0)},
    ],
)
def test_weights_that_are_no_whole_are_refused_by_version(wrong: dict[str, Decimal]) -> None:
    with pytest.raises(RejectedInput, match=r"^评分规则 2026-12-01 的四个权重之和不是 100 %.*请更正后重试。$"):
        must_be_whole(wrong, version="2026-12-01")


def test_weights_that_are_a_whole_are_taken_also_with_a_nought() -> None:
    must_be_whole(WEIGHTS, version="1")
    must_be_whole(dict.fromkeys(ASPECTS, Decimal(0)) | {"satisfaction": Decimal(1)}, version="1")


def test_a_lead_is_judged_by_its_own_facts_whatever_the_rule_for_co_units() -> None:
    assert OWN == chosen_facts(OWN, SHARED, part=LEAD, rule=dict.fromkeys(ASPECTS, "left_out"))


def test_a_co_units_facts_are_its_own_shared_or_left_out_as_the_rule_says() -> None:
    rule = dict(zip(ASPECTS, ("own", "shared", "left_out", "shared"), strict=True))
    expected = {"response": "own_1", "cooperation": "shared_2", "satisfaction": "shared_4"}
    assert expected == chosen_facts(OWN, SHARED, part=CO_UNIT, rule=rule)


def test_a_mean_has_two_decimals_and_there_is_none_of_nothing() -> None:
    assert (Decimal("66.67"), Decimal("0.13"), None) == (
        mean(Decimal(200), 3),
        mean(Decimal("0.25"), 2),
        mean(Decimal(0), 0),
    )
    assert Decimal("7.00") == mean(Decimal(7), 1)
    assert "2.68" == str(rounded(Decimal("2.675")))


@given(
    values=st.lists(st.decimals(0, 100, places=2), min_size=4, max_size=4),
    parts=st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any),
)
def test_any_score_is_the_exact_mean_rounded_half_up(values: list[Decimal], parts: list[int]) -> None:
    weights = {aspect: Decimal(part) for aspect, part in zip(ASPECTS, parts, strict=True)}
    exact = sum((Fraction(value) * part for value, part in zip(values, parts, strict=True)), Fraction()) / sum(parts)
    expected = int(exact * 100 + Fraction(1, 2))
    assert expected == int(weigh(dict(zip(ASPECTS, values, strict=True)), weights) * 100)
