"""SMPP over real sockets and the real outbox: once, in all its parts, whatever the SMSC does and in whatever order."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.clock import wall_clock
from launcher.machine import LOOPBACK
from launcher.ports import any_free_port
from launcher.smsc import Behaviour, ShortMessageCentre
from tests.gateways.outbox import LONG, SHORT, Outbox, taken, until
from tests.gateways.smpp_wire import ANSWER, NACK, SUBMIT, Call, Centre, deliver, pdu, receipt
from workers.smpp import SmppGateway

BURST = 16  # what the sender takes at once
VENDORS_OWN = 0x0000_0412
Reaction = Callable[[Call, int], None]


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("delay_seconds", [0.0, 0.3])
async def test_a_text_arrives_once_and_is_delivered(
    outbox: Outbox, tmp_path: Path, text: str, delay_seconds: float
) -> None:
    journal, port = tmp_path / "smsc.jsonl", any_free_port(LOOPBACK)
    centre = ShortMessageCentre(journal, clock=wall_clock, behaviour=Behaviour(receipt_delay_seconds=delay_seconds))
    serving = asyncio.create_task(centre.serve(port))
    way = SmppGateway(address=f"{LOOPBACK}:{port}", credentials=("minhu", "loopback"), source="10690012345")
    try:
        async with outbox.sender(way):
            phone = await outbox.queue(text)
            await outbox.becomes(phone, "delivered")
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    assert {(phone, text): 1} == taken(journal)


def named(call: Call, sequence: int) -> str:
    """Return an id that no other text of the casebook has."""
    return f"{call.name}-{sequence}"


def early(call: Call, sequence: int) -> None:
    call.say(receipt(named(call, sequence)))
    call.take(sequence, named(call, sequence))


def often(call: Call, sequence: int) -> None:
    call.take(sequence, named(call, sequence))
    call.say(*(receipt(named(call, sequence), status=status) for status in ("ENROUTE", "DELIVRD", "DELIVRD")))


def with_strangers(call: Call, sequence: int) -> None:
    call.say(receipt("nobody-knows-this"), deliver("市民回复".encode("utf-16-be"), esm_class=0, coding=8))
    often(call, sequence)


def oddly_written(call: Call, sequence: int) -> None:
    """Codes that are no numbers, dates with seconds, the text in its own alphabet, and bytes behind the id."""
    called = named(call, sequence)
    call.take(sequence, called, beside=b"\x04\x28\0\1\x63")
    text = f"id:{called} sub:001 dlvrd:001 submit date:261123120000 done date:261123120100 stat:DELIVRD err:MK:0 text:"
    call.say(deliver(text.encode() + "市".encode("gb18030")))


@pytest.mark.parametrize("reaction", [early, often, with_strangers, oddly_written])
@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
async def test_receipts_count_in_whatever_order_number_and_form(outbox: Outbox, reaction: Reaction, text: str) -> None:
    async with Centre(reaction).listening() as centre, outbox.sender(centre.gateway()):
        phone = await outbox.queue(text)
        await outbox.becomes(phone, "delivered")
    assert (1, 1 if text == SHORT else 3) == (len(centre.calls), centre.submits)


async def test_a_long_text_is_delivered_when_its_last_part_is(outbox: Outbox) -> None:
    def take(call: Call, sequence: int) -> None:
        call.take(sequence, named(call, sequence))

    async with Centre(take).listening() as centre, outbox.sender(centre.gateway()):
        phone = await outbox.queue(LONG)
        await outbox.becomes(phone, "sent")
        [call] = centre.calls
        first, *others = call.submits
        call.say(*(receipt(named(call, part), sequence=part) for part in others))

        async def both_kept() -> bool:
            return sorted(others) == sorted(call.kept)

        await until(both_kept)
        assert "sent" == await outbox.state(phone)
        call.say(receipt(named(call, first)))
        await outbox.becomes(phone, "delivered")


async def test_receipts_reach_a_message_that_another_process_sent(outbox: Outbox) -> None:
    def take(call: Call, sequence: int) -> None:
        call.take(sequence, named(call, sequence))

    async with Centre(take).listening() as centre:
        async with outbox.sender(centre.gateway()):
            phone = await outbox.queue(LONG)
            await outbox.becomes(phone, "sent")
        sent = [receipt(named(centre.calls[0], part)) for part in centre.calls[0].submits]
        async with outbox.sender(centre.gateway()):

            async def called_again() -> bool:
                return len(centre.calls) > 1

            await until(called_again)
            # what the carrier says while the session is being bound is heard as well
            centre.calls[1].say(*sent)
            await outbox.becomes(phone, "delivered")
    assert 3 == centre.submits


async def test_an_id_that_was_given_before_stays_with_its_message(outbox: Outbox) -> None:
    async with (
        Centre(lambda call, sequence: call.take(sequence, "00000001")).listening() as centre,
        outbox.sender(centre.gateway()),
    ):
        first = await outbox.queue(SHORT)
        await outbox.becomes(first, "sent")
        second = await outbox.queue(SHORT)
        await outbox.becomes(second, "sent")
        centre.calls[0].say(receipt("00000001"))
        await outbox.becomes(first, "delivered")
        assert "sent" == await outbox.state(second)


def refuse(status: int) -> Reaction:
    return lambda call, sequence: call.say(pdu(SUBMIT | ANSWER, status=status, sequence=sequence))


@pytest.mark.parametrize(
    ("reaction", "state"),
    [
        (refuse(0x0B), "failed"),  # ESME_RINVDSTADR
        (refuse(0x58), "queued"),  # ESME_RTHROTTLED
        (refuse(0x14), "queued"),  # ESME_RMSGQFUL
        (refuse(VENDORS_OWN), "failed"),
        (lambda call, sequence: call.take(sequence, ""), "uncertain"),
        (lambda call, sequence: call.say(pdu(NACK, status=3, sequence=sequence)), "uncertain"),
        (lambda call, _: call.writer.close(), "uncertain"),
    ],
    ids=["refused", "throttled", "full", "a status of its own", "without an id", "not understood", "hangs up"],
)
async def test_each_answer_has_its_consequence(outbox: Outbox, reaction: Reaction, state: str) -> None:
    async with Centre(reaction).listening() as centre, outbox.sender(centre.gateway()):
        phone = await outbox.queue(SHORT)

        async def asked() -> bool:
            return centre.submits > 0

        await until(asked)
        await outbox.becomes(phone, state)
    assert 1 == centre.submits


async def test_what_is_never_answered_is_uncertain_until_a_late_answer_and_its_receipt(outbox: Outbox) -> None:
    centre = Centre(lambda *_: None)
    async with centre.listening(), outbox.sender(centre.gateway(answer_seconds=0.5)):
        phone = await outbox.queue(SHORT)
        await outbox.becomes(phone, "uncertain")
        [call] = centre.calls
        early(call, call.submits[0])
        await outbox.becomes(phone, "delivered")
    assert 1 == centre.submits


async def test_hung_up_on_amid_a_burst_each_is_delivered_or_uncertain_at_once(outbox: Outbox) -> None:
    """The answers of a broken session never come; what was not written yet goes over the next one."""

    def hang_up_once(call: Call, sequence: int) -> None:
        if len(call.submits) == BURST // 2 and len(centre.calls) == 1:
            call.writer.close()
        elif len(call.submits) % 2 or len(centre.calls) > 1:
            early(call, sequence)

    centre, phones = Centre(hang_up_once), [await outbox.queue(SHORT) for _ in range(BURST * 2)]
    async with centre.listening(), outbox.sender(centre.gateway(answer_seconds=3600.0)):
        states = await outbox.settled(phones)
    assert centre.submits <= len(phones)  # none twice
    assert states.count("delivered") + states.count("uncertain") == len(phones)
    assert 0 < states.count("uncertain") <= BURST
