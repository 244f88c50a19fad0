"""The centre of a campaign asks for reports of past weeks and decides about them; about some it stays silent."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any, Protocol

from casebook import district_reports
from casebook.clock import Clock
from casebook.district import District
from casebook.district_reports import Decision, Given, Report, waiting
from casebook.engine import AsyncConnection
from casebook.report_periods import last_whole

__all__ = ["ask", "decide", "decided", "waiting"]
CENTRE = "district_centre"
SHARES: dict[Decision | None, int] = {"approved": 55, "redo": 15, "dropped": 10, None: 20}
Deed = Callable[[AsyncConnection], Awaitable[Any]]


class Everybody(Protocol):
    """The people of a campaign, as far as reports go."""

    district: District
    seed: int

    @property
    def clock(self) -> Clock:
        """The clock of the campaign."""

    async def until_answered(self, kind: str, about: str, *, deed: Deed, once: bool) -> str:
        """Try until there is an answer, and write it down."""


async def ask(people: Everybody, number: int) -> None:
    """Ask for the so-manieth report, each of an earlier week."""
    now = people.clock()
    period = last_whole("weekly_report", now - timedelta(weeks=number + 1), zone=people.district.zone)

    async def deed(connection: AsyncConnection) -> None:
        await district_reports.ask(connection, period, person=CENTRE, now=now)

    await people.until_answered("district_report", period.label, deed=deed, once=False)


def decided(versions: list[Report], *, seed: int) -> list[Report]:
    """Return the versions about which somebody decides at all."""
    return [version for version in versions if _decision(version, seed)]


async def decide(people: Everybody, version: Report) -> None:
    """Decide about a version as the dice say; the last one that may be made goes out."""
    rules, decision = people.district.reports.approval, _decision(version, people.seed) or "approved"
    if version["version"] >= rules.versions_most:
        decision = "approved"
    given = Given(version=version["version"], decision=decision, person=CENTRE, remark="样例意见")

    async def deed(connection: AsyncConnection) -> None:
        await district_reports.decide(connection, version["report_id"], given, rules=rules, now=people.clock())

    about = f"{version['report_id']}/{version['version']}={decision}"
    await people.until_answered("report_decision", about, deed=deed, once=False)


def _decision(version: Report, seed: int) -> Decision | None:
    dice = Random(f"{seed}/{version['report_id']}/{version['version']}")  # noqa: S311 - repeated by its seed
    return dice.choices(list(SHARES), list(SHARES.values()))[0]
