"""What a work order is about follows it from unit to unit, and stays out of what is none of its business."""

import itertools
from datetime import datetime

import pytest
from sqlalchemy import func, select

from casebook import co_tasks, enforcement_calls, memory, redispatch, requests, urgency, work_orders
from casebook.co_tasks import NewCoTask
from casebook.district import District
from casebook.enforcement_calls import NewCall
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import routing_decisions
from casebook.work_orders import NewWorkOrder, Report
from tests.casebook.rows import changed, decree, order, request
from workers.issue_work_order import IssueWorkOrder, issue_work_order
from workers.job import EngineJob

FROM, TO, LEAD, CENTRE = "street_002_order", "street_002_urban", "street_002_service", "street_002_centre"
FORCE, OTHER_FORCE = "street_002_posted_urban", "street_002_posted_market"
CITY = "city_platform"
INSTANCES = itertools.count(2 * 10**9)


async def issue(casebook: AsyncConnection, about: str, unit: str, *, now: datetime, kind: str = "co_handling") -> str:
    """A unit is asked for something about a matter; return the work order's number."""
    wanted = NewWorkOrder(
        request_id=about.rpartition("-")[0],
        process_instance_key=next(INSTANCES),
        kind=kind,
        unit=unit,
        level="B",
        form="co_report",
        round=1,
        about=about,
    )
    return await work_orders.issue(casebook, wanted, now=now)


async def co_task(casebook: AsyncConnection, request_id: str, unit: str, *, now: datetime) -> str:
    new = NewCoTask(request_id=request_id, round=1, unit=unit, origin="rule", process_instance_key=next(INSTANCES))
    number = await co_tasks.begin(casebook, new, now=now)
    assert number is not None
    return number


async def call(casebook: AsyncConnection, request_id: str, *, now: datetime) -> str:
    new = NewCall(request_id=request_id, force=FORCE, called_by=CENTRE, urgency="normal", note="样例")
    return await enforcement_calls.begin(casebook, new, now=now)


async def test_a_co_task_goes_with_its_work_order_and_comes_back_with_it(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    task = await co_task(casebook, await request(casebook, district, now=now), FROM, now=now)
    number = await issue(casebook, task, FROM, now=now)
    batch = await redispatch.redispatch(casebook, FROM, to_unit=TO, district=district, now=now)
    assert batch is not None
    assert TO == (await co_tasks.get(casebook, task))["unit"]
    await redispatch.undo(casebook, batch.batch_id, district=district, now=now)
    assert FROM == (await co_tasks.get(casebook, task))["unit"]
    await redispatch.redispatch(casebook, FROM, to_unit=TO, district=district, now=now)
    await work_orders.report(casebook, number, Report(outcome="done", person=TO), now=now)
    ended = await co_tasks.get(casebook, task)
    assert (TO, "reported") == (ended["unit"], ended["ending"])


async def test_a_unit_that_helps_already_gets_the_work_order_but_no_second_co_task(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    asked = await request(casebook, district, now=now)
    task, known = [await co_task(casebook, asked, unit, now=now) for unit in (FROM, TO)]
    number = await issue(casebook, task, FROM, now=now)
    await redispatch.redispatch(casebook, FROM, to_unit=TO, district=district, now=now)
    assert TO == (await work_orders.get(casebook, number))["unit"]
    assert [FROM, TO] == [(await co_tasks.get(casebook, each))["unit"] for each in (task, known)]
    await work_orders.report(casebook, number, Report(outcome="done", person=TO), now=now)
    assert ["reported", None] == [(await co_tasks.get(casebook, each))["ending"] for each in (task, known)]


async def test_who_rules_about_a_co_task_may_change_without_the_co_unit(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    task = await co_task(casebook, await request(casebook, district, now=now), CENTRE, now=now)
    await issue(casebook, task, CENTRE, now=now, kind="co_arbitration")
    await redispatch.redispatch(casebook, CENTRE, to_unit=TO, district=district, now=now)
    assert CENTRE == (await co_tasks.get(casebook, task))["unit"]


async def test_a_call_goes_with_its_work_order_to_another_force(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await call(casebook, await request(casebook, district, now=now), now=now)
    await issue(casebook, number, FORCE, now=now, kind="enforcement_call")
    await redispatch.redispatch(casebook, FORCE, to_unit=OTHER_FORCE, district=district, now=now)
    assert OTHER_FORCE == (await enforcement_calls.get(casebook, number))["force"]


async def test_work_that_a_process_addresses_to_an_abolished_unit_takes_its_co_task_along(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    asked = await request(casebook, district, now=now)
    task = await co_task(casebook, asked, FROM, now=now)
    await decree(casebook, changed(district, "units", FROM), valid_from=now, now=now)
    read = IssueWorkOrder(
        request_id=asked, kind="co_handling", unit=FROM, level="B", round=1, form="co_report", about=task
    )
    key = next(INSTANCES)
    job = EngineJob(key=key, job_type="issue_work_order", process_instance_key=key, element_id="Task", retries=3)
    issued = [await issue_work_order(read, casebook=casebook, now=now, job=job) for _ in range(2)]
    assert issued[0] == issued[1]
    assert issued[0].unit == (await co_tasks.get(casebook, task))["unit"] == CENTRE


async def test_what_is_issued_after_many_calls_is_urgent_and_a_called_force_as_its_call_says(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    asked = await request(casebook, district, now=now)
    number = await call(casebook, asked, now=now)
    before = (await requests.get(casebook, asked))["urgency"]
    assert "normal" == before == await urgency.of_order(casebook, asked, about=None)
    await requests.note_facts(casebook, asked, urgency="urgent")
    assert "urgent" == await urgency.of_order(casebook, asked, about=None)
    assert (await enforcement_calls.get(casebook, number))["urgency"] == await urgency.of_order(
        casebook, asked, about=number
    )


async def test_a_ruling_about_a_co_unit_is_no_decision_about_the_response_list(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    task = await co_task(casebook, await request(casebook, district, now=now), FROM, now=now)
    number = await issue(casebook, task, CENTRE, now=now, kind="co_arbitration")
    answer = Report(outcome="assigned", person=CENTRE, assigned_unit=TO)
    await work_orders.report(casebook, number, answer, now=now)
    assert TO == (await co_tasks.get(casebook, task))["unit"]
    assert 0 == (await casebook.execute(select(func.count()).select_from(routing_decisions))).scalar_one()
    assert [] == await memory.proposals(casebook, least=1)


async def test_a_lead_waits_for_its_co_units(casebook: AsyncConnection, district: District, now: datetime) -> None:
    asked = await request(casebook, district, now=now)
    await co_task(casebook, asked, FROM, now=now)
    number = await order(casebook, asked, LEAD, now=now)
    with pytest.raises(RejectedInput, match="还没有结果"):
        await work_orders.report(casebook, number, Report(outcome="done", person=LEAD), now=now)


async def test_the_citys_result_is_taken_while_co_units_are_out(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    asked = await request(casebook, district, now=now)
    task = await co_task(casebook, asked, FROM, now=now)
    number = await order(casebook, asked, CITY, now=now)
    await work_orders.report(casebook, number, Report(outcome="done", person=CITY), now=now)
    assert (await co_tasks.get(casebook, task))["ended_at"] is None
