"""People with a WeCom account get the texts there that `at_once` names: once, and only they."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from casebook import messages
from casebook.clock import wall_clock
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.gateways import WecomRules
from casebook.schema import messages as rows_of_messages
from casebook.schema import people
from launcher.sms_journal import SmsJournal
from launcher.wecom import WecomPlatform
from tests.gateways.outbox import SHORT, Outbox, taken
from tests.gateways.test_wecom import SECRET, gateway, listening
from workers.second_channel import tell_on_wecom

ACCOUNT = "yangli.deputy"
PERSON = "district_centre_deputy_head"


def with_wecom(district: District, *at_once: str) -> District:
    rules = WecomRules(url="http://127.0.0.1:1", corp_id="ww", agent_id=1, at_once=at_once)
    return district.model_copy(update={"gateways": district.gateways.model_copy(update={"wecom": rules})})


def supervised(outbox: Outbox, key: str) -> messages.NewMessage:
    return messages.NewMessage(
        dedupe_key=key,
        request_id=outbox.request_id,
        work_order_id=None,
        event="supervision",
        recipient=PERSON,
        phone="99900000001",
        text=SHORT,
        template="supervision",
    )


async def told(connection: AsyncConnection, key: str) -> list[str]:
    mine = select(rows_of_messages.c.phone).where(rows_of_messages.c.dedupe_key == f"{key}/wecom")
    return list((await connection.execute(mine)).scalars())


async def give_account(connection: AsyncConnection, account: str | None) -> None:
    await connection.execute(people.update().where(people.c.person == PERSON).values(wecom=account))


@pytest.mark.parametrize(
    ("account", "at_once", "expected"),
    [(ACCOUNT, ("supervision",), [ACCOUNT]), (None, ("supervision",), []), (ACCOUNT, ("red",), []), (ACCOUNT, (), [])],
)
async def test_who_is_told_there_too(
    outbox: Outbox, account: str | None, at_once: tuple[str, ...], expected: list[str]
) -> None:
    district = with_wecom(outbox.district, *at_once)
    async with outbox.casebook.connect() as connection:
        await give_account(connection, account)
        for _ in range(2):  # a job may run twice
            message = supervised(outbox, "occasion")
            await tell_on_wecom(connection, message, district=district, now=wall_clock())
        assert expected == await told(connection, "occasion")
        await connection.rollback()


async def test_a_district_without_wecom_tells_nobody_there(outbox: Outbox) -> None:
    async with outbox.casebook.connect() as connection:
        await give_account(connection, ACCOUNT)
        await tell_on_wecom(connection, supervised(outbox, "none"), district=outbox.district, now=wall_clock())
        assert [] == await told(connection, "none")
        await connection.rollback()


async def test_the_sender_takes_each_channel_its_own_way(outbox: Outbox, journal: SmsJournal) -> None:
    text = replace(supervised(outbox, "way"), phone="way.account", channel=messages.WECOM)
    async with listening(WecomPlatform(journal, SECRET, wall_clock)) as port:
        async with outbox.casebook.begin() as connection:
            assert await messages.queue(connection, text, now=wall_clock())
        async with outbox.sender(gateway(port)):
            await outbox.becomes("way.account", "sent")
    mine = [entry for entry in taken(journal.file).elements() if entry[0] == "way.account"]
    assert [("way.account", SHORT)] == mine
