"""A message to a person that failed is followed by the next way, in the order that the district gave, each once."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casebook import directory, failed_messages, messages
from casebook.clock import wall_clock
from casebook.engine import AsyncConnection
from casebook.gateways import Step
from casebook.schema import messages as rows
from casebook.schema import people
from launcher.ismg import Behaviour
from launcher.ports import free_ports
from launcher.sms_journal import SmsJournal
from tests.gateways.outbox import SHORT, Outbox, until
from tests.gateways.test_cmpp import gateway, listening
from workers.sms_sender import LATER, SOON

PERSON = "district_centre_deputy_head"
BOTH: tuple[Step, ...] = ("wecom", "duty_officer")


async def failed(outbox: Outbox, connection: AsyncConnection, key: str, *, recipient: str = PERSON) -> int:
    """A message that the gateway refused for good; return its number."""
    message = messages.NewMessage(
        dedupe_key=key,
        request_id=outbox.request_id,
        work_order_id=None,
        event="red",
        recipient=recipient,
        phone="99900000001",
        text=SHORT,
        template="red",
        fields=(("unit", "样例单位"), ("deadline", "明天")),
    )
    assert await messages.queue(connection, message, now=wall_clock())
    found = await connection.execute(select(rows.c.message_id).where(rows.c.dedupe_key == key))
    number = int(found.scalar_one())
    await messages.note_refused(connection, number, now=wall_clock())
    return number


async def follow(connection: AsyncConnection, order: tuple[Step, ...]) -> None:
    for _ in range(2):  # whoever asks again finds nothing new
        await failed_messages.follow_up(connection, order=order, zone=UTC, now=wall_clock())


async def following(connection: AsyncConnection, number: int) -> list[tuple[int, str, str, object]]:
    columns = (rows.c.message_id, rows.c.channel, rows.c.recipient, rows.c.fields)
    found = await connection.execute(select(*columns).where(rows.c.follows == number))
    return [tuple(row) for row in found]


async def left_to_a_person(connection: AsyncConnection) -> list[int]:
    return [row["message_id"] for row in await failed_messages.for_a_person(connection, most=100)]


async def test_first_the_account_then_the_duty_officer_then_a_person_has_to_see_to_it(outbox: Outbox) -> None:
    fields = [["unit", "样例单位"], ["deadline", "明天"]]
    async with outbox.casebook.connect() as connection:
        await connection.execute(people.update().where(people.c.person == PERSON).values(wecom="an.account"))
        first = await failed(outbox, connection, "first")
        await follow(connection, BOTH)
        [(second, channel, recipient, filled)] = await following(connection, first)
        assert ("wecom", PERSON, fields) == (channel, recipient, filled)
        assert [] == [number for number in (first, second) if number in await left_to_a_person(connection)]
        await messages.note_refused(connection, second, now=wall_clock())
        await follow(connection, BOTH)
        [(third, channel, recipient, filled)] = await following(connection, second)
        assert ("sms", fields) == (channel, filled)
        assert recipient != PERSON
        await messages.note_refused(connection, third, now=wall_clock())
        await follow(connection, BOTH)
        assert [] == await following(connection, third)
        assert third in await left_to_a_person(connection)
        await connection.rollback()


async def test_the_second_number_goes_before_the_duty_officer(outbox: Outbox) -> None:
    order: tuple[Step, ...] = ("second_phone", "duty_officer")
    async with outbox.casebook.connect() as connection:
        await connection.execute(people.update().where(people.c.person == PERSON).values(second_phone="99900000009"))
        first = await failed(outbox, connection, "first number")
        await follow(connection, order)
        [(second, channel, recipient, _)] = await following(connection, first)
        phone = await connection.execute(select(rows.c.phone).where(rows.c.message_id == second))
        assert ("sms", PERSON, "99900000009") == (channel, recipient, phone.scalar_one())
        await messages.note_refused(connection, second, now=wall_clock())
        await follow(connection, order)
        [(_, channel, recipient, _)] = await following(connection, second)
        assert "sms" == channel
        assert recipient != PERSON
        await connection.rollback()


async def test_who_was_told_of_the_occasion_is_not_told_again(outbox: Outbox) -> None:
    async with outbox.casebook.connect() as connection:
        officer = await directory.person_on_duty(
            connection, "district_centre", duty="duty_officer", at=wall_clock(), zone=UTC
        )
        assert officer is not None
        own = await failed(outbox, connection, "the officer's own", recipient=officer["person"])
        await connection.execute(rows.update().where(rows.c.message_id == own).values(state="delivered"))
        number = await failed(outbox, connection, "the head's")
        await follow(connection, ("duty_officer",))
        assert [] == await following(connection, number)
        assert number in await left_to_a_person(connection)
        await connection.rollback()


@pytest.mark.parametrize(
    ("recipient", "order"),
    [("caller", BOTH), (PERSON, ()), (PERSON, ("wecom",))],
    ids=["a caller", "no order", "no account"],
)
async def test_where_nothing_follows_a_person_has_to_see_to_it(
    outbox: Outbox, recipient: str, order: tuple[Step, ...]
) -> None:
    async with outbox.casebook.connect() as connection:
        number = await failed(outbox, connection, "alone", recipient=recipient)
        await follow(connection, order)
        assert [] == await following(connection, number)
        assert number in await left_to_a_person(connection)
        await connection.rollback()


@pytest.mark.parametrize(
    ("hours", "state", "waits"),
    [(0, "queued", SOON), (2, "queued", LATER), (25, "failed", None)],
    ids=["a moment", "hours", "longer than a day"],
)
async def test_a_gateway_that_is_away_fails_no_text_for_a_day(
    outbox: Outbox, hours: int, state: str, waits: timedelta | None
) -> None:
    phone = await outbox.queue(SHORT)
    async with outbox.casebook.begin() as connection:
        since = wall_clock() - timedelta(hours=hours)
        await connection.execute(rows.update().where(rows.c.dedupe_key == phone).values(queued_at=since))

    async def row() -> Any:
        async with outbox.casebook.begin() as connection:
            return (await connection.execute(select(rows).where(rows.c.dedupe_key == phone))).one()

    async def answered() -> bool:
        found = await row()
        return bool(found.attempts == 1 and found.state != "sending")

    [port] = free_ports(1)
    async with outbox.sender(gateway(port)):
        await until(answered)
    found = await row()
    assert state == found.state
    assert waits is None or abs(found.send_after - found.sending_at - waits) < timedelta(seconds=5)


async def test_what_is_not_delivered_is_followed_by_the_sender_itself(outbox: Outbox, journal: SmsJournal) -> None:
    behaviour = Behaviour(receipt_delay_seconds=0.01, status="UNDELIV")
    async with listening(journal, behaviour) as (_, port), outbox.sender(gateway(port), "duty_officer"):
        phone = await outbox.queue(SHORT, recipient=PERSON)

        async def followed() -> bool:
            async with outbox.casebook.begin() as connection:
                mine = select(rows.c.message_id).where(rows.c.dedupe_key == phone)
                number = (await connection.execute(mine)).scalar_one()
                return bool(await following(connection, number))

        await until(followed)
        assert "failed" == await outbox.state(phone)
