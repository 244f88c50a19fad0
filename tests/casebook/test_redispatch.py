"""Open work changes hands in a batch: exactly what was shown, with its clock, and back again within the window."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casebook import redispatch, requests, succession, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.explain import life_of
from casebook.schema import fact_outbox, messages
from casebook.work_orders import Report
from tests.casebook.rows import COMMUNITY, changed, decree, order, request

FROM, TO = "street_002_order", "street_002_urban"
ELSEWHERE = "420102002004"


async def facts_of(casebook: AsyncConnection, work_order_id: str) -> list[tuple[str, dict[str, object]]]:
    rows = await casebook.execute(
        select(fact_outbox.c.name, fact_outbox.c.variables)
        .where(fact_outbox.c.correlation_key == work_order_id)
        .order_by(fact_outbox.c.fact_id)
    )
    return [(row.name, row.variables) for row in rows]


async def units_of(casebook: AsyncConnection, *numbers: str) -> list[str]:
    return [(await work_orders.get(casebook, number))["unit"] for number in numbers]


async def texts(casebook: AsyncConnection, batch_id: str) -> list[tuple[str, str]]:
    rows = await casebook.execute(
        select(messages.c.recipient, messages.c.text).where(messages.c.text.contains(batch_id)).order_by("message_id")
    )
    return [(row.recipient, row.text) for row in rows]


async def test_a_batch_moves_what_the_preview_showed_and_tells_the_engine_and_both_units(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    asked = [await request(casebook, district, now=now) for _ in range(3)]
    numbers = [await order(casebook, each, FROM, now=now) for each in asked]
    await work_orders.report(casebook, numbers[2], Report(outcome="done", person=FROM), now=now)
    shown, stays = await redispatch.preview(casebook, FROM, to_unit=TO, now=now)
    assert (numbers[:2], []) == ([move.work_order_id for move in shown], stays)
    assert [FROM, FROM, FROM] == await units_of(casebook, *numbers)

    batch = await redispatch.redispatch(casebook, FROM, to_unit=TO, district=district, now=now)
    assert batch is not None
    assert shown == batch.moves
    assert [TO, TO, FROM] == await units_of(casebook, *numbers)
    assert [("deadline_changed", {"unit": TO})] == await facts_of(casebook, numbers[0])
    assert [TO, TO, FROM] == [(await requests.get(casebook, each))["lead_unit"] for each in asked]
    told = await texts(casebook, batch.batch_id)
    assert [f"{FROM}_duty_officer", f"{TO}_duty_officer"] == [recipient for recipient, _ in told]
    assert all("2张" in text for _, text in told)
    again = await redispatch.redispatch(casebook, FROM, to_unit=TO, district=district, now=now)
    assert again is None


async def test_undoing_gives_back_what_nobody_has_reported_since(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    asked = [await request(casebook, district, now=now) for _ in range(3)]
    numbers = [await order(casebook, each, FROM, now=now) for each in asked]
    batch = await redispatch.redispatch(casebook, FROM, to_unit=TO, district=district, now=now)
    assert batch is not None
    later = now + timedelta(hours=1)
    await work_orders.report(casebook, numbers[0], Report(outcome="done", person=TO), now=later)
    undone = await redispatch.undo(casebook, batch.batch_id, district=district, now=later)
    assert (numbers[1:], numbers[:1]) == (undone.restored, undone.kept)
    assert [TO, FROM, FROM] == await units_of(casebook, *numbers)
    assert ("deadline_changed", {"unit": FROM}) == (await facts_of(casebook, numbers[1]))[-1]
    assert [TO, FROM] == [(await requests.get(casebook, each))["lead_unit"] for each in asked[:2]]
    with pytest.raises(RejectedInput, match="已经撤销过"):
        await redispatch.undo(casebook, batch.batch_id, district=district, now=later)


async def test_after_the_window_a_batch_stays(casebook: AsyncConnection, district: District, now: datetime) -> None:
    await order(casebook, await request(casebook, district, now=now), FROM, now=now)
    batch = await redispatch.redispatch(casebook, FROM, to_unit=TO, district=district, now=now)
    assert batch is not None
    late = now + timedelta(hours=district.directory.undo_hours, seconds=1)
    with pytest.raises(RejectedInput, match=r"只能在 .* 之前撤销"):
        await redispatch.undo(casebook, batch.batch_id, district=district, now=late)
    with pytest.raises(RejectedInput, match="没有编号为 GP-x"):
        await redispatch.undo(casebook, "GP-x", district=district, now=now)


async def test_a_moved_boundary_moves_the_work_of_that_place_only(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    moves = await request(casebook, district, now=now)
    remains = await request(casebook, district, now=now, community=ELSEWHERE)
    numbers = [await order(casebook, each, FROM, now=now) for each in (moves, remains)]
    moved = changed(district, "places", COMMUNITY, street="420102003")
    await decree(casebook, moved, valid_from=now + timedelta(minutes=1), now=now)
    later = now + timedelta(minutes=2)
    batch = await redispatch.redispatch(casebook, FROM, to_unit=None, district=district, now=later)
    assert batch is not None
    assert (numbers[:1], numbers[1:]) == (
        [each.work_order_id for each in batch.moves],
        [each.work_order_id for each in batch.stays],
    )
    assert ["street_003_order", FROM] == await units_of(casebook, *numbers)
    heir = await succession.successor(casebook, FROM, request_id=moves, now=later)
    other = await succession.successor(casebook, FROM, request_id=remains, now=later)
    assert ("street_003_order", FROM) == (heir.unit, other.unit)


async def test_a_centre_that_chooses_the_unit_again_is_not_overruled(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    asked = await request(casebook, district, now=now)
    await order(casebook, asked, FROM, now=now, kind="sign_in")
    await redispatch.redispatch(casebook, FROM, to_unit=TO, district=district, now=now)
    assert TO == (await succession.successor(casebook, FROM, request_id=asked, now=now)).unit
    decision = await order(casebook, asked, "street_002_centre", now=now, kind="assignment")
    later = now + timedelta(hours=1)
    answer = Report(outcome="assigned", person="street_002_centre", assigned_unit=FROM)
    await work_orders.report(casebook, decision, answer, now=later)
    assert FROM == (await succession.successor(casebook, FROM, request_id=asked, now=later)).unit


async def test_work_of_an_abolished_unit_goes_to_its_role_or_its_superior(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    asked = await request(casebook, district, now=now)
    await decree(casebook, changed(district, "units", FROM), valid_from=now, now=now)
    heir = await succession.successor(casebook, FROM, request_id=asked, now=now)
    assert ("street_002_centre", "原单位已撤销，由上级单位接续") == (heir.unit, heir.why)


async def test_a_batch_to_nowhere_is_refused(casebook: AsyncConnection, district: District, now: datetime) -> None:
    for from_unit, to_unit, reason in (
        ("nobody", TO, "没有代码为 nobody"),
        (FROM, "nobody", "没有代码为 nobody"),
        (FROM, FROM, "同一个单位"),
    ):
        with pytest.raises(RejectedInput, match=reason):
            await redispatch.preview(casebook, from_unit, to_unit=to_unit, now=now)


async def test_the_life_of_a_request_tells_that_its_work_changed_hands(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    asked = await request(casebook, district, now=now)
    await order(casebook, asked, FROM, now=now)
    batch = await redispatch.redispatch(casebook, FROM, to_unit=TO, district=district, now=now)
    assert batch is not None
    await redispatch.undo(casebook, batch.batch_id, district=district, now=now + timedelta(minutes=1))
    told = "\n".join(await life_of(casebook, asked, district=district))
    assert "向大智街道平安建设办下达 01 号工单（牵头办理）。" in told
    assert (
        f"01 号工单（牵头办理）由大智街道平安建设办整批改派大智街道城市管理办（批次 {batch.batch_id}），期限不变。"
        in told
    )
    assert f"批次 {batch.batch_id} 的改派撤销，01 号工单（牵头办理）退回大智街道平安建设办。" in told
