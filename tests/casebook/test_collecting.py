"""Which level may use which way of collecting is data, and kept at the doors at which a level writes something down."""

import secrets
from datetime import datetime

import pytest
from sqlalchemy import func, select

from casebook import enforcement
from casebook.collecting import must_be_open_to, not_open, open_to
from casebook.district import District
from casebook.enforcement import Whistle
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.reports import RequestReport
from casebook.schema import requests

CENTRE = "street_002_centre"


def closed_to_streets(district: District) -> District:
    patrol = district.channels["patrol"].model_copy(update={"levels": ("community",)})
    return district.model_copy(update={"channels": {**district.channels, "patrol": patrol}})


def finding(now: datetime) -> RequestReport:
    return RequestReport(
        platform="on_site",
        external_id=f"XC{secrets.token_hex(6)}",
        channel="patrol",
        received_at=now,
        category="010201",
        community="420102002003",
        urgency="normal",
        caller_kind="street",
        title="巡查发现",
        text="流动摊点占道。",
    )


def test_each_level_is_offered_what_the_file_opens_to_it(district: District) -> None:
    assert {"online": "线上集", "opinion": "舆情寻", "assigned": "上级派"} == open_to(district, "district")
    assert "patrol" in open_to(district, "street")
    assert "patrol" not in open_to(closed_to_streets(district), "street")


@pytest.mark.parametrize("channel", ["visit", "nowhere", ""])
def test_a_way_that_is_not_open_is_refused_with_those_that_are(district: District, channel: str) -> None:
    with pytest.raises(RejectedInput, match=r"^区级不能使用渠道“.*”，可以使用：线上集、舆情寻、上级派。请改选渠道"):
        must_be_open_to(district, "district", channel=channel)


def test_platforms_bring_what_is_open_to_any_level_whose_entries_they_carry(district: District) -> None:
    assert "" == not_open(district, ("community", "street"), channel="visit")
    assert "" == not_open(district, ("community", "street"), channel="assigned")
    assert not_open(district, ("public",), channel="assigned").startswith(
        "公众不能使用渠道“上级派”，可以使用：线上集。"
    )


@pytest.mark.slow
async def test_a_street_writes_a_patrols_finding_down_only_if_patrols_are_open_to_streets(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    [force, *_] = await enforcement.forces_for(casebook, "420102002003", at=now)
    whistle = Whistle(forces=(force["code"],), called_by=CENTRE, urgency="normal", note="占道经营。")
    found = finding(now)
    with pytest.raises(RejectedInput, match="街道级不能使用渠道“网格巡”"):
        await enforcement.call_for_finding(casebook, found, whistle, now=now, district=closed_to_streets(district))
    count = select(func.count()).where(requests.c.external_id == found.external_id)
    assert (await casebook.execute(count)).scalar_one() == 0
    await enforcement.call_for_finding(casebook, found, whistle, now=now, district=district)
    assert (await casebook.execute(count)).scalar_one() == 1
