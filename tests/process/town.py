"""The district as a test sees it: requests come in, people act, time passes, all on real parts."""

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casebook import deadlines, merges, rating_links, ratings, requests, work_orders
from casebook.clock import Clock, clock_from
from casebook.district import District, load_district
from casebook.engine import AsyncConnection, AsyncEngine, open_casebook
from casebook.reports import RequestReport, Urgency
from casebook.schema import lights, messages
from casebook.working_calendar import WorkingCalendar
from launcher.simulator.behaviour import Behaviour
from launcher.simulator.fast_forward import FastForward
from launcher.simulator.run import settings_of
from launcher.simulator.stage import Stage
from launcher.simulator.stillness import stillness_of
from launcher.stack import Machine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

COMMUNITY = "420102002003"
GOOD = {"resolved": "resolved", "satisfaction": 5, "comment": ""}
BAD = {"resolved": "unresolved", "satisfaction": 1, "comment": ""}
PHONES = itertools.count(99_920_000_000 + secrets.randbelow(10_000) * 1000)
LIMIT_SECONDS = 60.0
LOOK_SECONDS = 0.05


async def until(true: Callable[[], Awaitable[object]]) -> None:
    """Wait for a condition of which the casebook does not know that it is owed; a minute at most."""
    limit = time.monotonic() + LIMIT_SECONDS
    while not await true():
        assert time.monotonic() < limit
        await asyncio.sleep(LOOK_SECONDS)


@dataclass(frozen=True, kw_only=True)
class Town:
    """One district in front of one machine."""

    machine: Machine
    casebook: AsyncEngine
    district: District
    clock: Clock
    forward: FastForward

    @classmethod
    @asynccontextmanager
    async def of(cls, machine: Machine) -> "AsyncIterator[Town]":
        settings = settings_of(machine)
        casebook = open_casebook(settings.database_url.get_secret_value(), key=settings.personal_key)
        clock = clock_from(settings.clock_file)
        district = load_district(settings.config)
        stage = Stage(casebook, district, Behaviour(0, [timedelta(hours=1)], begin=date(2026, 11, 2)))
        try:
            async with stillness_of(machine) as still:
                forward = FastForward(
                    stage=stage, casebook=casebook, clock=clock, advance=machine.clock.advance, still=still
                )  # fmt: skip
                yield cls(machine=machine, casebook=casebook, district=district, clock=clock, forward=forward)
        finally:
            await casebook.dispose()

    async def receive(self, category: str, *, phone: str | None = "own") -> str:
        """A citizen calls; return the request's number once it waits for somebody."""
        request_id = await self.take_in(category, phone=phone)
        await self.forward.settle()
        return request_id

    async def take_in(
        self, category: str, *, community: str = COMMUNITY, phone: str | None = "own", urgency: Urgency = "normal"
    ) -> str:
        """A citizen calls; return the request's number as soon as it is in the register."""
        number = str(next(PHONES)) if phone == "own" else phone
        report = RequestReport(
            platform="mayor_line",
            external_id=secrets.token_hex(6),
            channel="online",
            received_at=self.clock(),
            category=category,
            community=community,
            urgency=urgency,
            caller_kind="citizen",
            caller_name="样例来电人",
            caller_phone=number,
            title="样例",
            text="样例诉求",
        )
        async with self.casebook.begin() as connection:
            taken = await requests.receive(connection, report, now=self.clock(), district=self.district)
        return taken.request_id

    async def request(self, request_id: str) -> dict[str, Any]:
        async with self.casebook.begin() as connection:
            return await requests.get(connection, request_id)

    async def orders(self, request_id: str) -> list[dict[str, Any]]:
        async with self.casebook.begin() as connection:
            return await work_orders.of_request(connection, request_id)

    async def waiting(self, request_id: str, kind: str) -> dict[str, Any]:
        """Return the one open work order of a kind."""
        orders = [order for order in await self.orders(request_id) if order["kind"] == kind]
        [order] = [order for order in orders if not order["reported_at"] and not order["closed_at"]]
        return order

    async def report(self, request_id: str, kind: str, outcome: str, **details: Any) -> dict[str, Any]:
        """The unit of the one open work order of a kind reports; return that work order."""
        order = await self.waiting(request_id, kind)
        await self.report_order(order, outcome, **details)
        return order

    async def report_order(self, order: dict[str, Any], outcome: str, **details: Any) -> None:
        answer = work_orders.Report(outcome=outcome, person=order["unit"], **details)
        async with self.casebook.begin() as connection:
            await work_orders.report(connection, order["work_order_id"], answer, now=self.clock())
        await self.forward.settle()

    async def handle(self, request_id: str) -> None:
        """Everybody does what is asked, up to the rating."""
        await self.report(request_id, "sign_in", "accepted")
        await self.finish(request_id)

    async def finish(self, request_id: str, *, verification: str = "passed") -> None:
        """Co-units and lead report, as the lead's report waits for theirs; then it is verified."""
        for kind in ("co_handling", "handling"):
            for order in await self.orders(request_id):
                if order["kind"] == kind and not (order["reported_at"] or order["closed_at"]):
                    await self.report_order(order, "done")
        await self.report(request_id, "verification", verification)

    async def rate(self, request_id: str, answer: dict[str, Any], *, round_: int = 1) -> None:
        async with self.casebook.begin() as connection:
            rating = await ratings.of_round(connection, request_id, round_=round_)
            assert rating is not None
            token = rating_links.token_of(connection, rating)
            assert token is not None
            await ratings.rate(connection, token, answer, now=self.clock())
        await self.forward.settle()

    async def pass_time(self, until: datetime) -> None:
        """Let time pass up to an instant and a second beyond."""
        await self.forward.settle()
        await self.jump(until)

    async def jump(self, until: datetime) -> None:
        """Do the same where everything has settled already."""
        self.machine.clock.advance(until - self.clock() + timedelta(seconds=1))
        await self.forward.settle()

    async def deadline(self, work_order_id: str) -> dict[str, Any]:
        async with self.casebook.begin() as connection:
            entry = await deadlines.newest(connection, work_order_id)
        assert entry is not None
        return entry

    async def lights(self, work_order_id: str) -> list[str]:
        statement = select(lights.c.light).where(lights.c.work_order_id == work_order_id).order_by(lights.c.raised_at)
        async with self.casebook.begin() as connection:
            return list((await connection.execute(statement)).scalars())

    async def recipients_in(self, connection: AsyncConnection, request_id: str) -> list[str]:
        """Return to whom a request's messages go, as one open transaction sees it."""
        statement = select(messages.c.recipient).where(messages.c.request_id == request_id)
        return list((await connection.execute(statement)).scalars())

    async def texts(self, request_id: str, event: str) -> list[str]:
        """Return to whom an event of a request was told by SMS, in order."""
        statement = (
            select(messages.c.recipient)
            .where(messages.c.request_id == request_id, messages.c.event == event)
            .order_by(messages.c.message_id)
        )
        async with self.casebook.begin() as connection:
            return list((await connection.execute(statement)).scalars())

    def arrived(self, about: str) -> list[tuple[str, str]]:
        """Return (number, text) of what reached the SMSC about a request or work order, from its own journal."""
        lines = self.machine.smsc_journal.read_text(encoding="utf-8").splitlines()
        entries = [json.loads(line) for line in lines]
        return [(entry["destination"], entry["text"]) for entry in entries if about in entry["text"]]

    def working(self, start: datetime, **span: float) -> datetime:
        return WorkingCalendar.of(self.district).after(start, timedelta(**span), basis="working")

    async def merge(self, request_id: str, *, into: str) -> None:
        """The clerk finds two requests to be one matter."""
        decided = merges.SameMatter(request_id=request_id, main_id=into, person="district_centre")
        async with self.casebook.begin() as connection:
            await merges.merge(connection, decided, district=self.district, now=self.clock())
        await self.forward.settle()

    async def part(self, request_id: str) -> None:
        """The clerk undoes a merge."""
        async with self.casebook.begin() as connection:
            await merges.part(connection, request_id, person="district_centre", now=self.clock())
        await self.forward.settle()
