"""A period under other rules: every score anew from the stored facts, and who would move; nothing is written.

There are few different combinations of facts, so each is computed once and counted (400 000 rounds: seconds).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select

from casebook import sample_statistics, views
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.periods import Period
from casebook.schema import unit_scores
from casebook.score_arithmetic import ASPECTS, LEAD, chosen_facts, mean
from casebook.score_rules import Rules
from casebook.scoring_rules import Ranking
from casebook.unit_scores import in_effect


@dataclass(frozen=True, kw_only=True)
class Move:
    """One unit: scored rounds, how many of them would change, means and ranks before and after (None: too few)."""

    unit: str
    name: str
    count: int
    changed: int
    old_mean: Decimal
    new_mean: Decimal
    old_rank: int | None
    new_rank: int | None


@dataclass
class _Sums:
    count: int = 0
    changed: int = 0
    old: Decimal = Decimal(0)
    new: Decimal = Decimal(0)

    def add(self, count: int, *, old: Decimal, new: Decimal) -> None:
        self.count += count
        self.changed += count if old != new else 0
        self.old += old * count
        self.new += new * count


@dataclass
class _Scorer:
    """Computes each combination of facts that count once."""

    rules: Rules
    known: dict[tuple[str | None, ...], Decimal] = field(default_factory=dict)

    def score(self, row: Mapping[str, Any]) -> Decimal:
        own = {aspect: row[aspect] for aspect in ASPECTS}
        shared = {aspect: row[f"shared_{aspect}"] or row[aspect] for aspect in ASPECTS}
        counted = chosen_facts(own, shared, part=row["part"], rule=self.rules.co_unit)
        counted |= {aspect: fact for aspect, fact in (row["corrected"] or {}).items() if aspect in counted}
        key = tuple(counted.get(aspect) for aspect in ASPECTS)
        if key not in self.known:
            self.known[key] = self.rules.score(counted)
        return self.known[key]


async def recompute(casebook: AsyncConnection, rules: Rules, *, period: Period, ranking: Ranking) -> list[Move]:
    """Return every unit of a period as it is by the rules of then and would be by these, the new best first.

    Compared is what rules make of facts: what an appeal corrected is corrected on both sides, what was excluded is on
    neither, and points that accountability took off stay out of both. RejectedInput when nothing was scored in the
    period, or when the rules have no degree for a fact.
    """
    scorer, sums = _Scorer(rules=rules), dict[str, _Sums]()
    for row in await _combinations(casebook, period):
        each = sums.setdefault(row["unit"], _Sums())
        each.add(row["count"], old=row["score"], new=scorer.score(row))
    if not sums:
        raise RejectedInput(f"{period.name}没有已评分的诉求，没有可重新计算的。请换一个周期。")
    return _moves(sums, await views.unit_names(casebook), least=ranking.cases_least)


def _moves(sums: dict[str, _Sums], names: dict[str, str], *, least: int) -> list[Move]:
    counts = {unit: each.count for unit, each in sums.items()}
    old = {unit: mean(each.old, each.count) or Decimal(0) for unit, each in sums.items()}
    new = {unit: mean(each.new, each.count) or Decimal(0) for unit, each in sums.items()}
    before = sample_statistics.ranks(old, counts=counts, least=least)
    after = sample_statistics.ranks(new, counts=counts, least=least)
    moves = [
        Move(
            unit=unit,
            name=names.get(unit, unit),
            count=counts[unit],
            changed=sums[unit].changed,
            old_mean=old[unit],
            new_mean=new[unit],
            old_rank=before[unit],
            new_rank=after[unit],
        )
        for unit in sums
    ]
    return sorted(moves, key=lambda move: (move.new_rank is None, -move.new_mean, move.unit))


async def _combinations(casebook: AsyncConnection, period: Period) -> list[dict[str, Any]]:
    """Return each combination of unit, facts and score of a period with its count."""
    mine, lead = in_effect(), unit_scores.alias("lead")
    same_round = and_(
        lead.c.request_id == mine.c.request_id, lead.c.round == mine.c.round, lead.c.part == LEAD, mine.c.part != LEAD
    )
    columns = [
        mine.c.unit,
        mine.c.part,
        *(mine.c[aspect] for aspect in ASPECTS),
        *(lead.c[aspect].label(f"shared_{aspect}") for aspect in ASPECTS),
        mine.c.corrected,
        mine.c.by_facts.label("score"),
    ]
    rows = await casebook.execute(
        select(*columns, func.count().label("count"))
        .select_from(mine.outerjoin(lead, same_round))
        .where(mine.c.scored_at >= period.begins, mine.c.scored_at < period.ends)
        .group_by(*columns)
    )
    return [dict(row) for row in rows.mappings()]
