"""考核: who stands where in a period, by unit, person, street with what is posted there (捆绑考核), department.

Every scored round counts once for each unit that responded, unless a decision excludes it; facts that an appeal
corrected count in the rates too. A bundle is made of the directory as it is at the end of the period, so that a unit
that moved counts where it ended.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from casebook import sample_statistics
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import in_force, nearest_version
from casebook.periods import Period
from casebook.sample_statistics import Interval
from casebook.schema import people, places, units
from casebook.score_arithmetic import mean
from casebook.scoring_rules import Ranking
from casebook.unit_scores import excluded, in_effect

LEVELS = {"unit": "单位", "street": "街道（含派驻力量）", "department": "部门", "person": "经办人"}
SUMS = ("count", "led", "total", "squares", "answered", "completed", "rated", "satisfied")
EXCLUDED_MOST = 300
SATISFIED = ("very_satisfied", "satisfied")


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many of so many, with Wilson's interval."""

    hits: int
    count: int
    interval: Interval | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One line: scored rounds (`led` of them as lead), mean with its t interval, rank (None: too few), rates.

    `excluded`: so many more rounds were scored and count nowhere.
    """

    key: str
    name: str
    count: int
    led: int
    mean: Decimal
    interval: Interval | None
    rank: int | None
    answered: Rate
    completed: Rate
    satisfied: Rate
    excluded: int


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is asked: a period and a level of `LEVELS`."""

    period: Period
    level: str


async def standings(casebook: AsyncConnection, scope: Scope, *, ranking: Ranking) -> list[Standing]:
    """Return everybody of a level who was scored in a period, the best first, then those with too few cases."""
    bundles = await _bundles(casebook, scope)
    sums: dict[str, dict[str, Any]] = {}
    for row in await _sums(casebook, scope.period):
        if (key := bundles.key_of(row)) is not None:
            known = sums.setdefault(key, dict.fromkeys(SUMS, 0))
            sums[key] = {name: known[name] + row[name] for name in SUMS}
    left_out = Counter[str | None]()
    for row in await _excluded(casebook, scope.period):
        left_out[bundles.key_of(row)] += row["count"]
    counts = {key: each["count"] for key, each in sums.items()}
    means = {key: mean(each["total"], each["count"]) for key, each in sums.items()}
    ranks = sample_statistics.ranks(means, counts=counts, least=ranking.cases_least)
    confidence, names = float(ranking.confidence), bundles.names
    found = [
        _standing(
            each | {"key": key, "name": names.get(key, key), "rank": ranks[key], "excluded": left_out[key]},
            confidence=confidence,
        )
        for key, each in sums.items()
    ]
    return sorted(found, key=lambda each: (each.rank is None, -each.mean, each.key))


def _standing(sums: dict[str, Any], *, confidence: float) -> Standing:
    count, total = sums["count"], Decimal(sums["total"])
    exact = total / count
    spread = max(Decimal(0), sums["squares"] - total * exact)
    deviation = float((spread / (count - 1)).sqrt()) if count > 1 else None

    def rate(name: str, of: int) -> Rate:
        interval = sample_statistics.wilson(sums[name], of, confidence=confidence)
        return Rate(hits=sums[name], count=of, interval=interval)

    return Standing(
        key=sums["key"],
        name=sums["name"],
        count=count,
        led=sums["led"],
        mean=mean(total, count) or Decimal(0),
        interval=sample_statistics.student(float(exact), deviation, count=count, confidence=confidence),
        rank=sums["rank"],
        answered=rate("answered", count),
        completed=rate("completed", count),
        satisfied=rate("satisfied", sums["rated"]),
        excluded=sums["excluded"],
    )


async def cases(casebook: AsyncConnection, scope: Scope, *, key: str, most: int) -> list[dict[str, Any]]:
    """Return the scored rounds behind a line, the lowest score first; RejectedInput for a level that is not there."""
    return await _cases(casebook, scope, key=key, score=in_effect(), most=most)


async def excluded_cases(casebook: AsyncConnection, scope: Scope, *, key: str) -> list[dict[str, Any]]:
    """Return the scored rounds of a line that a decision excludes."""
    return await _cases(casebook, scope, key=key, score=excluded(), most=EXCLUDED_MOST)


async def _cases(
    casebook: AsyncConnection, scope: Scope, *, key: str, score: Subquery, most: int
) -> list[dict[str, Any]]:
    chosen: ColumnElement[bool]
    if scope.level == "person":
        chosen = score.c.person == key
    else:
        bundles = await _bundles(casebook, scope)
        chosen = score.c.unit.in_([unit for unit, of in bundles.keys_of.items() if of == key])
    rows = await casebook.execute(
        select(score)
        .where(chosen, *_within(score, scope.period))
        .order_by(score.c.effective, score.c.request_id)
        .limit(most)
    )
    return [dict(row) for row in rows.mappings()]


async def name_of(casebook: AsyncConnection, scope: Scope, key: str) -> str:
    """Return what a line is called."""
    return (await _bundles(casebook, scope)).names.get(key, key)


async def versions(casebook: AsyncConnection, period: Period) -> list[str]:
    """Return the versions of the rules by which a period was scored."""
    score = in_effect()
    rows = await casebook.execute(select(score.c.rules_version).where(*_within(score, period)).distinct())
    return sorted(rows.scalars())


@dataclass(frozen=True, kw_only=True)
class _Bundles:
    """To which line each unit counts, and what lines are called."""

    keys_of: dict[str, str]
    names: dict[str, str]
    by_person: bool = False

    def key_of(self, row: Mapping[str, Any]) -> str | None:
        """Return the line of what was counted of a unit and a person; None when it belongs to none."""
        return row["person"] if self.by_person else self.keys_of.get(row["unit"])


async def _bundles(casebook: AsyncConnection, scope: Scope) -> _Bundles:
    if scope.level not in LEVELS:
        raise RejectedInput(f"没有“{scope.level}”这一级考核。可以选：{'、'.join(LEVELS.values())}。")
    known = await _units_at_the_end(casebook, scope.period)
    if scope.level == "street":
        streets, names = await _streets(casebook)
        return _Bundles(
            keys_of={row["code"]: streets[row["area"]] for row in known if row["area"] in streets}, names=names
        )
    chosen = [row for row in known if scope.level != "department" or _is_department(row)]
    names = {row["code"]: row["name"] for row in chosen}
    by_person = scope.level == "person"
    if by_person:
        names = await _people(casebook, names)
    return _Bundles(keys_of={row["code"]: row["code"] for row in chosen}, names=names, by_person=by_person)


def _is_department(unit: Mapping[str, Any]) -> bool:
    return (unit["kind"], unit["level"]) == ("department", "district")


async def _units_at_the_end(casebook: AsyncConnection, period: Period) -> list[dict[str, Any]]:
    """Return each unit in its version at the end of a period, or the nearest one there is."""
    columns = (units.c.code, units.c.name, units.c.kind, units.c.level, units.c.area)
    newest = select(*columns).ext(distinct_on(units.c.code)).order_by(units.c.code, *nearest_version(period.ends))
    rows = await casebook.execute(newest)
    return [dict(row) for row in rows.mappings()]


async def _streets(casebook: AsyncConnection) -> tuple[dict[str, str], dict[str, str]]:
    """Return the street of each community and street by code, and the streets' names."""
    rows = list(
        await casebook.execute(select(places.c.code, places.c.street, places.c.name).where(in_force(places, None)))
    )
    return {row.code: row.street for row in rows}, {row.code: row.name for row in rows if row.code == row.street}


async def _people(casebook: AsyncConnection, of_units: Mapping[str, str]) -> dict[str, str]:
    """Return unit and number of each person: a table of people names no one by name."""
    rows = await casebook.execute(select(people.c.person, people.c.unit).where(in_force(people, None)))
    return {row.person: f"{of_units.get(row.unit, row.unit)} {row.person}" for row in rows}


async def _sums(casebook: AsyncConnection, period: Period) -> list[dict[str, Any]]:
    score = in_effect()
    counted = {
        "led": score.c.part == "lead",
        "answered": score.c.response == "in_time",
        "completed": score.c.completion == "in_time",
        "rated": score.c.satisfaction.not_in(("not_rated", "not_asked")),
        "satisfied": score.c.satisfaction.in_(SATISFIED),
    }
    rows = await casebook.execute(
        select(
            score.c.unit,
            score.c.person,
            func.count().label("count"),
            func.sum(score.c.effective).label("total"),
            func.sum(score.c.effective * score.c.effective).label("squares"),
            *(func.count().filter(condition).label(name) for name, condition in counted.items()),
        )
        .where(*_within(score, period))
        .group_by(score.c.unit, score.c.person)
    )
    return [dict(row) for row in rows.mappings()]


async def _excluded(casebook: AsyncConnection, period: Period) -> list[dict[str, Any]]:
    score = excluded()
    counted = select(score.c.unit, score.c.person, func.count().label("count")).where(*_within(score, period))
    rows = await casebook.execute(counted.group_by(score.c.unit, score.c.person))
    return [dict(row) for row in rows.mappings()]


def _within(score: Any, period: Period) -> tuple[ColumnElement[bool], ...]:
    return score.c.scored_at >= period.begins, score.c.scored_at < period.ends
