"""What is taken down on the spot is registered once, by units to whom its way and its place are open."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from casebook import on_site, platform_status
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.on_site import Entry
from casebook.pictures import Picture
from casebook.platform_status import Wanted
from casebook.reports import RequestReport
from casebook.schema import audit_trail, pictures, requests

pytestmark = pytest.mark.slow
UNIT, COMMUNITY, OF_ANOTHER_STREET = "community_002003", "420102002003", "420102003001"
PICTURE = Picture(media_type="image/jpeg", content=b"picture")


def entry(now: datetime, *, unit: str = UNIT, **changes: Any) -> Entry:
    values = {
        "platform": "on_site",
        "external_id": secrets.token_hex(16),
        "channel": "patrol",
        "received_at": now - timedelta(hours=2),
        "category": "020101",
        "community": COMMUNITY,
        "urgency": "urgent",
        "caller_kind": "community",
        "title": "井盖断裂",
        "text": "井盖断裂。",
    }
    return Entry(unit=unit, report=RequestReport.model_validate(values | changes), pictures=(PICTURE,))


async def test_an_entry_that_is_sent_again_is_the_same_request_with_its_pictures_once(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    sent = entry(now)
    first = await on_site.receive(casebook, sent, now=now, district=district)
    again = await on_site.receive(casebook, sent, now=now, district=district)
    assert ("accepted", "already_known", first.request_id) == (first.result, again.result, again.request_id)
    shown = select(func.count()).where(pictures.c.request_id == first.request_id)
    assert (await casebook.execute(shown)).scalar_one() == 1
    by = select(audit_trail.c.actor).where(
        audit_trail.c.request_id == first.request_id, audit_trail.c.action == "taken_down_on_site"
    )
    assert [UNIT] == list((await casebook.execute(by)).scalars())


@pytest.mark.parametrize(
    ("unit", "changes", "why"),
    [
        (UNIT, {"channel": "online"}, "渠道“线上集”不在现场登记"),
        (UNIT, {"channel": "opinion"}, "社区级不能使用渠道“舆情寻”"),
        (UNIT, {"community": OF_ANOTHER_STREET}, "所选社区不在.*的范围内"),
        ("street_002_centre", {"channel": "visit"}, "街道级不能使用渠道“入户访”"),
        ("street_002_centre", {"community": OF_ANOTHER_STREET}, "所选社区不在.*的范围内"),
        ("dept_greening", {}, "它这一级没有可用的渠道"),
        ("nobody", {}, "单位目录里没有这个单位"),
    ],
)
async def test_a_unit_takes_down_only_what_is_open_to_its_level_and_lies_in_its_area(
    casebook: AsyncConnection, district: District, unit: str, changes: dict[str, str], why: str
) -> None:
    now = datetime.now(UTC) + timedelta(minutes=1)
    sent = entry(now, unit=unit, **changes)
    with pytest.raises(RejectedInput, match=why):
        await on_site.receive(casebook, sent, now=now, district=district)
    count = select(func.count()).where(requests.c.external_id == sent.report.external_id)
    assert (await casebook.execute(count)).scalar_one() == 0


async def test_no_platform_reads_on_what_our_own_people_took_down(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    await on_site.receive(casebook, entry(now), now=now, district=district)
    wanted = Wanted(platform="on_site", after=0, most=10, states=("received",))
    assert [] == list(await platform_status.read_on(casebook, wanted))
