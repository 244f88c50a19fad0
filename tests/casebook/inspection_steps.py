"""How tests of the casebook let a matter be pushed, decided, accounted for and scored: rows and jobs, no engine."""

import itertools
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from casebook import scores, views, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import fact_outbox
from casebook.work_orders import NewWorkOrder, Report
from tests.casebook.rows import order, request
from workers.job import EngineJob
from workers.open_accountability import OpenAccountability, open_accountability
from workers.open_inspection import OpenInspection, open_inspection
from workers.push_to_inspection import PushToInspection, push_to_inspection
from workers.record_accountability import RecordAccountability, record_accountability

UNIT, OTHER, OFFICE = "street_002_order", "street_002_urban", "district_inspection"
DECISION, STATEMENT, FINDING = "inspection_decision", "accountability_statement", "accountability_finding"
INSTANCES = itertools.count(5 * 10**9)
BECAUSE = "查明事实。"


def a_job() -> EngineJob:
    return EngineJob(key=1, job_type="样例", process_instance_key=next(INSTANCES), element_id="样例", retries=3)


async def pushed(casebook: AsyncConnection, district: District, *, now: datetime) -> str:
    """A unit's work drags on and is pushed; return the inspection's number."""
    number = await request(casebook, district, now=now)
    late = await order(casebook, number, UNIT, now=now)
    read = PushToInspection(request_id=number, work_order_id=late, cause="long_delay")
    for _ in range(2):
        await push_to_inspection(read, casebook=casebook, now=now)
    [row] = (await views.request_file(casebook, number)).inspections
    job = a_job()
    opened = OpenInspection(request_id=number, inspection_id=row["inspection_id"])
    twice = [await open_inspection(opened, casebook=casebook, job=job) for _ in range(2)]
    assert twice[0] == twice[1]
    assert (OFFICE, UNIT, "long_delay", "B") == (twice[0].office, twice[0].unit, twice[0].cause, twice[0].level)
    return str(row["inspection_id"])


async def asked(casebook: AsyncConnection, about: str, *, kind: str, now: datetime, unit: str = OFFICE) -> str:
    wanted = NewWorkOrder(
        request_id=about.rpartition("-")[0],
        process_instance_key=next(INSTANCES),
        kind=kind,
        unit=unit,
        level="B",
        form=kind,
        round=1,
        about=about,
    )
    return await work_orders.issue(casebook, wanted, now=now)


async def answer(casebook: AsyncConnection, work_order_id: str, outcome: str, *, now: datetime) -> None:
    await work_orders.report(casebook, work_order_id, Report(outcome=outcome, person=OFFICE, note=BECAUSE), now=now)


async def called(casebook: AsyncConnection, inspection_id: str, *, now: datetime) -> str:
    """The office decides to call the unit to account; return the number."""
    await answer(casebook, await asked(casebook, inspection_id, kind=DECISION, now=now), "accountability", now=now)
    read, job = OpenAccountability(inspection_id=inspection_id), a_job()
    numbers = [await open_accountability(read, casebook=casebook, now=now, job=job) for _ in range(2)]
    assert numbers[0] == numbers[1]
    return numbers[0].accountability_id


async def found(
    casebook: AsyncConnection, accountability_id: str, *, district: District, now: datetime, points: int = 15
) -> None:
    await answer(casebook, await asked(casebook, accountability_id, kind=FINDING, now=now), "serious", now=now)
    read = RecordAccountability(
        accountability_id=accountability_id, finding="serious", points=Decimal(points), lasting=True
    )
    for _ in range(2):
        await record_accountability(read, casebook=casebook, now=now, district=district)


async def score(casebook: AsyncConnection, request_id: str, *, now: datetime, value: str, round_: int = 1) -> None:
    row = {"request_id": request_id, "round": round_, "unit": UNIT, "score": Decimal(value), "degrees": []}
    row |= {"weights": {}, "rules_version": "样例", "reopen": False}
    await scores.record(casebook, row, now=now)


async def told(casebook: AsyncConnection, inspection_id: str) -> list[str]:
    mine = fact_outbox.c.correlation_key == inspection_id
    rows = await casebook.execute(select(fact_outbox.c.name).where(mine).order_by(fact_outbox.c.fact_id))
    return list(rows.scalars())
