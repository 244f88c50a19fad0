"""A message about a unit goes to whoever is there, once, and the file says how that person was found."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casebook.directory_tables import Absence, Directory
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.explain import life_of
from casebook.schema import messages
from tests.casebook.rows import changed, decree, local, only, order, request
from workers.errors import NeedsOperator
from workers.send_sms import SendSms, send_sms

DESK = "http://127.0.0.1"
DAY, NIGHT = "2027-01-05T19:59", "2027-01-05T20:01"


async def told(casebook: AsyncConnection, request_id: str) -> list[str]:
    rows = await casebook.execute(select(messages.c.recipient).where(messages.c.request_id == request_id))
    return list(rows.scalars())


async def asked(casebook: AsyncConnection, district: District, *, unit: str, recipient: str) -> SendSms:
    begun = local(DAY, district.zone) - timedelta(hours=1)
    request_id = await request(casebook, district, now=begun)
    return SendSms(
        request_id=request_id,
        work_order_id=await order(casebook, request_id, unit, now=begun),
        unit=unit,
        event="red",
        recipient=recipient,
        template="supervision",
        round=1,
        supervision_id="DB01",
    )


async def test_a_job_repeated_after_the_change_of_shift_tells_nobody_else(
    casebook: AsyncConnection, district: District
) -> None:
    read = await asked(casebook, district, unit="dept_police", recipient="duty_officer")
    for moment in (DAY, NIGHT):
        at = local(moment, district.zone)
        await send_sms(read, casebook=casebook, now=at, district=district, base_url=DESK)
    assert ["dept_police_duty_officer"] == await told(casebook, read.request_id)


async def test_that_somebody_stands_in_can_be_read_in_the_file(casebook: AsyncConnection, district: District) -> None:
    away = Absence(person="dept_water_principal_head", begins=date(2027, 1, 4), ends=date(2027, 1, 6))
    base = only(district)
    at = local(DAY, district.zone)
    directory = base.model_copy(update={"absences": (*base.absences, away)})
    await decree(casebook, directory, valid_from=at - timedelta(days=3), now=at)
    read = await asked(casebook, district, unit="dept_water", recipient="principal_head")
    await send_sms(read, casebook=casebook, now=at, district=district, base_url=DESK)
    assert ["dept_water_deputy_head"] == await told(casebook, read.request_id)
    life = "\n".join(await life_of(casebook, read.request_id, district=district))
    assert "江岸区水务和湖泊局主要负责人请假，由替岗人承担。" in life


async def test_nobody_at_all_is_a_sentence_that_says_what_to_add(casebook: AsyncConnection, district: District) -> None:
    at = local(DAY, district.zone)
    nobody = Directory.model_validate(only(district).model_dump() | {"people": (), "substitutes": (), "absences": ()})
    read = await asked(casebook, district, unit="dept_water", recipient="principal_head")
    await decree(casebook, nobody, valid_from=at - timedelta(minutes=1), now=at)
    with pytest.raises(NeedsOperator, match=r"主要负责人.*表“人员”.*补值班员"):
        await send_sms(read, casebook=casebook, now=at, district=district, base_url=DESK)


async def test_a_unit_that_has_ended_is_answered_for_by_its_superior(
    casebook: AsyncConnection, district: District
) -> None:
    at = local(DAY, district.zone)
    read = await asked(casebook, district, unit="street_002_order", recipient="deputy_head")
    without = changed(district, "units", "street_002_order")
    await decree(casebook, without, valid_from=at - timedelta(minutes=1), now=at)
    await send_sms(read, casebook=casebook, now=at, district=district, base_url=DESK)
    assert ["street_002_centre_deputy_head"] == await told(casebook, read.request_id)
    life = "\n".join(await life_of(casebook, read.request_id, district=district))
    assert "大智街道平安建设办已撤销；转到上级大智街道“民呼我应”指挥中心" in life
