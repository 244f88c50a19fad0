"""What gives rise to a flash report by itself, and that it does so once a day."""

import io
from datetime import timedelta

import docx
import pytest
from sqlalchemy import insert, select

from casebook import flash_causes
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import report_versions, requests
from tests.casebook.report_desk import PERSON, PROCESSES, ReportDesk
from tests.casebook.rows import local


@pytest.fixture
def desk(casebook: AsyncConnection, district: District) -> ReportDesk:
    return ReportDesk(casebook, district)


async def received(desk: ReportDesk, category: str, *, count: int, at: str, urgency: str = "normal") -> None:
    """So many requests come in, a minute apart, in two communities of one street."""
    street = [place for place in desk.district.communities.values() if place.street == "420102002"]
    first = local(at, desk.district.zone)
    same = {"platform": "mayor_line", "channel": "online", "category": category, "urgency": urgency}
    same |= {"caller_kind": "citizen", "title": "样例", "text": "样例", "responsible_unit": PERSON}
    rows = [
        same
        | {"request_id": f"JA20970101-{next(PROCESSES)}-0", "external_id": f"{category}/{at}/{number}"}
        | {"community": street[number % 2].code, "received_at": at_minute, "taken_in_at": at_minute}
        for number in range(count)
        for at_minute in [first + timedelta(minutes=number)]
    ]
    await desk.casebook.execute(insert(requests), rows)


async def causes(desk: ReportDesk) -> dict[str, str]:
    found = await flash_causes.find(desk.casebook, district=desk.district, now=desk.now)
    return {str(wish.cause_key): str(wish.cause) for wish in found}


async def test_a_surge_is_what_is_many_and_far_more_than_usual_in_one_street(desk: ReportDesk) -> None:
    desk.now = local("2096-03-10T12:00", desk.district.zone)
    key = "surge/010101/420102002/2096-03-10"
    await received(desk, "010101", count=11, at="2096-03-10T09:00")
    assert {} == await causes(desk)
    await received(desk, "010101", count=1, at="2096-03-10T10:00")
    assert key in (first := await causes(desk))
    assert "近24小时受理" in first[key]
    assert "诉求12件，此前没有同类诉求。" in first[key]
    await received(desk, "010101", count=112, at="2096-03-01T09:00")
    assert "是平常的3.0倍。" in (await causes(desk))[key]
    await received(desk, "010101", count=1, at="2096-03-02T09:00")
    assert {} == await causes(desk)


async def test_one_urgent_request_of_a_grave_category_is_enough_and_an_old_one_is_not(desk: ReportDesk) -> None:
    desk.now = local("2096-04-10T12:00", desk.district.zone)
    await received(desk, "020104", count=1, at="2096-04-09T23:00", urgency="urgent")
    await received(desk, "020104", count=1, at="2096-04-10T08:00")
    assert {} == await causes(desk)
    await received(desk, "020104", count=2, at="2096-04-10T09:00", urgency="urgent")
    assert ["grave/020104/420102002/2096-04-10"] == list(found := await causes(desk))
    assert "“道路塌陷”紧急诉求2件，属重大事项。" in next(iter(found.values()))


async def test_a_cause_makes_one_flash_report_a_day_that_begins_with_it(desk: ReportDesk) -> None:
    desk.now = local("2096-05-10T12:00", desk.district.zone)
    await received(desk, "020104", count=1, at="2096-05-10T09:00", urgency="urgent")
    asked = [await flash_causes.ask(desk.casebook, district=desk.district, now=desk.now) for _ in range(2)]
    assert [["KB2096-05-10-1"], []] == asked
    assert "KB2096-05-10-2" == await desk.asked()  # a person may ask besides
    await desk.made("KB2096-05-10-1", process=next(PROCESSES))
    mine = select(report_versions.c.word).where(report_versions.c.report_id == "KB2096-05-10-1")
    words = docx.Document(io.BytesIO((await desk.casebook.execute(mine)).scalar_one())).paragraphs
    texts = [paragraph.text for paragraph in words]
    assert "一、快报由头" in texts
    assert any("道路塌陷" in text for text in texts)
