"""How far a mean or a rate of few cases can be trusted, and who stands where.

Rates: Wilson's interval, which stays within 0 and 1 and holds for few cases and for rates near 0 or 1, where the plain
normal one does not (Brown, Cai and DasGupta 2001). Means: Student's t, because the spread is estimated from the same
cases; exact quantiles up to 30 degrees of freedom would need tables, so Hill's expansion is used (Hill 1970, error
below 0.001 from 3 degrees on, exact formulas for 1 and 2).
"""

import math
from collections.abc import Hashable, Mapping
from decimal import Decimal
from statistics import NormalDist
from typing import TypeVar

Interval = tuple[float, float]
Key = TypeVar("Key", bound=Hashable)


def wilson(hits: int, count: int, *, confidence: float) -> Interval | None:
    """Return Wilson's interval of a rate, from 0 to 1; None of nothing."""
    if count <= 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate, spread = hits / count, z * z / count
    middle = (rate + spread / 2) / (1 + spread)
    half = z * math.sqrt(rate * (1 - rate) / count + spread / (4 * count)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def student(mean: float, deviation: float | None, *, count: int, confidence: float) -> Interval | None:
    """Return the t interval of a mean of scores, kept within 0 and 100; None below two cases."""
    if count <= 1 or deviation is None:
        return None
    half = t_quantile((1 + confidence) / 2, count - 1) * deviation / math.sqrt(count)
    return max(0.0, mean - half), min(100.0, mean + half)


def t_quantile(probability: float, degrees: int) -> float:
    """Return the quantile of Student's t for a probability above one half."""
    tails = 2 * (1 - probability)
    if degrees == 1:
        return 1 / math.tan(tails * math.pi / 2)
    if degrees == 2:  # noqa: PLR2004 - degrees of freedom
        return math.sqrt(2 / (tails * (2 - tails)) - 2)
    return _hill(tails, float(degrees))


def _hill(tails: float, degrees: float) -> float:
    """Hill's algorithm 396 for both tails together; names as in the paper."""
    a = 1 / (degrees - 0.5)
    b = 48 / (a * a)
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * degrees
    y = (d * tails) ** (2 / degrees)
    if y > 0.05 + a:
        x = NormalDist().inv_cdf(tails / 2)
        y = x * x
        if degrees < 5:  # noqa: PLR2004
            c += 0.3 * (degrees - 4.5) * (x + 0.6)
        c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = math.expm1(a * y * y)
    else:
        y = ((1 / (((degrees + 6) / (degrees * y) - 0.089 * d - 0.822) * (degrees + 2) * 3) + 0.5 / (degrees + 4)) * y
             - 1) * (degrees + 1) / (degrees + 2) + 1 / y  # fmt: skip
    return math.sqrt(degrees * y)


def ranks(means: Mapping[Key, Decimal | None], *, counts: Mapping[Key, int], least: int) -> dict[Key, int | None]:
    """Return each one's place by its mean, the best first; equal means share a place. None where cases are too few."""
    ranked = {key: value for key, value in means.items() if value is not None and counts[key] >= least}
    return {key: 1 + sum(other > ranked[key] for other in ranked.values()) if key in ranked else None for key in means}
