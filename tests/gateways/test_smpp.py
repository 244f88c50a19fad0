"""SMPP over real sockets and the real outbox: the same sender, the same journal, the same end."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from casebook.clock import wall_clock
from launcher.machine import LOOPBACK
from launcher.ports import any_free_port
from launcher.smsc import Behaviour, ShortMessageCentre
from tests.gateways.outbox import LONG, SHORT, Outbox, taken
from workers.smpp import SmppGateway

# aiosmpplib leaves its writer to the garbage collector when the sender ends
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("delay_seconds", [0.0, 0.3])
async def test_a_text_arrives_once_and_is_delivered(
    outbox: Outbox, tmp_path: Path, text: str, delay_seconds: float
) -> None:
    journal, port = tmp_path / "smsc.jsonl", any_free_port(LOOPBACK)
    centre = ShortMessageCentre(journal, clock=wall_clock, behaviour=Behaviour(receipt_delay_seconds=delay_seconds))
    serving = asyncio.create_task(centre.serve(port))
    way = SmppGateway(f"{LOOPBACK}:{port}", credentials=("minhu", "loopback"), source="10690012345")
    try:
        async with outbox.sender(way):
            phone = await outbox.queue(text)
            await outbox.becomes(phone, "delivered")
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    assert {(phone, text): 1} == taken(journal)
