"""The SMS outbox: once for each occasion, and every receipt counts, whenever it comes."""

import asyncio
import secrets

from sqlalchemy import select

from casebook import messages
from casebook.schema import messages as outbox
from tests.process.town import Town

NEIGHBOURS = "070101"


def notice(request_id: str, phone: str) -> messages.NewMessage:
    """Return a message of an occasion of its own."""
    return messages.NewMessage(
        dedupe_key=secrets.token_hex(8),
        request_id=request_id,
        work_order_id=None,
        event="yellow",
        recipient="nobody",
        phone=phone,
        text="样例",
    )


async def queued(town: Town, request_id: str, count: int) -> list[int]:
    """Put `count` messages into the outbox in the sender's hands (so that the real one leaves them)."""
    numbers = []
    async with town.casebook.begin() as connection:
        for _ in range(count):
            message = notice(request_id, "99900000000")
            values = vars(message) | {"queued_at": town.clock(), "send_after": town.clock(), "state": "sending"}
            added = await connection.execute(outbox.insert().values(values).returning(outbox.c.message_id))
            numbers.append(added.scalar_one())
    return numbers


async def states(town: Town, numbers: list[int]) -> set[str]:
    async with town.casebook.begin() as connection:
        rows = await connection.execute(select(outbox.c.state).where(outbox.c.message_id.in_(numbers)))
        return set(rows.scalars())


async def note_sent(town: Town, number: int, smsc_id: str) -> None:
    async with town.casebook.begin() as connection:
        await messages.note_sent(connection, number, smsc_id=smsc_id, now=town.clock())


async def note_receipt(town: Town, receipt: messages.Receipt) -> None:
    async with town.casebook.begin() as connection:
        await messages.note_receipt(connection, receipt, now=town.clock())


async def test_a_receipt_in_the_same_moment_as_its_response_is_not_lost(town: Town) -> None:
    numbers = await queued(town, await town.receive(NEIGHBOURS), 60)
    work = []
    for number in numbers:
        smsc_id = secrets.token_hex(6)
        work.append(note_sent(town, number, smsc_id))
        work.append(note_receipt(town, messages.Receipt(smsc_id=smsc_id, status="DELIVRD", message_id=number)))
    await asyncio.gather(*work)
    assert {"delivered"} == await states(town, numbers)


async def test_a_receipt_that_overtakes_its_response_is_kept_for_it(town: Town) -> None:
    [number] = await queued(town, await town.receive(NEIGHBOURS), 1)
    await note_receipt(town, messages.Receipt(smsc_id="early", status="DELIVRD"))
    await note_sent(town, number, "early")
    assert {"delivered"} == await states(town, [number])


async def test_a_receipt_of_any_part_of_a_long_text_settles_it(town: Town) -> None:
    [number] = await queued(town, await town.receive(NEIGHBOURS), 1)
    await note_sent(town, number, "part-2")
    await note_receipt(town, messages.Receipt(smsc_id="part-1", status="UNDELIV", message_id=number))
    assert {"failed"} == await states(town, [number])


async def test_what_a_dead_sender_left_is_uncertain_until_a_receipt_comes(town: Town) -> None:
    [number] = await queued(town, await town.receive(NEIGHBOURS), 1)
    async with town.casebook.begin() as connection:
        assert 1 <= await messages.note_abandoned(connection)
    assert {"uncertain"} == await states(town, [number])
    await note_receipt(town, messages.Receipt(smsc_id="late", status="DELIVRD", message_id=number))
    assert {"delivered"} == await states(town, [number])


async def test_the_same_occasion_is_queued_once(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    message = messages.NewMessage(
        dedupe_key=f"test/{request_id}",
        request_id=request_id,
        work_order_id=None,
        event="yellow",
        recipient="nobody",
        phone="99900000001",
        text=f"样例{request_id}",
    )
    async with town.casebook.begin() as connection:
        added = [await messages.queue(connection, message, now=town.clock()) for _ in range(3)]
    assert [True, False, False] == added
    await town.forward.settle()
    assert 1 == len(town.arrived(f"样例{request_id}"))
