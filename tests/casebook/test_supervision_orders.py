"""One press supervises many requests, each once; what can have no order is named and stops no other."""

import itertools
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casebook import redispatch, requests, supervision_orders, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import fact_outbox
from casebook.schema import supervision_orders as orders
from casebook.work_orders import NewWorkOrder, Report
from tests.casebook.rows import request

CENTRE, UNIT, OTHER = "district_centre", "street_002_order", "street_002_urban"
NOTE = "群众多次反映，请加快办理。"
INSTANCES = itertools.count(3 * 10**9)


async def replying(casebook: AsyncConnection, supervision_id: str, *, now: datetime) -> str:
    """The order reaches a unit, which is asked for its reply; return the work order's number."""
    key = next(INSTANCES)
    await supervision_orders.issue(casebook, supervision_id, unit=UNIT, process_instance_key=key, now=now)
    wanted = NewWorkOrder(
        request_id=supervision_id.rpartition("-")[0],
        process_instance_key=next(INSTANCES),
        kind=supervision_orders.KIND,
        unit=UNIT,
        level="B",
        form="supervision_reply",
        round=1,
        about=supervision_id,
    )
    return await work_orders.issue(casebook, wanted, now=now)


async def state(casebook: AsyncConnection, supervision_id: str) -> tuple[str | None, str | None]:
    rows = await casebook.execute(
        select(orders.c.unit, orders.c.ending).where(orders.c.supervision_id == supervision_id)
    )
    unit, ending = rows.one()
    return unit, ending


async def told(casebook: AsyncConnection, supervision_id: str) -> list[str]:
    mine = fact_outbox.c.correlation_key == supervision_id
    rows = await casebook.execute(select(fact_outbox.c.name).where(mine).order_by(fact_outbox.c.fact_id))
    return list(rows.scalars())


async def test_one_press_on_many_requests_names_those_that_can_have_none(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    first, second, ended = [await request(casebook, district, now=now) for _ in range(3)]
    await requests.note_facts(casebook, ended, closed_at=now)
    pressed = await supervision_orders.order_many(
        casebook, [second, ended, first, second], person=CENTRE, note=f" {NOTE}\n", now=now
    )
    assert {f"{first}-DB01", f"{second}-DB01"} == set(pressed.ordered)
    assert [ended] == list(pressed.refused)
    assert "已结束" in pressed.refused[ended]
    assert ["supervision_ordered"] == await told(casebook, f"{first}-DB01")


@pytest.mark.parametrize(
    ("note", "sentence"), [("", "没有填写督办意见"), (" \n", "没有填写督办意见"), ("急" * 501, "最多 500 字")]
)
async def test_an_order_needs_words_and_not_too_many(
    casebook: AsyncConnection, district: District, now: datetime, note: str, sentence: str
) -> None:
    number = await request(casebook, district, now=now)
    with pytest.raises(RejectedInput, match=sentence):
        await supervision_orders.order_many(casebook, [number], person=CENTRE, note=note, now=now)


async def test_a_press_on_nothing_or_on_what_has_ended_says_so(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    with pytest.raises(RejectedInput, match="没有选择诉求"):
        await supervision_orders.order_many(casebook, [], person=CENTRE, note=NOTE, now=now)
    ended = await request(casebook, district, now=now)
    await requests.ask_withdrawal(casebook, ended, now=now)
    with pytest.raises(RejectedInput, match="已撤回"):
        await supervision_orders.order_many(casebook, [ended], person=CENTRE, note=NOTE, now=now)


async def test_a_second_order_waits_for_the_first_ones_reply(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await request(casebook, district, now=now)
    first = await supervision_orders.order(casebook, number, person=CENTRE, note=NOTE, now=now)
    with pytest.raises(RejectedInput, match=first):
        await supervision_orders.order(casebook, number, person=CENTRE, note=NOTE, now=now)
    reply = await replying(casebook, first, now=now)
    await work_orders.report(casebook, reply, Report(outcome="on_track", person=UNIT, note="明日办结。"), now=now)
    assert (UNIT, "on_track") == await state(casebook, first)
    second = await supervision_orders.order(casebook, number, person=CENTRE, note=NOTE, now=now)
    assert f"{number}-DB02" == second


async def test_the_first_addressee_and_process_stay(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await request(casebook, district, now=now)
    order = await supervision_orders.order(casebook, number, person=CENTRE, note=NOTE, now=now)
    first = await supervision_orders.issue(casebook, order, unit=UNIT, process_instance_key=1, now=now)
    again = await supervision_orders.issue(casebook, order, unit=OTHER, process_instance_key=2, now=now)
    assert first == again
    with pytest.raises(RejectedInput, match="没有编号"):
        await supervision_orders.issue(casebook, "X-DB01", unit=UNIT, process_instance_key=3, now=now)


async def test_the_end_of_the_request_takes_the_order_and_its_work_order_back_once(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await request(casebook, district, now=now)
    order = await supervision_orders.order(casebook, number, person=CENTRE, note=NOTE, now=now)
    reply = await replying(casebook, order, now=now)
    for _ in range(2):
        await supervision_orders.end_with_request(casebook, number, ending="request_closed", now=now)
    assert (UNIT, "request_closed") == await state(casebook, order)
    assert "recalled" == (await work_orders.get(casebook, reply))["outcome"]
    assert ["supervision_ordered", "supervision_recalled"] == await told(casebook, order)


async def test_an_order_goes_with_its_work_order_to_another_unit(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number = await request(casebook, district, now=now)
    order = await supervision_orders.order(casebook, number, person=CENTRE, note=NOTE, now=now)
    await replying(casebook, order, now=now)
    await redispatch.redispatch(casebook, UNIT, to_unit=OTHER, district=district, now=now)
    assert (OTHER, None) == await state(casebook, order)


async def test_orders_are_counted_by_how_they_ended(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    before = await supervision_orders.counts(casebook)
    numbers = [await request(casebook, district, now=now) for _ in range(3)]
    pressed = await supervision_orders.order_many(casebook, numbers, person=CENTRE, note=NOTE, now=now)
    reply = await replying(casebook, pressed.ordered[0], now=now)
    await work_orders.report(casebook, reply, Report(outcome="obstacle", person=UNIT, note="请协调。"), now=now)
    await supervision_orders.end_with_request(casebook, numbers[1], ending="withdrawn", now=now)
    after = await supervision_orders.counts(casebook)
    changed = {name: after[name] - before[name] for name in after}
    assert {"ordered": 3, "waiting": 1, "recalled": 1, "obstacle": 1} == {
        name: count for name, count in changed.items() if count and name not in {"in_time", "late"}
    }
    [trouble] = [row for row in await supervision_orders.obstacles(casebook) if row["request_id"] in numbers]
    assert (pressed.ordered[0], "请协调。", 1) == (
        trouble["supervision_id"],
        trouble["reply"],
        bool(trouble["unit_name"]),
    )
    await supervision_orders.order(casebook, trouble["request_id"], person=CENTRE, note=NOTE, now=now + timedelta(1))
    assert not [row for row in await supervision_orders.obstacles(casebook) if row["request_id"] in numbers]
    waiting = await supervision_orders.waiting(casebook)
    assert pressed.ordered[2] in {row["supervision_id"] for row in waiting}
