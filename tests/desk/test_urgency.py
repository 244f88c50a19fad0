"""What raises a report's urgency: its category, who calls, and how often; never the caller's words."""

import secrets
from typing import Any

import pytest
from sqlalchemy import select, update

from casebook.schema import audit_trail, callers, requests
from casebook.schema.sealed import sealer_of
from tests.desk.district_life import DistrictLife
from tests.desk.test_api import ask, report

pytestmark = pytest.mark.asyncio(loop_scope="session")
LIFT, LIGHT_ON_THE_STAIRS, RUBBISH, MANHOLE, ROAD = "040102", "040109", "010101", "020101", "020102"


async def taken_in(life: DistrictLife, machine: Any, **changes: Any) -> tuple[str, list[dict[str, Any]]]:
    """A platform reports; return the request's urgency and what was noted about it."""
    status, answer = ask(machine, "/api/requests", body=report(**changes))
    assert status == 202
    same = requests.c.request_id == answer["request_id"]
    noted = select(audit_trail.c.details).where(
        audit_trail.c.request_id == answer["request_id"], audit_trail.c.action == "urgency_raised"
    )
    async with life.casebook.connect() as connection:
        urgency = await connection.scalar(select(requests.c.urgency).where(same))
        return str(urgency), list((await connection.execute(noted)).scalars())


async def close_those_of(life: DistrictLife, phone: str) -> None:
    """What the caller called about is closed, so that the next call is a matter of its own."""
    found_by = sealer_of(life.casebook.dialect).index(phone)
    theirs = select(callers.c.request_id).where(callers.c.phone_index == found_by)
    async with life.casebook.begin() as connection:
        ended = update(requests).where(requests.c.request_id.in_(theirs), requests.c.closed_at.is_(None))
        await connection.execute(ended.values(closed_at=life.clock()))


async def test_a_category_is_as_urgent_as_the_catalogue_says(life: DistrictLife, machine: Any) -> None:
    assert await taken_in(life, machine, category=MANHOLE) == ("urgent", [])
    assert await taken_in(life, machine, category=ROAD) == ("normal", [])


async def test_a_caller_to_be_cared_for_makes_urgent_what_says_so(life: DistrictLife, machine: Any) -> None:
    raised = [{"raised_by": "special_person"}]
    assert await taken_in(life, machine, category=LIGHT_ON_THE_STAIRS, caller_kind="cared_for") == ("urgent", raised)
    assert await taken_in(life, machine, category=LIGHT_ON_THE_STAIRS) == ("normal", [])
    assert await taken_in(life, machine, category=ROAD, caller_kind="cared_for") == ("normal", [])


@pytest.mark.parametrize(("category", "last"), [(RUBBISH, "urgent"), (ROAD, "normal")])
async def test_the_third_call_about_the_same_matter_is_urgent_where_it_says_so(
    life: DistrictLife, machine: Any, category: str, last: str
) -> None:
    phone, urgencies = f"998{secrets.randbelow(10**8):08d}", []
    for _ in range(3):
        urgency, _ = await taken_in(life, machine, category=category, caller_phone=phone)
        urgencies.append(urgency)
        await close_those_of(life, phone)
    assert urgencies == ["normal", "normal", last]


async def test_calls_of_others_and_calls_without_a_number_do_not_count(life: DistrictLife, machine: Any) -> None:
    for _ in range(4):
        assert await taken_in(life, machine, category=RUBBISH, caller_phone=...) == ("normal", [])
        assert await taken_in(life, machine, category=RUBBISH) == ("normal", [])
