"""A period recomputed and ranked on the real casebook, against the second opinion and plain arithmetic."""

import statistics
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert

from casebook import assessment, recomputation, round_facts, score_rules, unit_scores
from casebook.assessment import Scope
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.periods import period
from casebook.round_facts import Round
from casebook.schema import requests
from casebook.schema import unit_scores as table
from casebook.score_arithmetic import ASPECTS
from launcher.bench.score_oracle import expected_scores
from launcher.bench.simulated_rounds import rounds
from launcher.machine import ROOT

BEGINS = datetime(2031, 1, 1, tzinfo=UTC)
UNITS = ["dept_water", "dept_urban", "dept_market", "street_002_urban", "street_002_posted_urban", "street_003_order"]
REQUEST = {"platform": "mayor_line", "channel": "online", "category": "070101", "community": "420102002003"}
REQUEST |= {"urgency": "normal", "caller_kind": "citizen", "title": "样例", "text": "样例"}
REQUEST |= {"responsible_unit": "district_centre"}
NEW = (25, 15, 35, 25)


def drawn() -> Iterator[tuple[str, Round, datetime]]:
    return rounds(300, seed=2, units=UNITS, begins=BEGINS)


@pytest_asyncio.fixture
async def scored(casebook: AsyncConnection, district: District) -> AsyncConnection:
    """Three hundred rounds of 2031; one unit has too few cases to be ranked."""
    rules = score_rules.of_folders(district, ROOT / "bpmn")
    rows: list[dict[str, Any]] = []
    for request_id, round_, scored_at in drawn():
        judged = round_facts.of_units(round_)
        ids = {"request_id": request_id, "round": 1, "scored_at": scored_at}
        rows += [ids | unit_scores.row_of(each, shared=judged[0].facts, rules=rules) for each in judged]
    numbers = sorted({row["request_id"] for row in rows})
    at = {"received_at": BEGINS, "taken_in_at": BEGINS}
    asked = [REQUEST | at | {"request_id": number, "external_id": number} for number in numbers]
    await casebook.execute(insert(requests), asked)
    rare = rows[0] | {"unit": "dept_tax", "part": "co_unit", "person": "P-17", "score": Decimal("99.99")}
    await casebook.execute(insert(table), [*rows, rare])
    return casebook


def of_unit(unit: str, *, percent: tuple[int, ...] = (10, 20, 30, 40)) -> list[Decimal]:
    found = [expected_scores(**vars(round_), percent=percent).get(unit) for _, round_, _ in drawn()]
    return [Decimal(score) / 100 for score in found if score is not None]


def plain_mean(values: list[Decimal]) -> Decimal:
    return Decimal(int(sum(values) * 1000 / len(values) + 5) // 10) / 100


async def test_under_its_own_rules_nothing_moves_and_under_new_weights_everybody_is_where_the_second_opinion_says(
    scored: AsyncConnection, district: District
) -> None:
    rules, year = score_rules.of_folders(district, ROOT / "bpmn"), period("2031", zone=district.zone)
    ranking = district.scoring.ranking
    same = await recomputation.recompute(scored, rules, period=year, ranking=ranking)
    assert {"dept_tax"} >= {move.unit for move in same if move.changed}
    weights = {aspect: Decimal(part) / 100 for aspect, part in zip(ASPECTS, NEW, strict=True)}
    moves = await recomputation.recompute(scored, replace(rules, weights=weights), period=year, ranking=ranking)
    expected = {unit: (plain_mean(of_unit(unit)), plain_mean(of_unit(unit, percent=NEW))) for unit in UNITS}
    assert expected == {move.unit: (move.old_mean, move.new_mean) for move in moves if move.unit in UNITS}
    best = sorted(UNITS, key=lambda unit: -expected[unit][1])
    assert best == [move.unit for move in moves if move.new_rank]
    assert [(None, None)] == [(move.old_rank, move.new_rank) for move in moves if move.unit == "dept_tax"]


async def test_a_rule_that_shares_and_leaves_out_is_recomputed_from_the_stored_facts(
    scored: AsyncConnection, district: District
) -> None:
    rules, year = score_rules.of_folders(district, ROOT / "bpmn"), period("2031", zone=district.zone)
    other = replace(rules, co_unit=dict.fromkeys(ASPECTS, "shared") | {"satisfaction": "left_out"})
    moves = await recomputation.recompute(scored, other, period=year, ranking=district.scoring.ranking)
    totals: dict[str, list[Decimal]] = {}
    for _, round_, _ in drawn():
        lead, *others = round_facts.of_units(round_)
        for each in (lead, *others):
            counted = ASPECTS if each is lead else ASPECTS[:3]
            totals.setdefault(each.unit, []).append(rules.score({name: lead.facts[name] for name in counted}))
    expected = {unit: plain_mean(totals[unit]) for unit in UNITS}
    assert expected == {move.unit: move.new_mean for move in moves if move.unit in UNITS}


async def test_units_are_ranked_with_their_spread_and_rates(scored: AsyncConnection, district: District) -> None:
    scope = Scope(period=period("2031", zone=district.zone), level="unit")
    found = {each.key: each for each in await assessment.standings(scored, scope, ranking=district.scoring.ranking)}
    for unit in UNITS:
        values, line = [float(score) for score in of_unit(unit)], found[unit]
        half = 1.96 * statistics.stdev(values) / len(values) ** 0.5
        assert (len(values), plain_mean(of_unit(unit))) == (line.count, line.mean)
        assert line.interval is not None
        assert line.interval[1] - line.interval[0] == pytest.approx(2 * half, rel=0.03)  # t, a little wider
        assert line.answered.count == line.count >= line.satisfied.count
    assert (None, 1, "江岸区税务局") == (found["dept_tax"].rank, found["dept_tax"].count, found["dept_tax"].name)


async def test_a_street_is_ranked_with_the_forces_posted_there(scored: AsyncConnection, district: District) -> None:
    scope = Scope(period=period("2031", zone=district.zone), level="street")
    found = {each.key: each for each in await assessment.standings(scored, scope, ranking=district.scoring.ranking)}
    bundled = of_unit("street_002_urban") + of_unit("street_002_posted_urban")
    assert ("420102002", "420102003") == tuple(sorted(found))
    assert (len(bundled), plain_mean(bundled)) == (found["420102002"].count, found["420102002"].mean)
    shown = await assessment.cases(scored, scope, key="420102002", most=1000)
    assert len(bundled) == len(shown)
    assert {"street_002_urban", "street_002_posted_urban"} == {case["unit"] for case in shown}
    assert sorted(case["effective"] for case in shown) == [case["effective"] for case in shown]


async def test_departments_and_people_have_tables_of_their_own(scored: AsyncConnection, district: District) -> None:
    year, ranking = period("2031", zone=district.zone), district.scoring.ranking
    departments = await assessment.standings(scored, Scope(period=year, level="department"), ranking=ranking)
    assert {"dept_water", "dept_urban", "dept_market", "dept_tax"} == {each.key for each in departments}
    people = await assessment.standings(scored, Scope(period=year, level="person"), ranking=ranking)
    assert [("P-17", 1, None)] == [(each.key, each.count, each.rank) for each in people]
    assert 1 == len(await assessment.cases(scored, Scope(period=year, level="person"), key="P-17", most=9))


async def test_a_month_without_cases_and_a_level_that_is_not_there_are_sentences(
    casebook: AsyncConnection, district: District
) -> None:
    empty, ranking = period("2030-01", zone=district.zone), district.scoring.ranking
    rules = score_rules.of_folders(district, ROOT / "bpmn")
    with pytest.raises(RejectedInput, match="2030年1月没有已评分的诉求"):
        await recomputation.recompute(casebook, rules, period=empty, ranking=ranking)
    assert [] == await assessment.standings(casebook, Scope(period=empty, level="unit"), ranking=ranking)
    with pytest.raises(RejectedInput, match="没有“city”这一级考核"):
        await assessment.standings(casebook, Scope(period=empty, level="city"), ranking=ranking)


async def test_rules_without_a_degree_for_a_stored_fact_say_so(scored: AsyncConnection, district: District) -> None:
    rules, year = score_rules.of_folders(district, ROOT / "bpmn"), period("2031", zone=district.zone)
    table_ = replace(rules.table, rows=tuple(row for row in rules.table.rows if row.tests[1] != '"late"'))
    with pytest.raises(RejectedInput, match=r"没有“.*”情形“late”的得分"):
        await recomputation.recompute(
            scored, replace(rules, table=table_), period=year, ranking=district.scoring.ranking
        )
