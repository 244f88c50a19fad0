"""Long texts of gateways that take each part for itself: how they are cut, and what the answers say together.

Each part has an id and a receipt of its own. The parts are registered with our reference, so that the casebook can tell
when all of them arrived, whichever process hears of it; one that nobody took is never reported and keeps the text open.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from casebook.messages import PART
from workers.sms_gateway import Answer, GatewayReceipt, ReceiptHandler, Refused, Taken, Unknown

SINGLE_BYTES, PART_BYTES = 140, 134
PARTS_MOST = 255
HIGH_SURROGATES = range(0xD8, 0xDC)
Heard = TypeVar("Heard")


def parts_of(text: str, *, flag: int) -> list[bytes]:
    """Return the contents of the units that carry a text in UCS-2: one, or parts with a header that joins them.

    `flag` (0 to 255) tells the parts of one text from those of the next. ValueError for no text or more than 255 parts.
    """
    whole = text.encode("utf-16-be")
    if not whole:
        raise ValueError("an empty text")
    if len(whole) <= SINGLE_BYTES:
        return [whole]
    cut: list[bytes] = []
    while whole:
        size = PART_BYTES
        if len(whole) > size and whole[size - 2] in HIGH_SURROGATES:
            size -= 2  # a character of four bytes stays in one part
        cut.append(whole[:size])
        whole = whole[size:]
    if len(cut) > PARTS_MOST:
        raise ValueError(f"{len(cut)} parts")
    return [bytes([5, 0, 3, flag, len(cut), number]) + part for number, part in enumerate(cut, 1)]


class PartRegister:
    """Joins the answers to the parts of a text, and registers the parts, also those that are answered late."""

    def __init__(self) -> None:
        """Begin without anybody who keeps receipts."""
        self.on_receipt: ReceiptHandler | None = None
        self._late: set[asyncio.Task[None]] = set()

    async def answer(
        self,
        reference: str,
        asked: Sequence[asyncio.Future[Heard]],
        *,
        read: Callable[[asyncio.Future[Heard]], Answer],
    ) -> Answer:
        """Return what the gateway says about a text; `read` tells what it says about one part."""
        results = [read(future) for future in asked]
        for future in asked:
            if not future.done():
                future.add_done_callback(lambda done: self._is_late(reference, read(done)))
        if len(asked) == 1:
            return results[0]
        taken = [result.gateway_id for result in results if isinstance(result, Taken)]
        refused = [result for result in results if isinstance(result, Refused)]
        if len(refused) == len(results):
            return Refused(refused[0].status, for_now=all(result.for_now for result in refused))
        missing = [f"{reference}#{number}" for number, result in enumerate(results, 1) if not isinstance(result, Taken)]
        for part in (*taken, *missing):
            await self._register(reference, part)
        return Unknown("not_all_parts_taken") if missing else Taken(taken[0])

    def _is_late(self, reference: str, result: Answer) -> None:
        """Register a part whose answer came after we stopped waiting, so that its receipt finds the message."""
        if isinstance(result, Taken):
            task = asyncio.ensure_future(self._register(reference, result.gateway_id))
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def _register(self, reference: str, part: str) -> None:
        if self.on_receipt:
            await self.on_receipt(GatewayReceipt(gateway_id=part, status=PART, reference=reference))
