"""A district that answers at once: nobody waits, so that what is measured is the machine and not the people."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from casebook import ratings, requests, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection, AsyncEngine
from casebook.errors import RejectedInput
from casebook.reports import RequestReport

OUTCOMES = {"sign_in": "accepted", "verification": "passed"}
CATEGORIES = ("010101", "070101", "010201", "060102", "020102")  # community, street, department; each one unit
GOOD = {"resolved": "resolved", "satisfaction": 5, "comment": ""}
AT_ONCE = 8
LOOK_SECONDS = 0.05
Deed = Callable[[AsyncConnection], Awaitable[Any]]


class EagerDistrict:
    """Calls, reports and rates as fast as the casebook takes it."""

    def __init__(
        self,
        casebook: AsyncEngine,
        district: District,
        *,
        clock: Callable[[], datetime],
        categories: Sequence[str] = CATEGORIES,
    ) -> None:
        self.casebook = casebook
        self._categories = categories
        self._district = district
        self._clock = clock
        self._round = secrets.token_hex(4)  # a machine may be measured twice
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._communities = sorted(district.communities)

    async def call(self, numbers: range) -> list[str]:
        """Let that many citizens call, each about a matter of their own; return the requests' numbers."""
        taken = await asyncio.gather(*(self._do(self._report(number)) for number in numbers))
        return [receipt.request_id for receipt in taken]

    def _report(self, number: int) -> Deed:
        report = RequestReport(
            platform="mayor_line",
            external_id=f"bench-{self._round}-{number}",
            channel="online",
            received_at=self._clock(),
            category=self._categories[number % len(self._categories)],
            community=self._communities[number % len(self._communities)],
            urgency="normal",
            caller_kind="citizen",
            caller_name="测量来电人",
            caller_phone=str(99_930_000_000 + number),
            title="测量",
            text="测量诉求",
        )
        return lambda connection: requests.receive(connection, report, now=self._clock(), district=self._district)

    async def answer_everything(self, numbers: list[str], *, limit_seconds: float) -> None:
        """Report and rate until all these requests are closed; others are left. TimeoutError when they are not."""
        async with asyncio.timeout(limit_seconds):
            while await self._open(numbers):
                async with self.casebook.begin() as connection:
                    waiting = await work_orders.waiting(connection, most=100_000, of_requests=numbers)
                    invited = await ratings.waiting(connection)
                deeds = [self._answer(order) for order in waiting] + [self._rate(entry["token"]) for entry in invited]
                await asyncio.gather(*(self._do(deed) for deed in deeds))
                await asyncio.sleep(LOOK_SECONDS)

    async def until_asked(self, numbers: list[str], *, limit_seconds: float) -> None:
        """Wait until each of these requests has a work order with a deadline; TimeoutError when they have not."""
        async with asyncio.timeout(limit_seconds):
            while await self._asked(numbers) < len(numbers):  # noqa: ASYNC110 - other processes ask
                await asyncio.sleep(LOOK_SECONDS)

    async def _asked(self, numbers: list[str]) -> int:
        async with self.casebook.begin() as connection:
            orders = await work_orders.waiting(connection, most=100_000, of_requests=numbers)
        return len({order["request_id"] for order in orders})

    async def _open(self, numbers: list[str]) -> bool:
        async with self.casebook.begin() as connection:
            return await requests.count_open(connection, numbers) > 0

    def _answer(self, order: dict[str, Any]) -> Deed:
        answer = work_orders.Report(outcome=OUTCOMES.get(order["kind"], "done"), person=order["unit"])
        return lambda connection: work_orders.report(connection, order["work_order_id"], answer, now=self._clock())

    def _rate(self, token: str) -> Deed:
        return lambda connection: ratings.rate(connection, token, dict(GOOD), now=self._clock())

    async def _do(self, deed: Deed) -> Any:
        async with self._slots:
            try:
                async with self.casebook.begin() as connection:
                    return await deed(connection)
            except RejectedInput:
                return None  # answered already: the list was a moment old
