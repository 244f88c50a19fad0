"""The stage: finds what waits for people, remembers when they will act, and lets them act."""

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from casebook import (
    appeals,
    co_tasks,
    directory,
    district_reports,
    extensions,
    mutual_ratings,
    ratings,
    requests,
    supervision_orders,
    work_orders,
)
from casebook.district import District
from casebook.engine import AsyncConnection, AsyncEngine
from casebook.errors import RejectedInput
from casebook.reports import RequestReport
from casebook.working_calendar import WorkingCalendar
from launcher.simulator.appeal_deeds import appeal, corrected
from launcher.simulator.behaviour import Act, Behaviour
from launcher.simulator.joint_deeds import call_co_unit, call_forces
from launcher.simulator.report_deeds import READ_WITHIN, approval

A_YEAR = timedelta(days=365)
NO_TIME = timedelta(0)
NEWEST_SCORES = 100  # so many are looked through at a time
CLERK = "district_centre"
Deed = Callable[[AsyncConnection, datetime], Coroutine[Any, Any, None]]


@dataclass(order=True)
class _Due:
    at: datetime
    number: int
    deed: Deed = field(compare=False)


class Stage:
    """All simulated people of a district, in front of its casebook."""

    def __init__(self, casebook: AsyncEngine, district: District, behaviour: Behaviour) -> None:
        """Begin with an empty agenda."""
        self._casebook = casebook
        self._district = district
        self._behaviour = behaviour
        self._calendar = WorkingCalendar.of(district)
        self._agenda: list[_Due] = []
        self._numbers = itertools.count()
        self._seen: set[object] = set()
        self._waited: Counter[str] = Counter()
        self.received = 0

    def announce(self, reports: list[RequestReport]) -> None:
        """Put reports on the agenda: each arrives at its own `received_at`."""
        for report in reports:
            self._plan(report.received_at, self._arrival(report))

    def next_at(self) -> datetime | None:
        """Return when the next person acts, or None when nobody will."""
        return self._agenda[0].at if self._agenda else None

    async def act(self, now: datetime) -> int:
        """Let everybody act who is due by now; return how many did."""
        count = 0
        while self._agenda and self._agenda[0].at <= now:
            deed = heapq.heappop(self._agenda).deed
            count += 1
            try:
                async with self._casebook.begin() as connection:
                    await deed(connection, now)
            except RejectedInput:
                continue  # somebody else was faster: the matter is already settled
        return count

    async def look_around(self, now: datetime) -> None:
        """Notice new work orders, extensions, reports and invitations, and plan what people do with them."""
        async with self._casebook.begin() as connection:
            waiting = await work_orders.waiting(connection, most=100_000)
            undecided = await extensions.undecided(connection)
            invitations = await ratings.waiting(connection)
            versions = await district_reports.waiting(connection)
            scores = await appeals.unappealed(connection, most=NEWEST_SCORES)
        for order in waiting:
            self._notice(order, now)
        for extension in undecided:
            if self._is_new(("extension", extension["extension_id"])):
                act = self._behaviour.of_extension(extension["extension_id"])
                self._plan(self._when(act, now), self._decision(extension["extension_id"], act))
        for version in versions:
            self._read(version, now)
        for score in scores:
            self._hear_of(score, now)
        for invitation in invitations:
            self._asked(invitation, now)

    def _asked(self, invitation: dict[str, Any], now: datetime) -> None:
        number = invitation["rating_id"]
        if self._is_new(number) and (answer := self._behaviour.of_rating(number)):
            self._plan(self._when(answer, now), self._rating(invitation, answer))

    def _read(self, version: district_reports.Report, now: datetime) -> None:
        if self._is_new(("report", version["report_id"], version["version"])):
            at = self._calendar.after(now, READ_WITHIN, basis="working")
            self._plan(at, approval(version, district=self._district))

    def _hear_of(self, score: dict[str, Any], now: datetime) -> None:
        is_new = self._is_new(("score", score["request_id"], score["round"], score["unit"]))
        if is_new and (act := self._behaviour.of_score(score)):
            self._plan(self._when(act, now), appeal(score, district=self._district, **act.details))

    def _notice(self, order: dict[str, Any], now: datetime) -> None:
        if not self._is_new(order["work_order_id"]):
            return
        for act in self._behaviour.of_work_order(order):
            self._plan(self._when(act, now), self._order_deed(order, act))

    def _is_new(self, matter: object) -> bool:
        new = matter not in self._seen
        self._seen.add(matter)
        return new

    def _when(self, act: Act, now: datetime) -> datetime:
        if act.working:
            return self._calendar.after(now, act.after, basis="working")
        at = now + act.after
        if act.name != "report" or act.after > A_YEAR:
            return at
        return self._calendar.after(at, NO_TIME, basis="working")

    def _plan(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._agenda, _Due(at, next(self._numbers), deed))

    def _arrival(self, report: RequestReport) -> Deed:
        async def arrive(connection: AsyncConnection, now: datetime) -> None:
            taken = await requests.receive(connection, report, now=now, district=self._district)
            self.received += 1
            if taken.result != "accepted":
                return
            for act in self._behaviour.of_request(taken.request_id):
                self._plan(now + act.after, self._request_deed(taken.request_id, act))

        return arrive

    def _request_deed(self, request_id: str, act: Act) -> Deed:
        async def intervene(connection: AsyncConnection, now: datetime) -> None:
            if act.name == "withdraw":
                await requests.ask_withdrawal(connection, request_id, now=now)
            else:
                note = "群众多次反映，请加快办理。"
                await supervision_orders.order(connection, request_id, person="district_centre", note=note, now=now)

        return intervene

    def _order_deed(self, order: dict[str, Any], act: Act) -> Deed:
        async def do(connection: AsyncConnection, now: datetime) -> None:
            number = order["work_order_id"]
            if act.name == "ask_extension":
                wish = extensions.MoreTime(hours=act.details["hours"], reason="需协调产权单位，申请延期。")
                await extensions.ask(connection, number, wish, district=self._district, now=now)
                return
            if act.name == "call_forces":
                await call_forces(connection, order, first=act.details["first"], now=now)
                return
            if act.name == "call_co_unit":
                await call_co_unit(connection, order, await self._assigned_unit(connection, order), now=now)
                return
            if await self._must_wait(connection, order, act=act, now=now):
                return
            unit = await self._assigned_unit(connection, order) if act.details["outcome"] == "assigned" else None
            right = await corrected(connection, order, outcome=act.details["outcome"])
            answer = work_orders.Report(person=order["unit"], assigned_unit=unit, corrected=right, **act.details)
            await work_orders.report(connection, number, answer, now=now)
            if answer.outcome != "disagrees":
                await self._judge(connection, order, now=now)

        return do

    async def _judge(self, connection: AsyncConnection, order: dict[str, Any], *, now: datetime) -> None:
        """Let a lead judge its co-units with its report, and a co-unit the lead."""
        units = await mutual_ratings.to_judge(connection, order)
        said = [self._behaviour.of_judgement(order["work_order_id"], unit) for unit in units]
        rules = self._district.rating.mutual
        await mutual_ratings.give(connection, order, [each for each in said if each], rules=rules, now=now)

    async def _must_wait(self, connection: AsyncConnection, order: dict[str, Any], *, act: Act, now: datetime) -> bool:
        """Let a lead whose co-units are out come back later; tell whether it has to."""
        number = order["work_order_id"]
        out = order["kind"] == work_orders.LEAD and not act.details.get("reason_code")
        if not out or not await co_tasks.open_of_request(connection, order["request_id"]):
            return False
        later = self._behaviour.while_co_units_are_out(order, act, waited=self._waited[number])
        self._waited[number] += 1
        self._plan(self._when(later, now), self._order_deed(order, later))
        return True

    async def _assigned_unit(self, connection: AsyncConnection, order: dict[str, Any]) -> str:
        request = await requests.get(connection, order["request_id"])
        roles = ("street_urban", "street_service", "street_construction", "street_order")
        found = [await directory.unit_for(connection, role, community=request["community"]) for role in roles]
        return self._behaviour.choose_unit(order, [unit for unit in found if unit])

    def _decision(self, extension_id: int, act: Act) -> Deed:
        async def decide(connection: AsyncConnection, now: datetime) -> None:
            granted, person = act.details["granted"], "district_centre"
            await extensions.decide(connection, extension_id, granted=granted, person=person, now=now)

        return decide

    def _rating(self, invitation: dict[str, Any], act: Act) -> Deed:
        """Let whoever called answer in the way they are asked: by link, to a clerk who rings, at their unit's desk."""

        async def rate(connection: AsyncConnection, now: datetime) -> None:
            number = invitation["rating_id"]
            if invitation["way"] == "desk":
                await ratings.rate_at_desk(connection, number, act.details, by=invitation["unit"], now=now)
            elif invitation["way"] == "call":
                await ratings.rate_by_call(connection, number, act.details, by=CLERK, now=now)
            else:
                await ratings.rate(connection, invitation["token"], act.details, now=now)

        return rate
