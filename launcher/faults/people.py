"""The people of a campaign: they call, report, rate, withdraw and press, and write down each try beforehand."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from casebook import co_units, enforcement, extensions, merges, ratings, requests, supervision_orders, work_orders
from casebook.clock import Clock
from casebook.district import District
from casebook.engine import AsyncConnection, AsyncEngine
from casebook.errors import RejectedInput
from casebook.reports import RequestReport
from launcher.faults import appellants, press
from launcher.faults.answers import BECAUSE, OUTCOMES
from launcher.faults.books import Books
from launcher.simulator import appeal_deeds

PLATFORM = "mayor_line"
COMMUNITY = "420102002003"
CATEGORIES = ("070101", "070101", "070101", "010201", "030202", "040102", "999901")
ASSIGNABLE = ("street_002_urban", "street_002_service", "street_002_order")
AGAIN_SECONDS, AT_ONCE = 0.3, 8
CO_UNIT, FORCE, CENTRE = "street_002_construction", "street_002_posted_urban", "street_002_centre"
RESOLVED_STARS = {"resolved": 5, "partly": 3, "unresolved": 1}
WORDS = "样例说明"
WITHDRAWN_OF_A_HUNDRED = 6
EXTENDED_OF_A_HUNDRED = 6
TOGETHER_OF_A_HUNDRED = 6
SENT_AGAIN_SHARE = 0.5
Deed = Callable[[AsyncConnection], Awaitable[Any]]


@dataclass(kw_only=True)
class People:
    """Everybody; `begun`: leads' work orders taken up; `mains`: by category, into what another caller's is merged."""

    casebook: AsyncEngine
    district: District
    clock: Clock
    books: Books
    seed: int
    matters: list[tuple[str, str, str]] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    mains: dict[str, str] = field(default_factory=dict)
    supervised_of_a_hundred: int = 6
    merged_of_a_hundred: int = 4
    appealed_of_a_hundred: int = 0
    supplemented_of_a_hundred: int = 0
    calls_for_a_report: int = 2_000

    async def call(self) -> None:
        """Let a citizen call about a new matter, again and again until the answer is there."""
        number = len(self.matters)
        dice = self._dice(f"matter/{number}")
        matter = (secrets.token_hex(8), f"139{self.seed % 1000:03d}{number:05d}", dice.choice(CATEGORIES))
        self.matters.append(matter)
        request_id = await self._take_in(matter)
        if request_id and dice.randrange(100) < WITHDRAWN_OF_A_HUNDRED:
            await self._withdraw(request_id)
        elif request_id and dice.randrange(100) < self.supervised_of_a_hundred:
            await self._supervise(request_id)
        elif request_id and dice.randrange(100) < self.merged_of_a_hundred and matter[2] in self.mains:
            await self._merge(request_id, self.mains[matter[2]])
        elif request_id and dice.randrange(100) < self.supplemented_of_a_hundred:
            await self._take_in(matter, more="，还有补充")
        elif request_id:
            self.mains[matter[2]] = request_id
        if number % self.calls_for_a_report == 0:
            await press.ask(self, number // self.calls_for_a_report)

    async def call_again(self, dice: Random) -> None:
        """Let a citizen who is known call about the same matter once more, or a platform send its report again."""
        if not self.matters:
            await asyncio.sleep(AGAIN_SECONDS)
            return
        external_id, phone, category = dice.choice(self.matters[-200:])
        again = dice.random() < SENT_AGAIN_SHARE
        await self._take_in((external_id if again else secrets.token_hex(8), phone, category))

    async def _take_in(self, matter: tuple[str, str, str], *, more: str = "") -> str:
        external_id, phone, category = matter
        report = RequestReport(
            platform=PLATFORM,
            external_id=external_id,
            channel="online",
            received_at=self.clock(),
            category=category,
            community=COMMUNITY,
            urgency="normal",
            caller_kind="citizen",
            caller_name="样例来电人",
            caller_phone=phone,
            title="样例",
            text=f"样例诉求{more}",
        )

        async def receive(connection: AsyncConnection) -> str:
            taken = await requests.receive(connection, report, now=self.clock(), district=self.district)
            return taken.request_id

        return await self.until_answered("intake", external_id, deed=receive, once=False)

    async def _withdraw(self, request_id: str) -> None:
        async def withdraw(connection: AsyncConnection) -> None:
            await requests.ask_withdrawal(connection, request_id, now=self.clock())

        await self.until_answered("withdrawal", request_id, deed=withdraw, once=False)

    async def _supervise(self, request_id: str) -> None:
        note = secrets.token_hex(8)

        async def order(connection: AsyncConnection) -> None:
            await supervision_orders.order(
                connection, request_id, person="district_centre", note=note, now=self.clock()
            )

        await self.until_answered("supervision", note, deed=order, once=True)

    async def _merge(self, request_id: str, main_id: str) -> None:
        decided = merges.SameMatter(request_id=request_id, main_id=main_id, person="district_centre")

        async def merge(connection: AsyncConnection) -> None:
            await merges.merge(connection, decided, district=self.district, now=self.clock())

        await self.until_answered("merging", request_id, deed=merge, once=False)

    async def do_what_waits(self) -> int:
        """Let everybody who is asked for something do it once; return how many were asked."""
        try:
            async with self.casebook.begin() as connection:
                orders = await work_orders.waiting(connection)
                undecided = await extensions.undecided(connection)
                invitations = await ratings.waiting(connection)
                versions = await press.waiting(connection)
                scores = await appellants.dissatisfied(connection, share=self.appealed_of_a_hundred, seed=self.seed)
        except (SQLAlchemyError, OSError):
            await asyncio.sleep(AGAIN_SECONDS)
            return 0
        deeds = [
            *(partial(self._report, order) for order in orders),
            *(partial(self._decide, extension["extension_id"]) for extension in undecided),
            *(partial(self._rate, invitation) for invitation in invitations),
            *(partial(press.decide, self, version) for version in press.decided(versions, seed=self.seed)),
            *(partial(appellants.appeal, self, score) for score in scores),
        ]
        slots = asyncio.Semaphore(AT_ONCE)

        async def in_turn(deed: Callable[[], Awaitable[None]]) -> None:
            async with slots:
                await deed()

        await asyncio.gather(*(in_turn(deed) for deed in deeds))
        return len(deeds)

    async def _report(self, order: dict[str, Any]) -> None:
        number, kind = order["work_order_id"], order["kind"]
        dice = self._dice(number)
        shares = OUTCOMES.get(order["form"]) or OUTCOMES[kind]
        [outcome] = dice.choices(list(shares), list(shares.values()))
        if kind == "handling" and number not in self.begun:
            self.begun.add(number)  # a lead whose co-units are out reports again and again
            await self._before_reporting(order, dice)
        answer = work_orders.Report(
            outcome=outcome,
            person=order["unit"],
            note=WORDS,
            reason_code=BECAUSE.get(outcome),
            assigned_unit=dice.choice(ASSIGNABLE) if outcome == "assigned" else None,
        )

        async def report(connection: AsyncConnection) -> None:
            right = await appeal_deeds.corrected(connection, order, outcome=outcome)
            await work_orders.report(connection, number, replace(answer, corrected=right), now=self.clock())

        await self.until_answered("report", f"{number}={outcome}", deed=report, once=False)

    async def _before_reporting(self, order: dict[str, Any], dice: Random) -> None:
        """Let a lead ask for time, call one more co-unit in, or have its street call a posted force."""
        if dice.randrange(100) < EXTENDED_OF_A_HUNDRED:
            await self._ask_extension(order["work_order_id"])
        reason = secrets.token_hex(8)
        invitation = co_units.Invitation(units=(CO_UNIT,), reason=reason)
        whistle = enforcement.Whistle(forces=(FORCE,), called_by=CENTRE, urgency="normal", note=reason)

        async def call_co_unit(connection: AsyncConnection) -> None:
            await co_units.call_in(connection, order["work_order_id"], invitation, now=self.clock())

        async def call_force(connection: AsyncConnection) -> None:
            await enforcement.call(connection, order["request_id"], whistle, now=self.clock())

        if dice.randrange(100) < TOGETHER_OF_A_HUNDRED:
            await self.until_answered("co_unit", reason, deed=call_co_unit, once=True)
        elif dice.randrange(100) < TOGETHER_OF_A_HUNDRED:
            await self.until_answered("enforcement", reason, deed=call_force, once=True)

    async def _ask_extension(self, work_order_id: str) -> None:
        reason = secrets.token_hex(8)

        async def ask(connection: AsyncConnection) -> None:
            wish = extensions.MoreTime(hours=7, reason=reason)
            await extensions.ask(connection, work_order_id, wish, district=self.district, now=self.clock())

        await self.until_answered("extension", reason, deed=ask, once=True)

    async def _decide(self, extension_id: int) -> None:
        async def decide(connection: AsyncConnection) -> None:
            await extensions.decide(
                connection, extension_id, granted=extension_id % 3 > 0, person="district_centre", now=self.clock()
            )

        await self.until_answered("decision", str(extension_id), deed=decide, once=False)

    async def _rate(self, invitation: dict[str, Any]) -> None:
        [resolved] = self._dice(invitation["rating_id"]).choices(list(RESOLVED_STARS), [88, 6, 6])
        answer = {"resolved": resolved, "satisfaction": RESOLVED_STARS[resolved], "comment": ""}

        async def rate(connection: AsyncConnection) -> None:
            await ratings.rate(connection, invitation["token"], answer, now=self.clock())

        await self.until_answered("rating", invitation["rating_id"], deed=rate, once=False)

    async def until_answered(self, kind: str, about: str, *, deed: Deed, once: bool) -> str:
        """Try until there is an answer; a deed that is not safe to repeat is tried once."""
        number = self.books.begin(kind, about)
        unsure = False
        while True:
            try:
                async with self.casebook.begin() as connection:
                    result = str(await deed(connection) or "")
            except RejectedInput:
                self.books.end(number, "unsure" if unsure else "refused")
                return ""
            except (SQLAlchemyError, OSError):
                unsure = True
                if once:
                    self.books.end(number, "unsure")
                    return ""
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                self.books.end(number, "acknowledged", result=result)
                return result

    def _dice(self, matter: str) -> Random:
        return Random(f"{self.seed}/{matter}")  # noqa: S311 - a campaign is repeated by its seed
