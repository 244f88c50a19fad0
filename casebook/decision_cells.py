"""The cells of a decision table: what an input cell accepts, what an output cell says.

Understood are the tests our tables need: `-`, texts, numbers, true and false, comparisons,
intervals, lists of these, and `not(…)`. Anything else is the engine's to evaluate: `Unreadable`.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

Value = str | float | bool
ANY = frozenset({"", "-"})
_TESTS = re.compile(r'(?:"(?:\\.|[^"\\])*"|[\[\](][^\[\]()]*?\.\.[^\[\]()]*?[\[\])]|[^,"])+')
_COMPARED = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")
_INTERVAL = re.compile(r"([\[\](])\s*(-?\d+(?:\.\d+)?)\s*\.\.\s*(-?\d+(?:\.\d+)?)\s*([\[\])])")


class Unreadable(ValueError):
    """A cell that only the engine can evaluate."""


@lru_cache(maxsize=65536, typed=True)  # a check asks the same cells for every category
def accepts(cell: str, value: Value) -> bool:
    """Tell whether an input cell accepts a value."""
    text = cell.strip()
    if text in ANY:
        return True
    if text.startswith("not(") and text.endswith(")"):
        return not accepts(text[4:-1], value)
    return any(_passes(test.strip(), value) for test in _TESTS.findall(text))


def _passes(test: str, value: Value) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if compared := _COMPARED.fullmatch(test):
        sign, bound = compared.group(1), float(compared.group(2))
        return number and _compare(float(value), sign=sign, bound=bound)
    if interval := _INTERVAL.fullmatch(test):
        opening, low, high, closing = interval.groups()
        over = _compare(float(value), sign=">=" if opening == "[" else ">", bound=float(low)) if number else False
        return over and _compare(float(value), sign="<=" if closing == "]" else "<", bound=float(high))
    expected = said(test)
    return type(expected) is type(value) and expected == value


def _compare(value: float, *, sign: str, bound: float) -> bool:
    return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}[sign]


def said(cell: str) -> object:
    """Return what a literal cell says: text, float, bool, None or a list; `Unreadable` for an expression."""
    text = cell.strip()
    try:
        return json.loads(text, parse_int=float)
    except json.JSONDecodeError:
        raise Unreadable(text) from None


def literals(cell: str) -> list[Value]:
    """Return the values that a cell mentions: all of its texts, numbers and truth values."""
    tokens = re.findall(r'"(?:\\.|[^"\\])*"|-?\d+(?:\.\d+)?|\btrue\b|\bfalse\b', cell)
    return [json.loads(token, parse_int=float) for token in tokens]


def worth_trying(cells: Iterable[str], *, allowed: list[Value]) -> list[Value]:
    """Return values of which at least one lies in every region that the cells of one column tell apart."""
    if allowed:
        return allowed
    mentioned = {value for cell in cells for value in literals(cell)}
    numbers = sorted(value for value in mentioned if isinstance(value, float))
    between = [(low + high) / 2 for low, high in pairwise(numbers)]
    beyond: list[Value] = [numbers[0] - 1, *between, numbers[-1] + 1] if numbers else ["（其他）"]
    return [*sorted(mentioned, key=str), *beyond]
