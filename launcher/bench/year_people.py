"""The people of a simulated year: they call, answer and rate as in the simulator, and change clocks; books are kept.

Nobody acts on a work order while one of its lights is about to burn: whether a report of that very second comes before
or after the light is nothing that an oracle could know.
"""

import heapq
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from casebook import directory, extensions, ratings, requests, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection, AsyncEngine
from casebook.errors import RejectedInput
from casebook.reports import RequestReport
from launcher.bench.second_opinion import DAY, SECOND, after
from launcher.bench.year_books import Books, Move, Order, due_instants
from launcher.bench.year_clocks import CENTRE, change_clock, clock_acts
from launcher.bench.year_world import next_moment, next_ten_minutes
from launcher.simulator.behaviour import Act, Behaviour

A_YEAR = timedelta(days=365)
URGENT_PACE = 0.25
TRIES = 20
ROLES = ("street_urban", "street_service", "street_construction", "street_order")
Deed = Callable[[AsyncConnection, datetime], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where people act: the casebook, the district, how they behave, and the books of what they did."""

    casebook: AsyncEngine
    district: District
    behaviour: Behaviour
    books: Books


class YearPeople:
    """Everybody's agenda."""

    def __init__(self, setting: Setting, calls: list[RequestReport]) -> None:
        self.deeds: Counter[str] = Counter()
        self._setting, self._books, self._behaviour = setting, setting.books, setting.behaviour
        self._agenda: list[tuple[datetime, int, Deed]] = []
        self._numbers = itertools.count()
        self._seen: set[object] = set()
        self._urgency: dict[str, str] = {}
        self._tries: Counter[tuple[str, str]] = Counter()
        for report in calls:
            self._plan(report.received_at, self._call(report))

    def next_at(self) -> datetime | None:
        """Return when the next person acts."""
        return self._agenda[0][0] if self._agenda else None

    async def act(self, now: datetime) -> int:
        """Let everybody act whose time has come; return how many did."""
        count = 0
        while self._agenda and self._agenda[0][0] <= now:
            _, _, deed = heapq.heappop(self._agenda)
            count += 1
            try:
                async with self._setting.casebook.begin() as connection:
                    await deed(connection, now)
            except RejectedInput:
                self.deeds["refused"] += 1
        return count

    async def look_around(self, now: datetime) -> None:
        """Notice what people are asked for, and plan what they will do; note what was taken back."""
        async with self._setting.casebook.begin() as connection:
            waiting = await work_orders.waiting(connection, most=1_000_000)
            undecided = await extensions.undecided(connection)
            invited = await ratings.waiting(connection)
        for row in waiting:
            if row["work_order_id"] not in self._books.orders:
                self._notice(row, now)
        for number in self._books.orders.keys() - {row["work_order_id"] for row in waiting}:
            order = self._books.orders[number]
            order.ended = order.ended or (now, now)
        for row in undecided:
            if self._is_new(("extension", row["extension_id"])):
                act = self._behaviour.of_extension(row["extension_id"])
                self._plan(self._when(act, now), self._decision(row, act))
        for row in invited:
            if self._is_new(row["rating_id"]) and (answer := self._behaviour.of_rating(row["rating_id"])):
                local = now.astimezone(self._setting.district.zone)
                self._plan(next_moment(local + answer.after, office=False), self._rating(row["token"], answer))

    def _notice(self, row: dict[str, Any], now: datetime) -> None:
        urgency = self._urgency[row["request_id"]]
        zone = self._setting.district.zone
        order = self._books.issued(row, urgency=urgency, issued_at=row["issued_at"].astimezone(zone))
        for act in (*self._behaviour.of_work_order(row), *clock_acts(order)):
            if act.name not in {"call_co_unit", "call_forces"}:
                self._plan(self._when(act, now, order=order), self._order_deed(order, act))

    def _is_new(self, matter: object) -> bool:
        new = matter not in self._seen
        self._seen.add(matter)
        return new

    def _when(self, act: Act, now: datetime, *, order: Order | None = None) -> datetime:
        local = now.astimezone(self._setting.district.zone)
        if act.after > A_YEAR:  # nobody answers until inspection has taken over
            last = max(due_instants(order, order.moves).values()) if order else local
            return next_moment(last + DAY, office=True)
        if order and order.limit.basis == "calendar":
            return next_ten_minutes(local + act.after * URGENT_PACE)
        at = after(local, act.after / timedelta(hours=1)) if act.working else local + act.after
        return next_moment(at, office=True)

    def _plan(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._agenda, (at, next(self._numbers), deed))

    def _call(self, report: RequestReport) -> Deed:
        async def call(connection: AsyncConnection, now: datetime) -> None:
            taken = await requests.receive(connection, report, now=now, district=self._setting.district)
            self._urgency[taken.request_id] = report.urgency
            self.deeds["calls"] += 1
            for act in self._behaviour.of_request(taken.request_id):
                if act.name == "withdraw":
                    at = next_moment(now.astimezone(self._setting.district.zone) + act.after, office=False)
                    self._plan(at, self._withdrawal(taken.request_id))

        return call

    def _withdrawal(self, request_id: str) -> Deed:
        async def withdraw(connection: AsyncConnection, now: datetime) -> None:
            mine = [order for order in self._books.orders.values() if order.request_id == request_id]
            if any(self._is_busy(order, now) for order in mine if not order.ended):
                self._plan(self._later(now), self._withdrawal(request_id))
                return
            await requests.ask_withdrawal(connection, request_id, now=now)
            self.deeds["withdrawals"] += 1
            for order in mine:
                order.ended = order.ended or (now, now)

        return withdraw

    def _is_busy(self, order: Order, now: datetime) -> bool:
        """Whether a light is about to burn, or the clock was changed in this very stop."""
        changed = bool(order.moves) and order.moves[-1].at >= now
        return changed or self._books.is_near_a_light(order, now)

    def _later(self, now: datetime, *, order: Order | None = None) -> datetime:
        local = now.astimezone(self._setting.district.zone) + SECOND
        urgent = order is not None and order.limit.basis == "calendar"
        return next_ten_minutes(local) if urgent else next_moment(local, office=True)

    def _order_deed(self, order: Order, act: Act) -> Deed:
        async def do(connection: AsyncConnection, now: datetime) -> None:
            if order.ended:
                return
            if self._is_busy(order, now):
                self._plan(self._later(now, order=order), self._order_deed(order, act))
                return
            if act.name == "ask_extension":
                wish = extensions.MoreTime(hours=act.details["hours"], reason="需协调产权单位，申请延期。")
                await extensions.ask(connection, order.number, wish, district=self._setting.district, now=now)
            elif act.name == "report":
                await self._report(connection, order, act=act, now=now)
            else:
                move = await change_clock(connection, order, act, district=self._setting.district, now=now)
                self._moved(order, move)

        return do

    async def _report(self, casebook: AsyncConnection, order: Order, *, act: Act, now: datetime) -> None:
        unit = await self._some_unit(casebook, order) if act.details["outcome"] == "assigned" else None
        answer = work_orders.Report(person=order.unit, assigned_unit=unit, **act.details)
        try:
            await work_orders.report(casebook, order.number, answer, now=now)
        except RejectedInput:  # co-units are out
            self._tries[order.number, act.name] += 1
            patient = self._tries[order.number, act.name] < TRIES
            details = act.details if patient else act.details | {"reason_code": "co_unit_silent"}
            self._plan(self._later(now, order=order), self._order_deed(order, replace(act, details=details)))
            raise
        order.ended = (now, now)
        self.deeds[f"reports_{act.details['outcome']}"] += 1

    def _moved(self, order: Order, move: Move) -> None:
        self._books.moved(order, move)
        self.deeds[f"{move.kind}s"] += 1

    async def _some_unit(self, casebook: AsyncConnection, order: Order) -> str:
        community = (await requests.get(casebook, order.request_id))["community"]
        found = [await directory.unit_for(casebook, role, community=community) for role in ROLES]
        return self._behaviour.choose_unit({"work_order_id": order.number}, [unit for unit in found if unit])

    def _decision(self, row: dict[str, Any], act: Act) -> Deed:
        async def decide(connection: AsyncConnection, now: datetime) -> None:
            order = self._books.orders.get(row["work_order_id"])
            if order and not order.ended and self._is_busy(order, now):
                self._plan(self._later(now, order=order), self._decision(row, act))
                return
            granted = act.details["granted"]
            await extensions.decide(connection, row["extension_id"], granted=granted, person=CENTRE, now=now)
            if granted and order and not order.ended:
                self._moved(order, Move(kind="extension", at=now, hours=row["hours"]))

        return decide

    def _rating(self, token: str, act: Act) -> Deed:
        async def rate(connection: AsyncConnection, now: datetime) -> None:
            await ratings.rate(connection, token, act.details, now=now)
            self.deeds["ratings"] += 1

        return rate
