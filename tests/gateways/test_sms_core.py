"""The CMPP way, 2.0 and 3.0, against the server of sms-core, which nobody here wrote.

It proves itself as the specification says, answers a long text only when it has all its parts, and reports each part at
the moment of its answer.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

import pytest
from pydantic import SecretStr

from casebook.clock import wall_clock
from casebook.gateways import CmppRules
from launcher.machine import LOOPBACK
from tests.gateways.counterparts import ACCOUNTS, SECRET, Counterpart, sms_core_gateway
from tests.gateways.outbox import LONG, SHORT, Outbox, until
from workers.cmpp import CmppGateway
from workers.cmpp_session import Patience
from workers.sms_gateway import Refused, SmsText

BURST = 20
HASTY = Patience(connect=3.0, answer=10.0, idle=5.0, back_off_first=0.1, back_off_most=0.2)
Version = Literal["2.0", "3.0"]
VERSIONS: tuple[Version, ...] = ("2.0", "3.0")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counterpart]:
    with sms_core_gateway(tmp_path_factory.mktemp("sms-core")) as server:
        yield server


def gateway(server: Counterpart, *, version: Version, secret: str = SECRET) -> CmppGateway:
    rules = CmppRules(
        address=f"{LOOPBACK}:{server.port}",
        version=version,
        account=ACCOUNTS[version],
        service_id="MHWY",
        source="10690012345",
        window=16,
    )
    return CmppGateway(rules=rules, secret=SecretStr(secret), clock=wall_clock, patience=HASTY)


def taken(server: Counterpart) -> Counter[tuple[str, str]]:
    """Count what the server took by telephone and text."""
    lines = [line.split() for line in server.said().splitlines() if line.startswith("TAKEN ")]
    return Counter((phone, bytes.fromhex(text).decode()) for _, phone, _, text in lines)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_short_and_a_long_text_are_delivered_once(
    outbox: Outbox, server: Counterpart, version: Version
) -> None:
    await server.up()
    async with outbox.sender(gateway(server, version=version)):
        phones = {await outbox.queue(text): text for text in (SHORT, LONG)}
        for phone in phones:
            await outbox.becomes(phone, "delivered")
    assert dict.fromkeys(phones.items(), 1) == {item: n for item, n in taken(server).items() if item[0] in phones}


@pytest.mark.parametrize("version", VERSIONS)
async def test_killed_amid_a_burst_none_is_lost_and_none_goes_twice(
    outbox: Outbox, server: Counterpart, version: Version
) -> None:
    await server.up()
    async with outbox.sender(gateway(server, version=version)):
        phones = [await outbox.queue(SHORT) for _ in range(BURST)]

        async def some_arrived() -> bool:
            return any(phone in phones for phone, _ in taken(server))

        await until(some_arrived)
        server.kill()
        await server.up()
        phones.append(await outbox.queue(SHORT))
        states = dict(zip(phones, await outbox.settled(phones), strict=True))
        await outbox.becomes(phones[-1], "delivered")
    arrived = {phone: count for (phone, _), count in taken(server).items() if phone in states}
    assert {1} == set(arrived.values())
    assert [] == [phone for phone, state in states.items() if state in {"sent", "delivered"} and phone not in arrived]
    assert {"sent", "delivered", "uncertain"} >= set(states.values())


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_wrong_secret_is_not_let_in(server: Counterpart, version: Version) -> None:
    await server.up()
    way = gateway(server, version=version, secret="wrong")
    assert Refused("not_connected", for_now=True) == await way.send(
        SmsText(phone="99900000001", text=SHORT, reference="1/1")
    )
