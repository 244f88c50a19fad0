"""The conditions under which a form hides a field: comparisons of one answer with one literal, joined."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COMPARISON = re.compile(
    r"""\s*(?P<key>[A-Za-z_]\w*)\s*(?P<sign>!?=)\s*(?P<literal>"[^"]*"|-?\d+(?:\.\d+)?|[a-z]+)\s*"""
)
LONGEST = 500


class UnknownCondition(ValueError):
    """A condition beyond comparisons joined by one of `and` and `or`."""


@dataclass(frozen=True)
class Comparison:
    """`key = literal` or `key != literal`."""

    key: str
    literal: Any
    equal: bool

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Compare as FEEL does: something that was not answered is null."""
        answer = answers.get(self.key)
        same = (None if answer == "" else answer) == self.literal
        return same is self.equal


@dataclass(frozen=True)
class Condition:
    """Comparisons of which all (`and`) or any (`or`) must hold."""

    comparisons: tuple[Comparison, ...]
    needs_all: bool

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Tell whether the condition is true with these answers."""
        results = [comparison.holds(answers) for comparison in self.comparisons]
        return all(results) if self.needs_all else any(results)


def parse(written: str) -> Condition:
    """Read a FEEL condition such as `=outcome = "accepted"`; UnknownCondition when it is beyond us."""
    text = written.strip().removeprefix("=")
    if len(text) > LONGEST:
        raise UnknownCondition(written)
    outside_quotes = re.sub(r'"[^"]*"', '""', text)
    joins = set(re.findall(r"\b(?:and|or)\b", outside_quotes))
    if len(joins) > 1:
        raise UnknownCondition(written)
    parts = re.split(r'\b(?:and|or)\b(?=(?:[^"]*"[^"]*")*[^"]*$)', text)
    return Condition(tuple(_comparison(part) for part in parts), needs_all="or" not in joins)


def _comparison(part: str) -> Comparison:
    found = COMPARISON.fullmatch(part)
    if found is None:
        raise UnknownCondition(part)
    try:
        literal = json.loads(found["literal"])
    except ValueError as error:
        raise UnknownCondition(part) from error
    return Comparison(found["key"], literal, equal=found["sign"] == "=")
