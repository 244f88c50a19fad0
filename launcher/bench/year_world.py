"""The world of a simulated year: when people act, and who calls when about what.

Offices act at a few moments of their worked days and citizens also on others: so lights of many come due together, and
the clock needs few stops. Every fiftieth call comes at an edge of a day, a holiday or the year.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from casebook.reports import RequestReport, Urgency
from launcher.bench.second_opinion import DAY, SATURDAY, is_open, is_worked

DAYS = 365
AT_WORK = tuple(time(*clock) for clock in ((9,), (11,), (12,), (13, 30), (15, 30), (17, 30)))
AT_REST = tuple(time(*clock) for clock in ((0,), (7, 30), (12,), (19, 30)))
EVENING = tuple(time(*clock) for clock in ((0,), (7, 30), (19, 30)))
CALLS = {0: 2, 7: 6, 9: 18, 11: 18, 12: 8, 13: 16, 15: 20, 17: 10, 19: 10}  # shares by hour
ON_A_DAY_OFF = 0.5  # calls of a day off to those of a worked day
COMMUNITYS, STREETS, DEPARTMENTS = ("070101", "040106", "050104"), ("010201", "060102", "080105"), ("020102", "040302")
SHARES = (60, 35, 5)  # of communities, streets, departments: 95 of a hundred are settled below the district
URGENT, WITHOUT_A_NUMBER = 0.02, 0.3
TEN_MINUTES = timedelta(minutes=10)
EDGE_EVERY = 50
Part = tuple[int, int]  # the second of four: 2, 4
WHOLE: Part = (1, 1)
PHONES_FROM = 99_940_000_000


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How many requests, which seed, how many days, which part of so many of these days.

    After `minutes_most` the days that have passed are judged.
    """

    requests: int
    seed: int = 1
    days: int = DAYS
    part: Part = WHOLE
    minutes_most: float = math.inf

    @property
    def stretch(self) -> tuple[int, int]:
        """Return the first day of the part, counted from 0, and the one behind its last."""
        number, parts = self.part
        return self.days * (number - 1) // parts, self.days * number // parts


def moments(day: date) -> tuple[time, ...]:
    """Return the moments of a day at which anybody acts."""
    return tuple(sorted((*AT_WORK, *EVENING))) if is_worked(day) else AT_REST


def next_moment(at: datetime, *, office: bool) -> datetime:
    """Return the first moment at or after an instant at which people act; offices only while they are open."""
    day = at.date()
    while True:
        for clock in moments(day):
            moment = datetime.combine(day, clock, at.tzinfo)
            if moment >= at and (not office or is_open(moment)):
                return moment
        day += DAY


def next_ten_minutes(at: datetime) -> datetime:
    """Return the next full ten minutes: urgent matters do not wait for the hour."""
    whole = at.replace(minute=at.minute - at.minute % 10, second=0, microsecond=0)
    return whole + TEN_MINUTES


def calls(wish: Wish, begin: datetime, *, communities: Sequence[str]) -> list[RequestReport]:
    """Return what citizens report in the wish's part of the days from `begin` on, in the order in which they call.

    A part has the calls that its days have in the whole, so that the parts together are the whole.
    """
    dice = Random(f"year/{wish.seed}")  # noqa: S311 - a simulation, repeatable on purpose
    days = [begin.date() + n * DAY for n in range(wish.days)]
    weights = [1.0 if is_worked(day) else ON_A_DAY_OFF for day in days]
    edges = edges_of(days, begin)
    instants = []
    for number, day in enumerate(dice.choices(days, weights, k=wish.requests)):
        clocks = moments(day)
        clock = dice.choices(clocks, [CALLS[clock.hour] for clock in clocks])[0]
        instants.append(next(edges) if number % EDGE_EVERY == 0 else datetime.combine(day, clock, begin.tzinfo))
    first, end = (begin + day * DAY for day in wish.stretch)
    reports = [
        _report(number, instant, community=dice.choice(communities), dice=dice)
        for number, instant in enumerate(sorted(instants))
    ]
    return [report for report in reports if first <= report.received_at < end]


def edges_of(days: list[date], begin: datetime) -> Iterator[datetime]:
    """Yield instants at the edges of days, of days off and of the year, round and round."""
    eves = [day for day in days[1:-1] if is_worked(day) and not is_worked(day + DAY)]
    holiday_eves = [day for day in eves if day.weekday() < SATURDAY - 1]
    made_up = [day for day in days if is_worked(day) and day.weekday() >= SATURDAY]
    off = [day for day in days if not is_worked(day) and day.weekday() < SATURDAY]
    new_year = date(begin.year + 1, 1, 1)
    kinds = (
        ([day for day in days if day == new_year - DAY], "17:00:00 23:59:50"),
        ([day for day in days if day == new_year], "00:00:00 10:00:00"),
        (holiday_eves, "17:20:00 17:29:50"),
        (made_up, "12:15:00 08:59:30"),
        (off, "23:59:30 00:00:10"),
        (days, "11:59:30 13:29:40"),
    )
    for turn in itertools.count():
        for chosen, clocks in ((chosen, clocks) for chosen, clocks in kinds if chosen):
            clock = clocks.split()[turn % 2]
            yield datetime.combine(chosen[turn * 7 % len(chosen)], time.fromisoformat(clock), begin.tzinfo)


def _report(number: int, instant: datetime, *, community: str, dice: Random) -> RequestReport:
    urgency: Urgency = "urgent" if dice.random() < URGENT else "normal"
    return RequestReport(
        platform="mayor_line",
        external_id=f"year-{number}",
        channel="online",
        received_at=instant,
        category=dice.choice(dice.choices((COMMUNITYS, STREETS, DEPARTMENTS), SHARES)[0]),
        community=community,
        urgency=urgency,
        caller_kind="citizen",
        caller_name="样例来电人",
        caller_phone=None if dice.random() < WITHOUT_A_NUMBER else str(PHONES_FROM + number),
        title="样例",
        text="样例诉求",
    )
