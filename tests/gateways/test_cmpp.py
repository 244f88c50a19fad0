"""CMPP over real sockets and the real outbox: once, in all its parts, whatever the gateway does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Literal

import pytest
from pydantic import SecretStr

from casebook.clock import wall_clock
from casebook.gateways import CmppRules
from launcher.ismg import Behaviour, Ismg
from launcher.machine import LOOPBACK
from launcher.ports import any_free_port
from launcher.sms_journal import SmsJournal
from tests.gateways.outbox import LONG, SHORT, Outbox, taken, until
from workers.cmpp import CmppGateway
from workers.cmpp_session import Patience
from workers.cmpp_units import Report
from workers.sms_gateway import Refused, SmsGateway, SmsText, Taken

SECRET = "loopback"
ACCOUNT = "901782"
HASTY = Patience(connect=3.0, answer=2.0, idle=0.5, back_off_first=0.05, back_off_most=0.2)
Version = Literal["2.0", "3.0"]


def gateway(port: int, *, version: Version = "2.0", secret: str = SECRET) -> CmppGateway:
    rules = CmppRules(
        address=f"{LOOPBACK}:{port}",
        version=version,
        account=ACCOUNT,
        service_id="MHWY",
        source="10690012345",
        window=16,
    )
    return CmppGateway(rules=rules, secret=SecretStr(secret), clock=wall_clock, patience=HASTY)


@asynccontextmanager
async def listening(journal: SmsJournal, behaviour: Behaviour, *, port: int = 0) -> AsyncIterator[tuple[Ismg, int]]:
    """A gateway on loopback; it goes away with all its connections."""
    ismg = Ismg(journal, account=(ACCOUNT, SECRET), clock=wall_clock, behaviour=behaviour)
    server = await ismg.listen(port)
    try:
        yield ismg, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for caller in list(ismg.callers):
            caller.hang_up()
        await server.wait_closed()


@pytest.mark.parametrize("version", ["2.0", "3.0"])
@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("report_first", [False, True], ids=["report after", "report before"])
async def test_a_text_arrives_once_and_is_delivered(
    outbox: Outbox, journal: SmsJournal, version: Version, text: str, *, report_first: bool
) -> None:
    behaviour = Behaviour(receipt_delay_seconds=0.01, report_first=report_first)
    async with listening(journal, behaviour) as (_, port), outbox.sender(gateway(port, version=version)):
        phone = await outbox.queue(text)
        await outbox.becomes(phone, "delivered")
    assert {(phone, text): 1} == taken(journal.file)


async def test_a_text_of_which_one_part_never_arrives_is_not_delivered(outbox: Outbox, journal: SmsJournal) -> None:
    async with listening(journal, Behaviour(receipt_delay_seconds=3600)) as (ismg, port), outbox.sender(gateway(port)):
        phone = await outbox.queue(LONG)
        await outbox.becomes(phone, "sent")
        first, *others = ismg.owed
        report_each(ismg, others)
        await until(lambda: _only(ismg, {first}))
        assert "sent" == await outbox.state(phone)
        report_each(ismg, [first])
        await outbox.becomes(phone, "delivered")


def report_each(ismg: Ismg, parts: list[int]) -> None:
    """Report parts to whoever is logged in, which may be a session that was just taken up again."""
    for caller in ismg.callers:
        for part in parts:
            caller.report(part)


async def _only(ismg: Ismg, left: set[int]) -> bool:
    return set(ismg.owed) == left


async def test_reports_reach_a_message_that_another_process_sent(outbox: Outbox, journal: SmsJournal) -> None:
    async with listening(journal, Behaviour(receipt_delay_seconds=3600)) as (_, port):
        async with outbox.sender(gateway(port)):
            phones = [await outbox.queue(SHORT), await outbox.queue(LONG)]
            for phone in phones:
                await outbox.becomes(phone, "sent")
        async with outbox.sender(gateway(port)):  # what nobody acknowledged is reported at the log-in
            for phone in phones:
                await outbox.becomes(phone, "delivered")


async def test_what_was_undelivered_is_failed(outbox: Outbox, journal: SmsJournal) -> None:
    behaviour = Behaviour(receipt_delay_seconds=0.01, status="UNDELIV")
    async with listening(journal, behaviour) as (_, port), outbox.sender(gateway(port)):
        phone = await outbox.queue(SHORT)
        await outbox.becomes(phone, "failed")


@pytest.mark.parametrize(("result", "state"), [(8, "queued"), (13, "failed"), (3, "uncertain"), (99, "uncertain")])
async def test_each_refusal_has_its_consequence(outbox: Outbox, journal: SmsJournal, result: int, state: str) -> None:
    async with (
        listening(journal, Behaviour(reject_every=1, result=result)) as (ismg, port),
        outbox.sender(gateway(port)),
    ):
        phone = await outbox.queue(SHORT)
        await until(lambda: _asked(ismg))
        await outbox.becomes(phone, state)
    assert {} == taken(journal.file)


async def _asked(ismg: Ismg) -> bool:
    return ismg.asked > 0


async def test_a_gateway_that_dies_with_a_text_leaves_it_uncertain_until_its_report_comes(
    outbox: Outbox, journal: SmsJournal
) -> None:
    async with listening(journal, Behaviour(drop_every=1)) as (_, port), outbox.sender(gateway(port)):
        phone = await outbox.queue(SHORT)
        await outbox.becomes(phone, "uncertain")
    assert {(phone, SHORT): 1} == taken(journal.file)


async def test_an_answer_that_comes_too_late_still_finds_its_message(outbox: Outbox, journal: SmsJournal) -> None:
    behaviour = Behaviour(receipt_delay_seconds=0.01, answer_delay_seconds=HASTY.answer + 0.5)
    async with listening(journal, behaviour) as (_, port), outbox.sender(gateway(port)):
        phone = await outbox.queue(SHORT)
        await outbox.becomes(phone, "uncertain")
        await outbox.becomes(phone, "delivered")
    assert {(phone, SHORT): 1} == taken(journal.file)


async def test_some_parts_refused_is_uncertain_for_good(outbox: Outbox, journal: SmsJournal) -> None:
    behaviour = Behaviour(receipt_delay_seconds=0.01, reject_every=2, result=13)
    async with listening(journal, behaviour) as (ismg, port), outbox.sender(gateway(port)):
        phone = await outbox.queue(LONG)
        await outbox.becomes(phone, "uncertain")
        await until(lambda: _only(ismg, set()))  # every part that was taken is reported
        assert "uncertain" == await outbox.state(phone)


async def test_the_session_comes_back_and_the_queue_goes_on(outbox: Outbox, journal: SmsJournal) -> None:
    port = any_free_port(LOOPBACK)
    way = gateway(port)
    async with outbox.sender(way):
        for _ in range(3):
            async with listening(journal, Behaviour(receipt_delay_seconds=0.01), port=port):
                phone = await outbox.queue(SHORT)
                await outbox.becomes(phone, "delivered")
    assert {1} == set(taken(journal.file).values())


async def test_nobody_listens_so_nothing_was_taken(unused_port: int) -> None:
    answer = await gateway(unused_port).send(SmsText(phone="99900000001", text=SHORT, reference="1/1"))
    assert Refused("not_connected", for_now=True) == answer


@pytest.fixture
def unused_port() -> int:
    return any_free_port(LOOPBACK)


async def test_a_wrong_secret_never_sends(journal: SmsJournal) -> None:
    async with listening(journal, Behaviour()) as (ismg, port):
        way = gateway(port, secret="wrong")
        async with running(way):
            answer = await way.send(SmsText(phone="99900000001", text=SHORT, reference="1/1"))
        assert set() == ismg.callers
    assert Refused("not_connected", for_now=True) == answer


@pytest.mark.parametrize(
    ("proof", "answer"), [("as sent", Taken), ("four bytes", Taken), ("none", Taken), ("forged", Refused)]
)
async def test_a_gateway_that_does_not_know_our_secret_gets_nothing(
    journal: SmsJournal, proof: Literal["as sent", "four bytes", "none", "forged"], answer: type[object]
) -> None:
    async with listening(journal, Behaviour(proof=proof)) as (_, port):
        way = gateway(port)
        async with running(way):
            assert answer is type(await way.send(SmsText(phone="99900000001", text=SHORT, reference="1/1")))


async def _forget(_: object) -> None:
    return None


@asynccontextmanager
async def running(way: SmsGateway) -> AsyncIterator[None]:
    """Keep a session up without anybody who wants receipts."""
    task = asyncio.create_task(way.run(_forget))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_many_long_texts_at_once_share_the_window(journal: SmsJournal) -> None:
    async with listening(journal, Behaviour()) as (_, port):
        way = gateway(port)
        texts = [SmsText(phone=str(99_940_000_000 + n), text=LONG, reference=f"{n}/1") for n in range(60)]
        async with running(way):
            answers = await asyncio.gather(*(way.send(text) for text in texts))
    assert {Taken} == {type(answer) for answer in answers}
    assert {(text.phone, LONG): 1 for text in texts} == taken(journal.file)


async def test_reports_that_repeat_or_are_of_nobody_change_nothing(outbox: Outbox, journal: SmsJournal) -> None:
    async with listening(journal, Behaviour(receipt_delay_seconds=3600)) as (ismg, port), outbox.sender(gateway(port)):
        phone = await outbox.queue(SHORT)
        await outbox.becomes(phone, "sent")
        [part] = ismg.owed
        ismg.owed[1] = replace(ismg.owed[part], msg_id=1, status="UNDELIV")  # nobody knows this one
        ismg.owed[2] = replace(ismg.owed[part])  # the same in a unit of its own
        report_each(ismg, [1, part, 2])
        await until(lambda: _only(ismg, set()))
        assert "delivered" == await outbox.state(phone)
        ismg.owed[part] = _undelivered(part)
        report_each(ismg, [part])
        await until(lambda: _only(ismg, set()))
        assert "delivered" == await outbox.state(phone)


def _undelivered(part: int) -> Report:
    """Return what contradicts a delivery of before."""
    return Report(msg_id=part, status="UNDELIV", submitted="", done="", destination="99900000001", sequence=0)
