"""What may be the same matter is proposed; a person merges, parts or says no; the books stay balanced."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casebook import audit, merges, ratings, reporters, requests, same_matter
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.merges import SameMatter
from casebook.reports import RequestReport
from casebook.schema import audit_trail, fact_outbox, messages
from tests.casebook.rows import COMMUNITY
from workers.invite_rating import InviteRating, invite_rating

HEAP, AGAIN = "12栋旁的垃圾点四天没人清运，污水流到路上。", "我们12栋楼下那个垃圾堆了好几天，臭水淌到路上。"
ELSEWHERE = "5栋后面有人倒了一堆垃圾，气味很大。"
CLERK = "district_centre"


class Desk:
    """One casebook, one district, one instant: people call, a clerk decides."""

    def __init__(self, casebook: AsyncConnection, district: District, now: datetime) -> None:
        self.casebook, self.district, self.now = casebook, district, now

    async def call(self, text: str = HEAP, *, phone: str | None = None, **changed: Any) -> str:
        values = {
            "platform": "mayor_line",
            "external_id": f"{text}/{phone}/{len(changed)}/{datetime.now().timestamp()}",  # noqa: DTZ005
            "channel": "online",
            "received_at": self.now,
            "category": "010101",
            "community": COMMUNITY,
            "urgency": "normal",
            "caller_kind": "citizen",
            "caller_phone": phone,
            "title": text[:20],
            "text": text,
        }
        report = RequestReport.model_validate(values | changed)
        taken = await requests.receive(self.casebook, report, now=self.now, district=self.district)
        return taken.request_id

    async def merge(self, request_id: str, *, into: str) -> None:
        decided = SameMatter(request_id=request_id, main_id=into, person=CLERK)
        await merges.merge(self.casebook, decided, district=self.district, now=self.now)

    async def proposed(self, request_id: str) -> dict[str, str]:
        told = await same_matter.told_of(self.casebook, request_id)
        found = await same_matter.proposals(self.casebook, told, district=self.district)
        return {each.request["request_id"]: each.why for each in found}

    async def facts(self, request_id: str) -> list[str]:
        mine = select(fact_outbox.c.name).where(fact_outbox.c.request_id == request_id)
        return list((await self.casebook.execute(mine.order_by(fact_outbox.c.fact_id))).scalars())


@pytest.fixture
def desk(casebook: AsyncConnection, district: District, now: datetime) -> Desk:
    return Desk(casebook, district, now)


async def test_a_neighbours_report_is_proposed_with_its_reasons_and_another_buildings_is_not(desk: Desk) -> None:
    first, again, elsewhere = await desk.call(), await desk.call(AGAIN), await desk.call(ELSEWHERE)
    found = await desk.proposed(again)
    assert [first] == list(found)
    assert all(reason in found[first] for reason in ("同一社区、同一类别", "都提到 12栋", "用词相近", "一天之内收到"))
    assert {} == await desk.proposed(elsewhere)


async def test_likeness_alone_proposes_nothing(desk: Desk, now: datetime) -> None:
    mine = await desk.call()
    await desk.call(category="010102")
    await desk.call(community="420102002004")
    await desk.call(received_at=now - timedelta(days=desk.district.same_matter.days + 1))
    assert {} == await desk.proposed(mine)


async def test_the_place_counts_next_door_and_too_far_off_in_the_same_community(desk: Desk) -> None:
    mine = await desk.call(lat=30.6000, lon=114.3000)
    await desk.call(AGAIN, lat=30.6050, lon=114.3000)
    next_door = await desk.call(AGAIN, lat=30.6005, lon=114.3000, community="420102002004")
    found = await desk.proposed(mine)
    assert [next_door] == list(found)
    assert "相邻社区" in found[next_door]
    assert "相距约 56 米" in found[next_door]


async def test_what_a_person_found_different_is_not_proposed_again(desk: Desk, now: datetime) -> None:
    one, other = await desk.call(), await desk.call(AGAIN)
    for pair in ((one, other), (other, one)):
        await merges.judge_different(desk.casebook, pair, person=CLERK, now=now)
    assert ({}, {}) == (await desk.proposed(one), await desk.proposed(other))
    noted = select(audit_trail.c.request_id).where(audit_trail.c.action == "judged_different")
    assert sorted([one, other]) == sorted((await desk.casebook.execute(noted)).scalars())


async def test_merging_tells_the_engine_and_parting_begins_again_with_the_same_number(
    desk: Desk, now: datetime
) -> None:
    main, other = await desk.call(), await desk.call(AGAIN)
    await requests.note_facts(desk.casebook, other, process_instance_key=4711, registered_at=now)
    await desk.merge(other, into=main)
    books = await requests.account(desk.casebook)
    assert (1, 1) == (books["open"], books["merged"])
    assert {} == await desk.proposed(main)
    await merges.part(desk.casebook, other, person=CLERK, now=now)
    row = await requests.get(desk.casebook, other)
    assert (None, None, None) == (row["merged_into"], row["process_instance_key"], row["registered_at"])
    assert ["request_received", "request_merged", "request_received"] == await desk.facts(other)
    kept = await audit.once(desk.casebook, "parted", request_id=other, process_instance_key=4711)
    assert kept is not None
    assert [main] == list(await desk.proposed(other))


async def test_what_is_over_or_has_reporters_of_its_own_is_not_merged(desk: Desk, now: datetime) -> None:
    main, second, third = await desk.call(), await desk.call(AGAIN), await desk.call(AGAIN)
    await desk.merge(second, into=main)
    with pytest.raises(RejectedInput, match="请反过来"):
        await desk.merge(main, into=third)
    with pytest.raises(RejectedInput, match="已并案"):
        await desk.merge(third, into=second)
    with pytest.raises(RejectedInput, match="不能并入自己"):
        await desk.merge(third, into=third)
    with pytest.raises(RejectedInput, match="没有并案"):
        await merges.part(desk.casebook, third, person=CLERK, now=now)
    await requests.note_facts(desk.casebook, main, closed_at=now)
    with pytest.raises(RejectedInput, match="已办结"):
        await merges.part(desk.casebook, second, person=CLERK, now=now)


async def test_a_caller_who_calls_again_about_a_merged_matter_joins_its_main_request(desk: Desk) -> None:
    main, other = await desk.call(), await desk.call(AGAIN, phone="99910000001")
    await desk.merge(other, into=main)
    once_more = await desk.call(AGAIN, phone="99910000001")
    assert main == (await requests.get(desk.casebook, once_more))["merged_into"]


async def test_a_caller_is_told_into_which_matter_the_report_went_however_it_was_merged(desk: Desk) -> None:
    main, silent = await desk.call(phone="99910000001"), await desk.call(AGAIN)
    again, neighbour = await desk.call(AGAIN, phone="99910000001"), await desk.call(AGAIN, phone="99910000002")
    for other in (silent, neighbour):
        await desk.merge(other, into=main)
    await merges.part(desk.casebook, neighbour, person=CLERK, now=desk.now)
    await desk.merge(neighbour, into=main)
    told = select(messages.c.request_id, messages.c.phone, messages.c.text).where(messages.c.event == "request_joined")
    rows = (await desk.casebook.execute(told.order_by(messages.c.message_id))).all()
    assert [(again, "99910000001"), (neighbour, "99910000002")] == [(row.request_id, row.phone) for row in rows]
    assert all(row.request_id in row.text and main in row.text for row in rows)


async def test_many_reporters_make_it_urgent_and_the_unit_is_told_once_at_each_number(
    desk: Desk, casebook: AsyncConnection
) -> None:
    rule, main = desk.district.same_matter, await desk.call()
    for _ in range(rule.urgent_from - 1):
        await desk.merge(await desk.call(AGAIN), into=main)
    assert "urgent" == (await requests.get(casebook, main))["urgency"]
    told = select(messages.c.text).where(messages.c.request_id == main, messages.c.event == "repeated")
    texts = list((await casebook.execute(told.order_by(messages.c.message_id))).scalars())
    reached = [number for number in rule.tell_at if number <= rule.urgent_from]
    assert len(reached) == len(texts)
    assert all(f"已有{number}次反映" in text for number, text in zip(reached, texts, strict=True))


async def test_each_telephone_is_invited_once_and_the_engine_hears_when_all_have_answered(
    desk: Desk, casebook: AsyncConnection, now: datetime
) -> None:
    main = await desk.call(phone="99910000001")
    await desk.merge(await desk.call(AGAIN, phone="99910000002"), into=main)
    await desk.call(AGAIN, phone="99910000002")
    await desk.merge(await desk.call(AGAIN), into=main)
    asked = InviteRating(request_id=main, round=1)
    for _ in range(2):
        await invite_rating(asked, casebook=casebook, now=now, district=desk.district)
    [own, beside] = [each for each in await ratings.waiting(casebook) if main in each["rating_id"]]
    await ratings.rate(casebook, own["token"], {"resolved": "resolved", "satisfaction": 5, "comment": ""}, now=now)
    assert "rating_received" not in await desk.facts(main)
    await ratings.rate(casebook, beside["token"], {"resolved": "partly", "satisfaction": 2, "comment": ""}, now=now)
    assert "rating_received" in await desk.facts(main)
    everyone = await reporters.everyone(casebook, main, round_=1)
    assert [5, 2] == [each["satisfaction"] for each in reporters.answers(everyone)]


async def test_a_withdrawn_main_request_leaves_the_other_callers_matter_alive(desk: Desk, now: datetime) -> None:
    main, other = await desk.call(phone="99910000001"), await desk.call(AGAIN, phone="99910000002")
    own_again = await desk.call(AGAIN, phone="99910000001")
    await desk.merge(other, into=main)
    await requests.ask_withdrawal(desk.casebook, main, now=now)
    merged = [(await requests.get(desk.casebook, each))["merged_into"] for each in (other, own_again)]
    assert [None, main] == merged
    assert "request_received" == (await desk.facts(other))[-1]
