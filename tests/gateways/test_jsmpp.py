"""The SMPP way against jSMPP's simulator, which nobody here wrote: its ids, its receipts, its sudden end.

It answers with a hexadecimal id and reports with a decimal one, repeats the text's bytes in the receipt, and sends a
text of its own at each bind.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from casebook.gateways import SmppRules
from launcher.machine import LOOPBACK
from tests.gateways.counterparts import SECRET, SYSTEM_ID, Counterpart, jsmpp_simulator
from tests.gateways.outbox import LONG, SHORT, Outbox, until
from workers.smpp import SmppGateway

BURST = 20


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counterpart]:
    with jsmpp_simulator(tmp_path_factory.mktemp("jsmpp")) as simulator:
        yield simulator


def gateway(simulator: Counterpart) -> SmppGateway:
    return SmppGateway(
        address=f"{LOOPBACK}:{simulator.port}",
        credentials=(SYSTEM_ID, SECRET),
        source="10690012345",
        rules=SmppRules(receipt_ids="decimal_of_hex"),
    )


def marked(mark: str, number: int) -> str:
    """Return a text that can be found in what the simulator says, which prints its bytes."""
    return f"{SHORT}{mark}{number:03d}"


def taken(simulator: Counterpart, mark: str) -> Counter[int]:
    """Count what the simulator took of the texts with a mark."""
    said = simulator.said().replace("\0", "")
    return Counter(int(number) for number in re.findall(rf"Receiving submit_sm '[^\n]*?{mark}(\d{{3}})'", said))


async def test_a_short_and_a_long_text_are_delivered_once(outbox: Outbox, simulator: Counterpart) -> None:
    await simulator.up()
    before = simulator.said().count("Receiving submit_sm")
    async with outbox.sender(gateway(simulator)):
        short, long = await outbox.queue(SHORT), await outbox.queue(LONG)
        await outbox.becomes(short, "delivered")
        await outbox.becomes(long, "delivered")
    assert 4 == simulator.said().count("Receiving submit_sm") - before  # the long one has three parts


async def test_a_burst_is_delivered_each_once(outbox: Outbox, simulator: Counterpart) -> None:
    await simulator.up()
    async with outbox.sender(gateway(simulator)):
        phones = [await outbox.queue(marked("BURST", number)) for number in range(BURST)]
        for phone in phones:
            await outbox.becomes(phone, "delivered")
    assert Counter(range(BURST)) == taken(simulator, "BURST")


async def test_killed_amid_a_burst_none_is_lost_and_none_goes_twice(outbox: Outbox, simulator: Counterpart) -> None:
    await simulator.up()
    way = gateway(simulator)

    async def some_arrived() -> bool:
        return len(taken(simulator, "KILLED")) > 0

    async with outbox.sender(way):
        phones = [await outbox.queue(marked("KILLED", number)) for number in range(BURST)]
        await until(some_arrived)
        simulator.kill()
        await simulator.up()
        phones.append(await outbox.queue(marked("KILLED", BURST)))
        states = await outbox.settled(phones)
        await outbox.becomes(phones[-1], "delivered")
    arrived = taken(simulator, "KILLED")
    assert {1} == set(arrived.values())
    assert [] == [n for n, state in enumerate(states) if state in {"sent", "delivered"} and n not in arrived]
    assert {"sent", "delivered", "uncertain"} >= set(states)
