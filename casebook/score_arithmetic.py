"""The arithmetic of a score: degrees by weights, exact decimals, rounded once, half up, to two places.

Pure, and tested by mutation: whoever argues about a score argues with this file.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from casebook.errors import RejectedInput

ASPECTS = ("response", "cooperation", "completion", "satisfaction")
LEAD, CO_UNIT = "lead", "co_unit"
HUNDREDTH = Decimal("0.01")


def weigh(degrees: Mapping[str, Decimal], weights: Mapping[str, Decimal]) -> Decimal:
    """Return the weighted mean of the degrees (0 to 100), two decimals, rounded half up.

    Aspects without a degree are left out and the other weights stretched to a whole. RejectedInput when nothing that
    has a weight is left: there is no mean of nothing.
    """
    counted = [aspect for aspect in ASPECTS if aspect in degrees]
    whole = sum((weights[aspect] for aspect in counted), Decimal(0))
    if whole <= 0:
        raise RejectedInput("没有可以计分的内容：计入的各项权重之和为 0。请在 config 中更正权重或 [co_unit] 后重试。")
    total = sum((weights[aspect] * degrees[aspect] for aspect in counted), Decimal(0))
    return rounded(total / whole)


def must_be_whole(weights: Mapping[str, Decimal], *, version: str) -> None:
    """Refuse weights of rules that are negative, incomplete or do not sum to exactly 1."""
    if set(weights) != set(ASPECTS) or min(weights.values()) < 0 or sum(weights.values()) != 1:
        raise RejectedInput(
            f"评分规则 {version} 的四个权重之和不是 100 %（或有缺项、负数），不能用来计分。请更正后重试。"
        )


def chosen_facts(
    own: Mapping[str, str], shared: Mapping[str, str], *, part: str, rule: Mapping[str, str]
) -> dict[str, str]:
    """Return the facts that count for a unit: the lead's are its own, a co-unit's are chosen by the rule."""
    if part == LEAD:
        return {aspect: own[aspect] for aspect in ASPECTS}
    sources = {"own": own, "shared": shared}
    return {aspect: sources[rule[aspect]][aspect] for aspect in ASPECTS if rule[aspect] != "left_out"}


def mean(total: Decimal, count: int) -> Decimal | None:
    """Return a mean with two decimals, rounded half up; None of nothing."""
    return rounded(total / count) if count > 0 else None


def rounded(value: Decimal) -> Decimal:
    """Return a value with two decimals, rounded half up."""
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
