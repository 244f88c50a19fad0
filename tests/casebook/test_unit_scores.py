"""Scores of every unit that responded, by the real jobs on the real casebook; rules kept by their version."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select

from casebook import requests, score_rules, score_sentences, unit_scores
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import ConfigurationError, RejectedInput
from casebook.explain import life_of
from casebook.round_facts import Round
from casebook.schema import co_tasks, deadlines, mutual_ratings, ratings, reworks, work_orders
from casebook.schema import unit_scores as table
from launcher.bench.score_oracle import expected_scores
from launcher.bench.simulated_rounds import rounds
from launcher.machine import ROOT
from tests.casebook.rows import request
from workers.errors import NeedsOperator
from workers.gather_facts import GatherFacts, gather_facts
from workers.score_request import Degree, ScoreRequest, score_request

UNITS = ["dept_housing", "dept_urban", "dept_water", "dept_market", "dept_greening", "dept_health"]
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
LEDGER = {"version": 1, "limit_name": "handling", "limit_hours": 10, "inspect_hours": 30, "basis": "working"}


async def lived(casebook: AsyncConnection, district: District, round_: Round, *, now: datetime) -> str:
    """Write what happened in a simulated round under a request of its own; return its number."""
    request_id = await request(casebook, district, now=now)
    await requests.note_facts(casebook, request_id, lead_unit=round_.lead, level="C")
    for task in round_.tasks:
        number = task["co_task_id"].replace(task["request_id"], request_id)
        await casebook.execute(insert(co_tasks).values(task | {"request_id": request_id, "co_task_id": number}))
    for order in round_.orders:
        await _order(casebook, order, request_id=request_id)
    for rating in round_.ratings:
        mine = {"rating_id": f"{request_id}-R1", "request_id": request_id, "token": request_id}
        await casebook.execute(insert(ratings).values(rating | mine))
    for said in round_.mutual:
        own = {"work_order_id": said["work_order_id"].replace(said["request_id"], request_id), "request_id": request_id}
        await casebook.execute(insert(mutual_ratings).values(said | own))
    for number in range(round_.reworked):
        await casebook.execute(insert(reworks).values(request_id=request_id, round=1, rework=number, recorded_at=now))
    return request_id


async def _order(casebook: AsyncConnection, order: dict[str, Any], *, request_id: str) -> None:
    old, number = order["request_id"], order["work_order_id"].replace(order["request_id"], request_id)
    row = {name: value for name, value in order.items() if name != "red_at"}
    mine = {
        "request_id": request_id,
        "work_order_id": number,
        "about": order["about"] and order["about"].replace(old, request_id),
    }
    await casebook.execute(insert(work_orders).values(row | mine | {"level": "C", "form": "x", "closed_at": BEGINS}))
    at = dict.fromkeys(("started_at", "yellow_at", "inspect_at", "planned_at"), order["issued_at"])
    more = {"extended_hours": 0, "skipped": [], "provisional": False, "changes": [], "red_at": order["red_at"]}
    await casebook.execute(insert(deadlines).values(LEDGER | at | more | {"work_order_id": number}))


async def score(casebook: AsyncConnection, district: District, request_id: str, *, now: datetime) -> None:
    """Let the jobs do what the engine would ask of them, with the degrees of the table."""
    rules = await score_rules.get(casebook, district.rules_version)
    gathered = await gather_facts(
        GatherFacts(request_id=request_id, round=1), casebook=casebook, now=now, district=district
    )
    degrees = [
        Degree(aspect=each.aspect, fact=each.fact, degree=rules.degree(each.aspect, each.fact), reopen=False)
        for each in gathered.assessments
    ]
    read = ScoreRequest(request_id=request_id, round=1, degrees=degrees)
    await score_request(read, casebook=casebook, now=now, district=district)


async def test_every_unit_of_forty_rounds_has_the_score_of_the_second_opinion_also_when_run_twice(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    for _, round_, _ in rounds(40, seed=5, units=UNITS, begins=BEGINS):
        request_id = await lived(casebook, district, round_, now=now)
        await score(casebook, district, request_id, now=now)
        await score(casebook, district, request_id, now=now + timedelta(hours=1))
        [scored] = await unit_scores.of_request(casebook, request_id)
        found = {each["unit"]: int(each["score"] * 100) for each in scored["units"]}
        assert expected_scores(**vars(round_)) == found
        assert scored["score"] == scored["units"][0]["score"]
        assert {now} == {each["scored_at"] for each in scored["units"]}


async def test_a_score_tells_its_arithmetic_and_what_it_rests_on(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    round_ = next(each for _, each, _ in rounds(200, seed=3, units=UNITS, begins=BEGINS) if len(each.tasks) == 1)
    request_id = await lived(casebook, district, round_, now=now)
    await score(casebook, district, request_id, now=now)
    told = [line for line in await life_of(casebook, request_id, district=district) if "得分：" in line]
    assert 2 == len(told)
    assert "（牵头）得分：响应度 " in told[0]
    assert "）× 10% + 配合度 " in told[0]
    assert "，依据：响应度" in told[0]
    assert "号工单（签收），期限 " in told[0]
    assert "（协办）得分：" in told[1]


def test_a_degree_that_is_left_out_is_seen_in_the_arithmetic(district: District) -> None:
    degrees = [
        {"aspect": "response", "fact": "in_time", "degree": "100"},
        {"aspect": "cooperation", "fact": "late", "degree": "60"},
    ]
    row = {
        "degrees": degrees,
        "weights": {"response": "0.10", "cooperation": "0.20"},
        "score": Decimal("73.33"),
        "grounds": {},
    }
    assert "（响应度 100（按时）× 10% + 配合度 60（超时）× 20%）÷ 30% = 73.33 分" == score_sentences.with_grounds(
        row, district
    )


async def test_a_fact_that_an_older_table_did_not_know_is_judged_by_the_kept_rules(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    [(_, round_, _)] = rounds(1, seed=1, units=UNITS, begins=BEGINS)
    request_id = await lived(casebook, district, round_, now=now)
    facts = {"response": "in_time", "cooperation": "smooth_poor", "completion": "in_time", "satisfaction": "not_asked"}
    degrees = [Degree(aspect=aspect, fact=fact, degree=_of_then(fact)) for aspect, fact in facts.items()]
    read = ScoreRequest(request_id=request_id, round=1, degrees=degrees)
    scored = await score_request(read, casebook=casebook, now=now, district=district)
    assert (84.0, False) == (scored.score, scored.reopen)  # 10 + 0.2 × 60 + 30 + 0.4 × 80


def _of_then(fact: str) -> Decimal | None:
    return None if fact in score_rules.FORMERLY else Decimal(100)


def test_older_rules_judge_a_finer_fact_as_they_did_when_it_was_not_told_apart(district: District) -> None:
    rules = score_rules.of_folders(district, ROOT / "bpmn")
    rows = tuple(row for row in rules.table.rows if not any(fact in row.tests[1] for fact in score_rules.FORMERLY))
    older = replace(rules, table=replace(rules.table, rows=rows))
    assert len(rules.table.rows) - len(score_rules.FORMERLY) == len(rows)
    for aspect, fact in (("cooperation", "smooth_poor"), ("cooperation", "late_fair"), ("satisfaction", "not_asked")):
        assert rules.degree(aspect, score_rules.FORMERLY[fact]) == older.degree(aspect, fact)
    with pytest.raises(RejectedInput):
        older.degree("cooperation", "unheard_of")


async def test_without_kept_rules_of_its_version_nothing_is_scored(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    [(_, round_, _)] = rounds(1, seed=1, units=UNITS, begins=BEGINS)
    request_id = await lived(casebook, district, round_, now=now)
    unknown = district.model_copy(update={"rules_version": "2099"})
    facts = {"response": "in_time", "cooperation": "alone", "completion": "in_time", "satisfaction": "not_rated"}
    degrees = [Degree(aspect=aspect, fact=fact, degree=Decimal(80)) for aspect, fact in facts.items()]
    read = ScoreRequest(request_id=request_id, round=1, degrees=degrees)
    with pytest.raises(NeedsOperator, match="没有版本为“2099”的评分规则"):
        await score_request(read, casebook=casebook, now=now, district=unknown)
    assert [] == list(await casebook.execute(select(table).where(table.c.request_id == request_id)))


async def test_a_start_keeps_the_rules_once_and_refuses_others_under_their_version(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    rules = score_rules.of_folders(district, ROOT / "bpmn")
    assert not await score_rules.keep(casebook, rules, now=now)
    assert rules.content() == (await score_rules.get(casebook, rules.version)).content()
    weights = dict(rules.weights) | {"response": rules.weights["cooperation"], "cooperation": rules.weights["response"]}
    other = score_rules.Rules(version=rules.version, weights=weights, table=rules.table, co_unit=rules.co_unit)
    with pytest.raises(ConfigurationError, match=r"district.toml 的 \[weights\].*但版本号没有变"):
        await score_rules.keep(casebook, other, now=now)
    fresh = score_rules.Rules(version="next", weights=weights, table=rules.table, co_unit=rules.co_unit)
    assert await score_rules.keep(casebook, fresh, now=now + timedelta(1))
    with pytest.raises(RejectedInput, match=r"没有版本为“2020”的评分规则。已有的版本：.*、next"):
        await score_rules.get(casebook, "2020")


async def test_kept_rules_whose_weights_are_no_whole_are_refused(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    rules = score_rules.of_folders(district, ROOT / "bpmn")
    weights = dict(rules.weights) | {"response": rules.weights["cooperation"]}
    wrong = score_rules.Rules(version="wrong", weights=weights, table=rules.table, co_unit=rules.co_unit)
    await score_rules.keep(casebook, wrong, now=now)
    with pytest.raises(RejectedInput, match="评分规则 wrong 的四个权重之和不是 100 %"):
        await score_rules.get(casebook, "wrong")
