"""抽样回访: at least a tenth of a month's closed requests, drawn so that anybody can draw them again.

Pure. Systematic: the requests in the order of street, unit and a digest of month and number; every n-th from a start
that the month gives. So each street and each unit with enough cases is met in proportion, the size is exact, and
nobody can choose who is called.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

STEPS = 2**32


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A closed request whose caller can be rung."""

    request_id: str
    round: int
    street: str
    unit: str | None


def size(closed: int, *, share: Decimal, callable_: int) -> int:
    """Return how many are drawn: the share of all that were closed, rounded up, of those that can be rung."""
    return min(callable_, int((share * closed).to_integral_value(rounding=ROUND_CEILING)))


def draw(month: str, found: Sequence[Closed], *, count: int) -> list[Closed]:
    """Return `count` of the requests, in the order of street and unit; the same month and requests give the same."""
    ordered = sorted(found, key=lambda each: (each.street, each.unit or "", _digest(f"{month} {each.request_id}")))
    start = int.from_bytes(_digest(month)[:4])
    return [ordered[(step * STEPS + start) * len(ordered) // (count * STEPS)] for step in range(count)]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
