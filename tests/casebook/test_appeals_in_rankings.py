"""Rankings, the annual table, recomputation and reports agree about what appeals changed and excluded."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest_asyncio
from openpyxl import load_workbook

from casebook import assessment, periods, recomputation, score_rules, scores
from casebook.appeals import file as appeal_to
from casebook.assessment import Scope, Standing
from casebook.assessment_sheets import COLUMNS, Heading, Level, write_annual
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.score_arithmetic import ASPECTS
from launcher.machine import ROOT
from tests.casebook.appeal_steps import OTHER, UNIT, appeal, decided, filed, scored

STREET = "420102002"


@pytest_asyncio.fixture
async def appealed(casebook: AsyncConnection, district: District, now: datetime) -> AsyncConnection:
    """Three rounds of 68 points: one was corrected to 80, one is excluded, one stands; the co-unit has 100 in each."""
    corrected, excluded = [await filed(casebook, district, now=now) for _ in range(2)]
    await decided(casebook, district, corrected, outcome="partly", now=now, corrected={"completion": "in_time"})
    await decided(casebook, district, excluded, outcome="excluded", now=now)
    await scored(casebook, district, now=now)
    return casebook


def month(district: District, now: datetime) -> periods.Period:
    return periods.around(now, zone=district.zone)[0]


async def lines(casebook: AsyncConnection, district: District, *, level: str, now: datetime) -> dict[str, Standing]:
    scope = Scope(period=month(district, now), level=level)
    return {each.key: each for each in await assessment.standings(casebook, scope, ranking=district.scoring.ranking)}


async def test_a_ranking_counts_corrected_facts_and_tells_how_many_are_excluded(
    appealed: AsyncConnection, district: District, now: datetime
) -> None:
    found = await lines(appealed, district, level="unit", now=now)
    line, other = found[UNIT], found[OTHER]
    assert (2, Decimal("74.00"), 1) == (line.count, line.mean, line.excluded)
    assert (1, 2) == (line.completed.hits, line.completed.count)
    assert (3, Decimal("100.00"), 0) == (other.count, other.mean, other.excluded)
    street = (await lines(appealed, district, level="street", now=now))[STREET]
    assert (5, 1) == (street.count, street.excluded)
    scope = Scope(period=month(district, now), level="unit")
    shown = await assessment.cases(appealed, scope, key=UNIT, most=9)
    assert [(68, 68), (68, 80)] == [(int(row["score"]), int(row["effective"])) for row in shown]
    assert ["late", "in_time"] == [row["completion"] for row in shown]
    [left_out] = await assessment.excluded_cases(appealed, scope, key=UNIT)
    assert left_out["request_id"] not in {row["request_id"] for row in shown}


async def test_the_mean_of_all_has_both_values(appealed: AsyncConnection) -> None:
    expected = {"scored": 3, "mean_score": 74.0, "mean_original_score": 68.0}
    assert expected == await scores.summary(appealed)


async def test_a_recomputation_rests_on_the_corrected_facts_and_leaves_out_what_is_excluded(
    appealed: AsyncConnection, district: District, now: datetime
) -> None:
    rules, ranking = score_rules.of_folders(district, ROOT / "bpmn"), district.scoring.ranking
    same = await recomputation.recompute(appealed, rules, period=month(district, now), ranking=ranking)
    assert [(UNIT, 2, 0, Decimal("74.00"))] == [
        (move.unit, move.count, move.changed, move.old_mean) for move in same if move.unit == UNIT
    ]
    weights = dict(zip(ASPECTS, map(Decimal, ("0.25", "0.15", "0.35", "0.25")), strict=True))
    moves = await recomputation.recompute(
        appealed, replace(rules, weights=weights), period=month(district, now), ranking=ranking
    )
    # 15 + 15 + 35 + 15 for the corrected one, 15 + 15 + 21 + 15 for the one that stands
    assert [(Decimal("74.00"), Decimal("73.00"))] == [
        (move.old_mean, move.new_mean) for move in moves if move.unit == UNIT
    ]


async def test_a_co_unit_keeps_a_corrected_degree_that_it_shares_with_the_lead(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await scored(casebook, district, now=now)
    wish = appeal(number, reason_code="other_unit", contested=("satisfaction",))
    appeal_id = await appeal_to(casebook, wish, district=district, now=now)
    await decided(casebook, district, appeal_id, outcome="upheld", now=now, corrected={"satisfaction": "satisfied"})
    rules = score_rules.of_folders(district, ROOT / "bpmn")
    moves = await recomputation.recompute(
        casebook, rules, period=month(district, now), ranking=district.scoring.ranking
    )
    assert {UNIT: (0, Decimal("78.00")), OTHER: (1, Decimal("84.00"))} == {
        move.unit: (move.changed, move.new_mean) for move in moves
    }


async def test_the_annual_table_remarks_what_is_excluded(
    appealed: AsyncConnection, district: District, now: datetime, tmp_path: Path
) -> None:
    standings = list((await lines(appealed, district, level="unit", now=now)).values())
    heading = Heading(
        district="江岸区", year="2026", versions=["样例"], made_at="今天", ranking=district.scoring.ranking
    )
    write_annual({"unit": Level(standings=standings, quarters={})}, tmp_path / "考核.xlsx", heading=heading)
    sheet = load_workbook(tmp_path / "考核.xlsx")["单位"]
    remarks = {sheet.cell(row, 2).value: sheet.cell(row, len(COLUMNS)).value for row in range(4, 6)}
    assert {"样本不足", "样本不足，另有 1 个不计入"} == set(remarks.values())
