"""Suggested categories (类别建议): three with a share each, from how earlier requests were worded; never a decision.

A category is the sum of its requests' characters and character pairs, weighted by how few categories have them; what is
nearest by angle is suggested. In pure Python, because that is as right as larger learners on our few texts a category.
What stands in fewer than three requests is not learnt, so that no name or number of a caller enters the model.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import exp, log, sqrt
from typing import Any

from sqlalchemy import insert, select

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import category_models, requests

NOT_CHINESE = re.compile("[^\u4e00-\u9fff]+")
SHOWN_MOST, LEAST_REQUESTS, PAIRS_MOST, HISTORY_MOST = 3, 3, 2000, 50_000
OF_CATALOGUE = 3  # a category's own name counts like so many reports
SHARPNESS = 0.05
Counts = Mapping[str, Mapping[str, int]]
Example = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A category, and its share (0 to 1) of the likeness to all categories."""

    category: str
    share: float


@dataclass(frozen=True)
class CategoryModel:
    """How often characters and pairs stand in each category's texts."""

    counts: Counts

    @cached_property
    def _rarity(self) -> dict[str, float]:
        found = Counter(pair for counts in self.counts.values() for pair in counts)
        return {pair: log((1 + len(self.counts)) / (1 + held)) + 1 for pair, held in found.items()}

    @cached_property
    def _directions(self) -> dict[str, dict[str, float]]:
        return {category: self._direction(counts) for category, counts in self.counts.items()}

    def _direction(self, counts: Mapping[str, int]) -> dict[str, float]:
        weights = {pair: (1 + log(count)) * self._rarity.get(pair, 0.0) for pair, count in counts.items()}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {pair: weight / length for pair, weight in weights.items()}

    def suggest(self, text: str) -> list[Suggestion]:
        """Return the likeliest categories of a text, at most three; none when it has nothing in common with any."""
        mine = self._direction(pairs_of(text))
        near = {
            category: sum(weight * theirs.get(pair, 0.0) for pair, weight in mine.items())
            for category, theirs in self._directions.items()
        }
        if not any(near.values()):
            return []
        shares = {category: exp(angle / SHARPNESS) for category, angle in near.items()}
        first = sorted(shares, key=lambda category: -shares[category])[:SHOWN_MOST]
        return [Suggestion(category=each, share=shares[each] / sum(shares.values())) for each in first]


def pairs_of(text: str) -> Counter[str]:
    """Count the Chinese characters and pairs of neighbours in a text."""
    found: Counter[str] = Counter()
    for part in NOT_CHINESE.sub(" ", text).split():
        found.update(part)
        found.update(part[at : at + 2] for at in range(len(part) - 1))
    return found


def learn(district: District, *, samples: Iterable[Example], history: Iterable[Example] = ()) -> CategoryModel:
    """Learn from the catalogue's names, invented samples and the register's history (category, text)."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for code, category in district.catalogue.items():
        for _ in range(OF_CATALOGUE):
            counts[code].update(pairs_of(f"{category.name} {category.minor}"))
    for code, text in samples:
        counts[code].update(pairs_of(text))
    read = [(code, pairs_of(text)) for code, text in history]
    held = Counter(pair for _, pairs in read for pair in pairs)
    for code, pairs in read:
        counts[code].update({pair: count for pair, count in pairs.items() if held[pair] >= LEAST_REQUESTS})
    known = {code: each for code, each in counts.items() if code in district.catalogue}
    return CategoryModel({code: dict(each.most_common(PAIRS_MOST)) for code, each in known.items()})


async def train(
    casebook: AsyncConnection, district: District, *, samples: Iterable[Example], now: datetime
) -> tuple[CategoryModel, int]:
    """Learn from the newest requests of the register and keep the model; return it and of how many requests it is."""
    newest = select(requests.c.category, requests.c.text).where(requests.c.withdrawal_asked_at.is_(None))
    rows = await casebook.execute(newest.order_by(requests.c.received_at.desc()).limit(HISTORY_MOST))
    history = [(row.category, row.text) for row in rows]
    model = learn(district, samples=samples, history=history)
    values: dict[str, Any] = {"trained_at": now, "of_requests": len(history), "counts": model.counts}
    await casebook.execute(insert(category_models).values(values))
    return model, len(history)


async def newest(casebook: AsyncConnection, district: District) -> CategoryModel:
    """Return the model trained last; before the first training, one that knows the catalogue's names alone."""
    rows = await casebook.execute(select(category_models.c.counts).order_by(category_models.c.model_id.desc()).limit(1))
    counts = rows.scalar_one_or_none()
    return learn(district, samples=()) if counts is None else CategoryModel(counts)
