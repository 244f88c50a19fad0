"""How tests of the casebook let a unit be scored, appeal and get its decision: rows and jobs, no engine."""

import itertools
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casebook import appeals, requests, score_rules, scores, unit_scores, work_orders
from casebook.appeals import Appeal
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import fact_outbox
from casebook.work_orders import NewWorkOrder, Report
from launcher.machine import ROOT
from tests.casebook.rows import request
from workers.job import EngineJob
from workers.open_appeal import AppealOpened, OpenAppeal, open_appeal
from workers.record_appeal import RecordAppeal, record_appeal

UNIT, OTHER, CENTRE = "street_002_order", "street_002_urban", "district_centre"
# 10 % of 60, 20 % of 100, 30 % of 60, 40 % of 60: 68.00
FACTS = {"response": "late", "cooperation": "smooth", "completion": "late", "satisfaction": "neutral"}
KIND = "appeal_decision"
INSTANCES = itertools.count(7 * 10**9)


def row_of(district: District, facts: dict[str, str], *, unit: str = UNIT, part: str = "lead") -> dict[str, Any]:
    rules = score_rules.of_folders(district, ROOT / "bpmn")
    return {
        "unit": unit,
        "part": part,
        **facts,
        "degrees": [
            {"aspect": aspect, "fact": fact, "degree": f"{rules.degree(aspect, fact):f}"}
            for aspect, fact in facts.items()
        ],
        "weights": {aspect: f"{weight:f}" for aspect, weight in rules.weights.items()},
        "grounds": {},
        "score": rules.score(facts),
        "rules_version": rules.version,
    }


async def scored(
    casebook: AsyncConnection, district: District, *, now: datetime, facts: dict[str, str] | None = None
) -> str:
    """A matter of two units is scored, the other one fully; return the request's number."""
    number = await request(casebook, district, now=now)
    await requests.note_facts(casebook, number, lead_unit=UNIT, level="B")
    await score_again(casebook, district, number, now=now, facts=facts)
    return number


async def score_again(
    casebook: AsyncConnection,
    district: District,
    request_id: str,
    *,
    now: datetime,
    facts: dict[str, str] | None = None,
    round_: int = 1,
) -> None:
    best = {"response": "in_time", "cooperation": "smooth", "completion": "in_time", "satisfaction": "very_satisfied"}
    lead, other = row_of(district, facts or FACTS), row_of(district, best, unit=OTHER, part="co_unit")
    ids = {"request_id": request_id, "round": round_, "scored_at": now}
    await unit_scores.record(casebook, [ids | lead, ids | other])
    of_round = {name: lead[name] for name in ("unit", "score", "degrees", "weights", "rules_version")}
    await scores.record(casebook, of_round | {"request_id": request_id, "round": round_, "reopen": False}, now=now)


def appeal(request_id: str, **other: Any) -> Appeal:
    wish: dict[str, Any] = {"request_id": request_id, "round": 1, "unit": UNIT, "reason_code": "wrong_facts"}
    wish |= {"contested": ("response", "completion"), "grounds": "当天已到场，签收时系统故障。", "person": UNIT}
    return Appeal(**(wish | other))


async def opened(casebook: AsyncConnection, district: District, appeal_id: str, *, now: datetime) -> AppealOpened:
    """The engine takes an appeal up, and asks once more as it may."""
    read = OpenAppeal(request_id=appeal_id.rpartition("-")[0], appeal_id=appeal_id)
    job = EngineJob(key=1, job_type="样例", process_instance_key=next(INSTANCES), element_id="样例", retries=3)
    twice = [await open_appeal(read, casebook=casebook, now=now, district=district, job=job) for _ in range(2)]
    assert twice[0] == twice[1]
    return twice[0]


async def asked(casebook: AsyncConnection, appeal_id: str, *, unit: str = CENTRE, now: datetime) -> str:
    wanted = NewWorkOrder(
        request_id=appeal_id.rpartition("-")[0],
        process_instance_key=next(INSTANCES),
        kind=KIND,
        unit=unit,
        level="B",
        form=KIND,
        round=1,
        about=appeal_id,
    )
    return await work_orders.issue(casebook, wanted, now=now)


async def decide(
    casebook: AsyncConnection, order: str, outcome: str, *, now: datetime, corrected: dict[str, str] | None = None
) -> None:
    answer = Report(outcome=outcome, person=CENTRE, note="查明事实。", corrected=corrected or {})
    await work_orders.report(casebook, order, answer, now=now)


async def decided(
    casebook: AsyncConnection,
    district: District,
    appeal_id: str,
    *,
    outcome: str,
    now: datetime,
    corrected: dict[str, str] | None = None,
) -> None:
    """The centre decides, and the decision is recorded, twice as the engine may ask."""
    await opened(casebook, district, appeal_id, now=now)
    await decide(casebook, await asked(casebook, appeal_id, now=now), outcome, now=now, corrected=corrected)
    for _ in range(2):
        await record_appeal(RecordAppeal(appeal_id=appeal_id), casebook=casebook, now=now)


async def filed(casebook: AsyncConnection, district: District, *, now: datetime, **other: Any) -> str:
    """A unit is scored and appeals; return the appeal's number."""
    number = await scored(casebook, district, now=now)
    return await appeals.file(casebook, appeal(number, **other), district=district, now=now)


async def told(casebook: AsyncConnection, appeal_id: str) -> list[str]:
    mine = fact_outbox.c.correlation_key == appeal_id
    rows = await casebook.execute(select(fact_outbox.c.name).where(mine).order_by(fact_outbox.c.fact_id))
    return list(rows.scalars())


async def effective(casebook: AsyncConnection, request_id: str, *, unit: str = UNIT) -> list[Decimal]:
    """Return what a unit's scores of a request come to where they count, by round."""
    score = unit_scores.in_effect()
    mine = (score.c.request_id == request_id) & (score.c.unit == unit)
    rows = await casebook.execute(select(score.c.effective).where(mine).order_by(score.c.round))
    return list(rows.scalars())
