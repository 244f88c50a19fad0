"""The way to the city without the engine: an outbox that waits for hours, a door that lets nobody else in."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select

from casebook import city, city_replies, work_orders
from casebook.schema import city_hand_overs
from launcher import city as loopback
from launcher.city_secret import shared_secret
from launcher.simulator.run import settings_of
from launcher.stack import Machine
from tests.desk.district_life import DistrictLife
from workers.city_sender import CitySender

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


@pytest_asyncio.fixture(loop_scope="session")
async def sender(machine: Machine, life: DistrictLife) -> AsyncIterator[CitySender]:
    settings = settings_of(machine)
    yield CitySender(
        url=settings.city_url,
        secret=settings.city_secret,
        casebook=life.casebook,
        clock=life.clock,
        database_url=settings.database_url.get_secret_value(),
    )
    await asyncio.to_thread(machine.stop, "city")


async def reported(life: DistrictLife) -> str:
    """A matter is to be reported to the city; return its work order's number."""
    number = await life.work_order(await life.request(), kind="city_report", form="city_report")
    for _ in range(2):  # a job may run twice
        async with life.casebook.begin() as connection:
            await city_replies.note_issued(connection, number, now=life.clock())
    return number


async def hand_over(life: DistrictLife, number: str) -> dict[str, Any]:
    mine = select(city_hand_overs).where(city_hand_overs.c.work_order_id == number)
    async with life.casebook.connect() as connection:
        return dict((await connection.execute(mine)).mappings().one())


async def due_again(life: DistrictLife, now: datetime) -> None:
    async with life.casebook.begin() as connection:
        await connection.execute(city_hand_overs.update().values(send_after=now))


async def test_a_city_that_is_down_is_tried_ever_more_seldom_and_gets_the_matter_once_it_is_back(
    life: DistrictLife, sender: CitySender, machine: Machine
) -> None:
    number = await reported(life)
    waits = []
    for _ in range(12):
        await due_again(life, life.clock())
        before = life.clock()
        await sender.send_batch()
        waits.append(((await hand_over(life, number))["send_after"] - before).total_seconds())
    assert [10, 20, 40, 80, 160] == [round(wait, -1) for wait in waits[:5]]
    assert waits[-1] == pytest.approx(city.LONGEST_WAIT.total_seconds(), abs=5)
    await asyncio.to_thread(machine.start, "city")
    await due_again(life, life.clock())
    assert 1 <= await sender.send_batch()
    assert 0 == await sender.send_batch()
    row = await hand_over(life, number)
    assert (row["answer"], row["attempts"], row["delivered_at"] is not None) == ("accepted", 12, True)
    async with life.casebook.connect() as connection:
        order = await work_orders.get(connection, number)
    assert (order["outcome"], order["assigned_unit"], order["person"]) == ("accepted", "city_platform", "city_platform")


async def test_a_matter_sent_twice_is_one_matter_for_the_city(
    life: DistrictLife, sender: CitySender, machine: Machine
) -> None:
    await asyncio.to_thread(machine.start, "city")
    number = await reported(life)
    await sender.send_batch()
    first = (await hand_over(life, number))["city_number"]
    async with life.casebook.begin() as connection:
        lost = city_hand_overs.c.work_order_id == number
        await connection.execute(city_hand_overs.update().where(lost).values(delivered_at=None))
    await due_again(life, life.clock())
    await sender.send_batch()
    arrived = [json.loads(line) for line in (machine.settings.state / "city.jsonl").read_text("utf-8").splitlines()]
    assert 2 == len([matter for matter in arrived if matter["key"] == number])
    assert first == (await hand_over(life, number))["city_number"]


async def test_a_sender_with_another_secret_is_not_believed(
    life: DistrictLife, sender: CitySender, machine: Machine
) -> None:
    await asyncio.to_thread(machine.start, "city")
    number = await reported(life)
    await due_again(life, life.clock())
    stranger = CitySender(**vars(sender) | {"secret": SecretStr("guessed")})
    await stranger.send_batch()
    row = await hand_over(life, number)
    assert (row["delivered_at"], row["attempts"]) == (None, 1)
    unsigned = CitySender(**vars(sender) | {"secret": SecretStr("")})
    await due_again(life, life.clock())
    assert 0 == await unsigned.send_batch()


async def test_the_door_takes_a_reply_once_and_only_from_the_city(life: DistrictLife, machine: Machine) -> None:
    number = await reported(life)
    door, secret, now = f"{life.url}/api/city/replies", shared_secret(machine.settings.state), life.clock()

    def says(kind: str, *, by: str = secret, at: datetime = now) -> int:
        body = json.dumps({"key": number, "kind": kind, "reason": "属区级事项"}).encode()
        return loopback.reply(door, body, secret=by, now=at).status_code

    assert [401, 401, 401] == [
        says("refused", by="guessed"),
        says("refused", by=""),
        says("done", at=now - timedelta(hours=1)),
    ]
    assert None is (await hand_over(life, number))["answer"]
    assert [422, 200, 200] == [says("perhaps"), says("refused"), says("accepted")]
    async with life.casebook.connect() as connection:
        order = await work_orders.get(connection, number)
    assert ("refused", "属区级事项") == (order["outcome"], order["note"])
