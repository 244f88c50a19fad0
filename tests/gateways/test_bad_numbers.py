"""Numbers that are no numbers and texts that cannot be sent fail alone: what is beside them arrives."""

import pytest
from sqlalchemy import select

from casebook.schema import messages as rows
from launcher.ismg import Behaviour
from launcher.sms_journal import SmsJournal
from tests.gateways.outbox import LONG, SHORT, Outbox, taken
from tests.gateways.smpp_wire import Call, Centre, receipt
from tests.gateways.test_cmpp import gateway, listening, running
from workers.sms_gateway import Answer, ReceiptHandler, Refused, SmsText

NO_NUMBERS = ("", "无", "82345678", "02782345678", "1380000000", "138000000012", "1380000000a", "a.b@c", "1" * 500)
TOO_LONG = LONG * 200
UNSENDABLE = ("", TOO_LONG)


async def queue_with(outbox: Outbox, number: str, *, text: str = SHORT) -> str:
    """Queue a text for a number as somebody wrote it; return its key."""
    key = await outbox.queue(text)
    async with outbox.casebook.begin() as connection:
        await connection.execute(rows.update().where(rows.c.dedupe_key == key).values(phone=number))
    return key


async def state(outbox: Outbox, key: str) -> str:
    async with outbox.casebook.begin() as connection:
        return str((await connection.execute(select(rows.c.state).where(rows.c.dedupe_key == key))).scalar_one())


async def test_over_cmpp_bad_numbers_and_texts_fail_alone(outbox: Outbox, journal: SmsJournal) -> None:
    bad = [await queue_with(outbox, number) for number in NO_NUMBERS]
    bad += [await outbox.queue(text) for text in UNSENDABLE]
    async with listening(journal, Behaviour(receipt_delay_seconds=0.01)) as (_, port):
        written = await queue_with(outbox, "+86 139-9999-0001")
        async with outbox.sender(gateway(port)):
            good = await outbox.queue(SHORT)
            await outbox.becomes(good, "delivered")
    assert {"failed"} == {await state(outbox, key) for key in bad}
    assert "delivered" == await state(outbox, written)
    assert {(good, SHORT): 1, ("13999990001", SHORT): 1} == taken(journal.file)


async def test_over_smpp_bad_numbers_and_texts_fail_alone(outbox: Outbox) -> None:
    def deliver(call: Call, sequence: int) -> None:
        call.take(sequence, f"{call.name}/{sequence}")
        call.say(receipt(f"{call.name}/{sequence}"))

    bad = [await queue_with(outbox, number) for number in NO_NUMBERS]
    bad += [await outbox.queue(text) for text in UNSENDABLE]
    async with Centre(deliver).listening() as centre, outbox.sender(centre.gateway()):
        good = await outbox.queue(SHORT)
        await outbox.becomes(good, "delivered")
    assert {"failed"} == {await state(outbox, key) for key in bad}
    assert 1 == centre.submits


@pytest.mark.parametrize("number", ["8" * 21, "138００００0001", "市"])
async def test_the_smpp_way_itself_refuses_what_fits_no_unit(number: str) -> None:
    async with Centre(lambda *_: None).listening() as centre:
        way = centre.gateway()
        async with running(way):
            answer = await way.send(SmsText(phone=number, text=SHORT, reference="1/1"))
    assert Refused("not_sendable", for_now=False) == answer


class Broken:
    """A gateway that breaks at each text."""

    async def run(self, on_receipt: ReceiptHandler) -> None:
        del on_receipt

    async def send(self, sms: SmsText) -> Answer:
        raise RuntimeError(sms.reference)


async def test_a_gateway_that_breaks_leaves_each_text_uncertain_and_the_sender_alive(outbox: Outbox) -> None:
    phones = [await outbox.queue(SHORT) for _ in range(2)]
    async with outbox.sender(Broken()):
        for phone in phones:
            await outbox.becomes(phone, "uncertain")
        later = await outbox.queue(SHORT)
        await outbox.becomes(later, "uncertain")
