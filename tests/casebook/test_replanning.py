"""When a year is confirmed or a notice changes days, running deadlines are counted anew and their lights armed anew."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from casebook import deadlines, explain, replanning, total_deadlines, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.rules import Override
from casebook.schema import fact_outbox
from tests.casebook.rows import local, order, request
from workers.plan_deadlines import PlanDeadlines, plan_deadlines
from workers.plan_total_deadline import PlanTotalDeadline, plan_total_deadline

UNIT = "street_002_order"
NOTICE = "国办发明电〔2026〕7号"


def knowing(district: District, *years: int, **days: bool) -> District:
    """The district after the notice: more confirmed years, and days that differ (`d20270102=True`)."""
    decided = [
        Override(date=date.fromisoformat(day.removeprefix("d")), working=works, notice=NOTICE)
        for day, works in days.items()
    ]
    confirmed = (*district.calendar.confirmed_years, *years)
    calendar = district.calendar.model_copy(update={"confirmed_years": confirmed, "overrides": tuple(decided)})
    return district.model_copy(update={"calendar": calendar})


async def running(casebook: AsyncConnection, district: District, *, began: datetime, basis: str = "working") -> str:
    """A work order with a limit of 21 hours and a total of 35; return its number."""
    request_id = await request(casebook, district, now=began)
    total = PlanTotalDeadline(request_id=request_id, limit="total", limit_hours=35, inspect_hours=70, basis=basis)
    await plan_total_deadline(total, casebook=casebook, now=began, district=district, base_url="")
    number = await order(casebook, request_id, UNIT, now=began)
    await engine_plans(casebook, number, district=district, now=began, basis=basis)
    return number


async def engine_plans(
    casebook: AsyncConnection, number: str, *, district: District, now: datetime, basis: str = "working"
) -> None:
    read = PlanDeadlines(work_order_id=number, limit="handling", limit_hours=21, inspect_hours=35, basis=basis)
    await plan_deadlines(read, casebook=casebook, now=now, district=district)


async def told(casebook: AsyncConnection, number: str) -> list[str]:
    rows = await casebook.execute(select(fact_outbox.c.name).where(fact_outbox.c.correlation_key == number))
    return list(rows.scalars())


async def test_a_confirmed_year_makes_provisional_deadlines_firm_and_arms_their_lights_anew(
    casebook: AsyncConnection, district: District
) -> None:
    began = local("2026-12-30T09:00", district.zone)
    number = await running(casebook, district, began=began)
    firm = await running(casebook, district, began=local("2026-12-01T09:00", district.zone))
    hours = await running(casebook, district, began=began, basis="calendar")
    first = await deadlines.newest(casebook, number)
    assert first is not None
    assert first["provisional"]
    assert [] == await replanning.find(casebook, district=district, only_provisional=True)
    after = knowing(district, 2027, d20270102=True)
    found = await replanning.find(casebook, district=after, only_provisional=True)
    assert [number, None] == [each.work_order_id for each in found]
    later = local("2026-12-30T15:00", district.zone)
    await replanning.plan_again(casebook, found, district=after, now=later)
    assert ["deadline_changed"] == await told(casebook, number)
    assert ([], []) == (await told(casebook, firm), await told(casebook, hours))
    assert [] == await replanning.find(casebook, district=after, only_provisional=True)
    await engine_plans(casebook, number, district=after, now=later)
    second = await deadlines.newest(casebook, number)
    assert second is not None
    assert (2, False) == (second["version"], second["provisional"])
    assert second["red_at"] < first["red_at"]  # 2 January is worked
    assert (found[0].red_before, found[0].red_at) == (first["red_at"], second["red_at"])
    total = await total_deadlines.newest(casebook, found[0].request_id)
    assert total is not None
    assert (2, False) == (total["version"], total["provisional"])
    assert [] == await replanning.find(casebook, district=after, only_provisional=False)
    life = await explain.life_of(casebook, found[0].request_id, district=district)
    assert any("12月30日 15:00 按更新的工作日历重新计算" in line for line in life)


async def test_a_notice_that_changes_days_of_a_confirmed_year_moves_them_only_when_asked(
    casebook: AsyncConnection, district: District
) -> None:
    number = await running(casebook, district, began=local("2026-11-24T09:00", district.zone))
    after = knowing(district, d20261125=False)
    assert [] == await replanning.find(casebook, district=after, only_provisional=True)
    found = await replanning.find(casebook, district=after, only_provisional=False)
    assert [number, None] == [each.work_order_id for each in found]
    assert all(each.red_at > each.red_before for each in found)


async def test_what_was_reported_is_left_alone(casebook: AsyncConnection, district: District) -> None:
    began = local("2026-12-30T09:00", district.zone)
    number = await running(casebook, district, began=began)
    report = work_orders.Report(outcome="done", person=UNIT)
    await work_orders.report(casebook, number, report, now=began)
    found = await replanning.find(casebook, district=knowing(district, 2027), only_provisional=True)
    assert [None] == [each.work_order_id for each in found]


@pytest.mark.parametrize("limits", ["own", "office"])
async def test_the_limits_of_a_unit_that_is_always_there_run_as_the_district_says(
    casebook: AsyncConnection, district: District, limits: str
) -> None:
    always = district.hours["always"].model_copy(update={"limits": limits})
    sixth = district.model_copy(update={"hours": {**district.hours, "always": always}})
    began = local("2026-11-27T16:00", district.zone)
    number = await order(casebook, await request(casebook, district, now=began), "dept_water", now=began)
    await engine_plans(casebook, number, district=sixth, now=began)
    entry = await deadlines.newest(casebook, number)
    assert entry is not None
    due = {"own": "2026-11-28T13:00", "office": "2026-12-02T16:00"}[limits]
    assert local(due, district.zone) == entry["red_at"].astimezone(district.zone).replace(second=0)
    assert {"own": "always", "office": None}[limits] == entry["unit_hours"]
