"""What the machine cannot decide becomes a sentence for an operator, never a guess."""

import pytest
from sqlalchemy import delete, update

from casebook.schema import deadlines, people, units
from tests.process.town import COMMUNITY, Town
from workers.errors import NeedsOperator
from workers.job import EngineJob
from workers.plan_deadlines import PlanDeadlines, plan_deadlines
from workers.push_to_inspection import PushToInspection, push_to_inspection
from workers.register_request import RegisterRequest, register_request
from workers.route_request import RouteRequest, route_request
from workers.send_sms import SendSms, send_sms

NEIGHBOURS = "070101"


async def test_a_community_nobody_serves_names_the_file_to_complete(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    read = RouteRequest(
        request_id=request_id,
        category=NEIGHBOURS,
        community="420102999999",
        level="A",
        lead_role="community",
        co_roles=[],
    )
    with pytest.raises(NeedsOperator, match=r"420102999999 没有 A 级指挥中心.*units\.csv"):
        async with town.casebook.begin() as connection:
            await route_request(read, casebook=connection, district=town.district, now=town.clock())


async def test_a_role_without_a_unit_goes_to_the_superior_centre(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    read = RouteRequest(
        request_id=request_id,
        category=NEIGHBOURS,
        community=COMMUNITY,
        level="B",
        lead_role="street_of_dreams",
        co_roles=[],
    )
    async with town.casebook.begin() as connection:
        routed = await route_request(read, casebook=connection, district=town.district, now=town.clock())
        await connection.rollback()
    assert not routed.responsibility_clear
    assert "district_centre" == routed.deciding_centre


async def test_a_limit_the_table_does_not_know_names_the_table(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    order = await town.waiting(request_id, "sign_in")
    read = PlanDeadlines(work_order_id=f"{order['work_order_id']}", limit="some_day")
    async with town.casebook.begin() as connection:
        await connection.execute(delete(deadlines).where(deadlines.c.work_order_id == order["work_order_id"]))
        with pytest.raises(NeedsOperator, match=r"time_limit\.dmn.*some_day"):
            await plan_deadlines(read, casebook=connection, now=town.clock(), district=town.district)
        await connection.rollback()


async def test_a_second_process_of_one_request_is_refused(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    job = EngineJob(key=1, job_type="register_request", process_instance_key=1, element_id="x", retries=3)
    with pytest.raises(NeedsOperator, match="取消本实例"):
        async with town.casebook.begin() as connection:
            await register_request(
                RegisterRequest(request_id=request_id), casebook=connection, now=town.clock(), job=job
            )


async def test_an_escalation_always_ends_at_somebody(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    order = await town.waiting(request_id, "sign_in")
    read = SendSms(
        request_id=request_id,
        work_order_id=order["work_order_id"],
        unit=order["unit"],
        event="red",
        recipient="deputy_head",
        template="red",
        round=1,
    )
    async with town.casebook.begin() as connection:
        gone = (people.c.unit == order["unit"]) & (people.c.duty == "deputy_head")
        await connection.execute(update(people).where(gone).values(valid_to=town.clock()))
        await send_sms(read, casebook=connection, now=town.clock(), district=town.district, base_url="http://127.0.0.1")
        told = await town.recipients_in(connection, request_id)
        await connection.rollback()
    assert ["caller", "community_002003_duty_officer"] == sorted(told)  # the caller heard that it was registered


async def test_without_an_inspection_office_the_sentence_says_so(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    order = await town.waiting(request_id, "sign_in")
    read = PushToInspection(request_id=request_id, work_order_id=order["work_order_id"])
    async with town.casebook.begin() as connection:
        gone = units.c.role == "inspection"
        await connection.execute(update(units).where(gone).values(valid_to=town.clock()))
        with pytest.raises(NeedsOperator, match="督查部门"):
            await push_to_inspection(read, casebook=connection, now=town.clock())
        await connection.rollback()
