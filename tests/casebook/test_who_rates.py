"""谁呼谁评: everybody who called is asked in the fitting way; only who was asked can answer, once and in time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from casebook import directory, rating_links, ratings, requests
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import fact_outbox
from casebook.schema import ratings as invitations
from tests.casebook.rows import COMMUNITY, request
from workers.invite_rating import InviteRating, invite_rating

pytestmark = pytest.mark.asyncio
GOOD = {"resolved": "resolved", "satisfaction": 5, "comment": ""}
MOBILE, LANDLINE = "99912345678", "027-82410000"


async def called(casebook: AsyncConnection, district: District, *, now: datetime, **who: Any) -> str:
    """Somebody calls and the matter is handled; return its number."""
    caller = {"caller_name": None, "caller_phone": MOBILE} | who
    number = await request(casebook, district, now=now, **caller)
    await requests.note_facts(casebook, number, lead_unit="district_inspection", level="B")
    return number


async def invited(casebook: AsyncConnection, district: District, *, now: datetime, **who: Any) -> dict[str, Any]:
    """Somebody calls and is asked to rate; return the invitation."""
    number = await called(casebook, district, now=now, **who)
    return await asked(casebook, district, number, now=now)


async def asked(casebook: AsyncConnection, district: District, number: str, *, now: datetime) -> dict[str, Any]:
    wanted = InviteRating(request_id=number, round=1)
    return await ratings.get(
        casebook, (await invite_rating(wanted, casebook=casebook, now=now, district=district)).rating_id
    )


async def link_to(casebook: AsyncConnection, district: District, *, now: datetime) -> tuple[dict[str, Any], str]:
    invitation = await invited(casebook, district, now=now)
    token = rating_links.token_of(casebook, invitation)
    assert token is not None
    return invitation, token


@pytest.mark.parametrize(
    ("who", "way"),
    [
        ({}, "link"),
        ({"caller_phone": LANDLINE}, "call"),
        ({"caller_phone": None}, "nobody"),
        ({"caller_kind": "business"}, "link"),
        ({"caller_kind": "cared_for"}, "call"),
        ({"caller_kind": "community", "caller_phone": None}, "desk"),
        ({"caller_kind": "street", "caller_phone": None}, "desk"),
        ({"caller_kind": "department", "caller_name": "江岸区“民呼我应”指挥中心"}, "desk"),
        ({"caller_kind": "department", "caller_name": "没有这个单位"}, "call"),
        ({"caller_kind": "department", "caller_phone": None}, "nobody"),
        ({"caller_kind": "department", "caller_name": "江岸区督查室"}, "nobody"),  # it handled the matter itself
    ],
)
async def test_every_kind_of_caller_is_asked_in_the_fitting_way(
    casebook: AsyncConnection, district: District, now: datetime, who: dict[str, Any], way: str
) -> None:
    invitation = await invited(casebook, district, now=now, **who)
    assert (way, way == "desk") == (invitation["way"], invitation["unit"] is not None)
    assert (way in ("link", "call")) == (rating_links.token_of(casebook, invitation) is not None)
    waits = timedelta(days=district.limits.rating_days) if way != "nobody" else timedelta(0)
    assert waits == invitation["due_at"] - now


async def test_a_community_rates_at_its_own_desk_and_nobody_elses(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    invitation = await invited(casebook, district, now=now, caller_kind="community")
    centre = await directory.centre_for(casebook, "community", community=COMMUNITY, at=now)
    assert centre is not None
    assert centre == invitation["unit"]
    assert [invitation["rating_id"]] == [
        each["rating_id"] for each in await ratings.at_desk_of(casebook, centre, now=now)
    ]
    for deed in (ratings.rate_at_desk, ratings.rate_by_call):
        with pytest.raises(RejectedInput, match="不"):
            await deed(casebook, invitation["rating_id"], dict(GOOD), by="district_inspection", now=now)
    await ratings.rate_at_desk(casebook, invitation["rating_id"], dict(GOOD), by=centre, now=now)
    rated = await ratings.get(casebook, invitation["rating_id"])
    assert (centre, now) == (rated["rated_by"], rated["rated_at"])
    assert [] == await ratings.at_desk_of(casebook, centre, now=now)


async def test_no_link_stands_in_the_casebook(casebook: AsyncConnection, district: District, now: datetime) -> None:
    invitation, token = await link_to(casebook, district, now=now)
    assert 16 == len(token)  # 96 bits
    assert token not in str(invitation)
    with pytest.raises(RejectedInput, match="链接无效"):
        await rating_links.behind(casebook, str(invitation["token_sha256"]))


async def test_a_forged_link_opens_nothing(casebook: AsyncConnection, district: District, now: datetime) -> None:
    _, token = await link_to(casebook, district, now=now)
    other = "A" if token[0] != "A" else "B"
    for forged in ("", "x", other + token[1:], token[:-1], token + "A", token.swapcase(), "'; --"):
        with pytest.raises(RejectedInput, match="链接无效"):
            await ratings.rate(casebook, forged, dict(GOOD), now=now)


async def test_a_link_whose_limit_was_moved_or_that_was_hung_elsewhere_is_no_link_any_more(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    one, token = await link_to(casebook, district, now=now)
    later = {"due_at": one["due_at"] + timedelta(days=30)}
    await casebook.execute(update(invitations).where(invitations.c.rating_id == one["rating_id"]).values(later))
    with pytest.raises(RejectedInput, match="链接无效"):
        await ratings.rate(casebook, token, dict(GOOD), now=now)
    other = await called(casebook, district, now=now, caller_phone="99987654321")
    hung = {"request_id": other} | {"due_at": one["due_at"], "rating_id": f"{other}-R1"}
    await casebook.execute(update(invitations).where(invitations.c.rating_id == one["rating_id"]).values(hung))
    with pytest.raises(RejectedInput, match="链接无效"):
        await ratings.rate(casebook, token, dict(GOOD), now=now)


async def test_a_link_rates_its_own_request_alone(casebook: AsyncConnection, district: District, now: datetime) -> None:
    one, token = await link_to(casebook, district, now=now)
    other = await invited(casebook, district, now=now, caller_phone="99987654321")
    await ratings.rate(casebook, token, dict(GOOD), now=now)
    states = [(await ratings.get(casebook, each["rating_id"]))["rated_at"] for each in (one, other)]
    assert [now, None] == states


async def test_an_answer_comes_once_and_before_the_limit(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    late, its_token = await link_to(casebook, district, now=now)
    with pytest.raises(RejectedInput, match="已经提交或已经截止"):
        await ratings.rate(casebook, its_token, dict(GOOD), now=late["due_at"])
    await ratings.rate(casebook, its_token, dict(GOOD), now=late["due_at"] - timedelta(seconds=1))
    with pytest.raises(RejectedInput, match="已经提交或已经截止"):
        await ratings.rate(casebook, its_token, GOOD | {"satisfaction": 1}, now=now)
    assert 5 == (await ratings.get(casebook, late["rating_id"]))["satisfaction"]
    told = select(fact_outbox.c.name).where(fact_outbox.c.request_id == late["request_id"])
    assert 1 == list((await casebook.execute(told)).scalars()).count("rating_received")


@pytest.mark.parametrize(
    "answer",
    [{"satisfaction": 0}, {"satisfaction": 6}, {"satisfaction": None}, {"resolved": "perhaps"}, {"resolved": None}],
)
async def test_what_is_out_of_range_is_refused(
    casebook: AsyncConnection, district: District, now: datetime, answer: dict[str, Any]
) -> None:
    invitation, token = await link_to(casebook, district, now=now)
    with pytest.raises(RejectedInput, match="评价内容不完整"):
        await ratings.rate(casebook, token, GOOD | answer, now=now)
    assert (await ratings.get(casebook, invitation["rating_id"]))["rated_at"] is None


async def test_a_link_sent_before_there_were_signed_ones_works_until_its_limit(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await called(casebook, district, now=now)
    row: dict[str, Any] = {
        "rating_id": f"{number}-R1",
        "request_id": number,
        "round": 1,
        "token": "Ab3dE_fg",
        "invited_at": now,
    }
    await casebook.execute(invitations.insert().values(row | {"due_at": now + timedelta(days=3)}))
    assert "Ab3dE_fg" == next(each["token"] for each in await ratings.waiting(casebook) if number in each["rating_id"])
    with pytest.raises(RejectedInput, match="已经截止"):
        await ratings.rate(casebook, "Ab3dE_fg", dict(GOOD), now=now + timedelta(days=3))
    await ratings.rate(casebook, "Ab3dE_fg", dict(GOOD), now=now)
    assert now == (await ratings.get(casebook, row["rating_id"]))["rated_at"]
