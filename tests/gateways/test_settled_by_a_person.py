"""What a gateway left uncertain, or failed for good, a person settles: once, for good, and in the audit trail."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casebook import failed_messages, messages
from casebook.clock import wall_clock
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import audit_trail, people
from casebook.schema import messages as rows
from tests.gateways.outbox import Outbox
from tests.gateways.test_failed_messages import BOTH, PERSON, failed, follow, following, left_to_a_person


async def uncertain(outbox: Outbox, connection: AsyncConnection, key: str) -> int:
    """A message of which nobody knows; return its number."""
    number = await failed(outbox, connection, key)
    await connection.execute(rows.update().where(rows.c.message_id == number).values(state="uncertain"))
    return number


async def audited(connection: AsyncConnection, number: int) -> list[tuple[str, str, str]]:
    found = await connection.execute(
        select(audit_trail.c.action, audit_trail.c.actor, audit_trail.c.details["before"].as_string())
        .where(audit_trail.c.details["message_id"].as_integer() == number)
        .order_by(audit_trail.c.at)
    )
    return [tuple(row) for row in found]


async def state_of(connection: AsyncConnection, number: int) -> str:
    return str((await connection.execute(select(rows.c.state).where(rows.c.message_id == number))).scalar_one())


async def test_who_says_that_an_uncertain_message_arrived_settles_it_for_good(outbox: Outbox) -> None:
    async with outbox.casebook.connect() as connection:
        number = await uncertain(outbox, connection, "arrived")
        assert number in await left_to_a_person(connection)
        await failed_messages.confirm(connection, number, person="centre", now=wall_clock())
        assert number not in await left_to_a_person(connection)
        receipt = messages.Receipt(smsc_id="says otherwise", status="UNDELIV", message_id=number)
        await messages.note_receipt(connection, receipt, now=wall_clock())
        assert "delivered" == await state_of(connection, number)
        assert [("message_confirmed", "centre", "uncertain")] == await audited(connection, number)
        for deed in (failed_messages.confirm, failed_messages.send_again):
            with pytest.raises(RejectedInput, match="已经有了结果"):
                await deed(connection, number, person="another", now=wall_clock())
        await connection.rollback()


async def test_who_was_told_otherwise_is_no_longer_listed_but_the_message_stays_failed(outbox: Outbox) -> None:
    async with outbox.casebook.connect() as connection:
        number = await failed(outbox, connection, "told by telephone")
        await follow(connection, ())
        await failed_messages.confirm(connection, number, person="centre", now=wall_clock())
        assert number not in await left_to_a_person(connection)
        assert "failed" == await state_of(connection, number)
        await connection.rollback()


@pytest.mark.parametrize("was", ["uncertain", "failed"])
async def test_sent_again_by_a_persons_deed_is_an_occasion_of_its_own(outbox: Outbox, was: str) -> None:
    async with outbox.casebook.connect() as connection:
        if was == "uncertain":
            number = await uncertain(outbox, connection, was)
        else:
            number = await failed(outbox, connection, was)
            await follow(connection, ())
        await connection.execute(people.update().where(people.c.person == PERSON).values(phone="99900000007"))
        await failed_messages.send_again(connection, number, person="centre", now=wall_clock())
        await follow(connection, BOTH)
        [(again, channel, recipient, _)] = await following(connection, number)
        mine = await connection.execute(select(rows.c.phone, rows.c.state).where(rows.c.message_id == again))
        assert ("sms", PERSON, "99900000007", "queued") == (channel, recipient, *mine.one())
        assert "failed" == await state_of(connection, number)
        assert [("message_sent_again", "centre", was)] == await audited(connection, number)
        assert [] == [one for one in (number, again) if one in await left_to_a_person(connection)]
        with pytest.raises(RejectedInput, match="已经有了结果"):
            await failed_messages.send_again(connection, number, person="another", now=wall_clock())
        await connection.rollback()


async def test_a_receipt_that_comes_before_the_person_settles_it_first(outbox: Outbox) -> None:
    async with outbox.casebook.connect() as connection:
        number = await uncertain(outbox, connection, "late receipt")
        receipt = messages.Receipt(smsc_id="late", status="DELIVRD", message_id=number)
        await messages.note_receipt(connection, receipt, now=wall_clock() + timedelta(days=6))
        assert number not in await left_to_a_person(connection)
        with pytest.raises(RejectedInput, match="刚收到回执"):
            await failed_messages.send_again(connection, number, person="centre", now=wall_clock())
        assert [] == await following(connection, number)
        await connection.rollback()
