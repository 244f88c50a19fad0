"""A second opinion on deadlines: plain counting, one minute after the other, on the days of chinese_calendar."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random

import chinese_calendar

A_MINUTE = timedelta(minutes=1)
Period = tuple[int, int]
EDGES = (
    date(2018, 12, 29), date(2019, 4, 28), date(2020, 1, 19), date(2020, 1, 31), date(2021, 2, 7), date(2021, 12, 31),
    date(2022, 9, 30), date(2023, 1, 20), date(2023, 9, 28), date(2024, 2, 4), date(2024, 12, 31), date(2025, 9, 28),
    date(2025, 12, 31), date(2026, 1, 4), date(2026, 2, 14), date(2026, 9, 20), date(2026, 9, 30), date(2026, 10, 10),
)  # fmt: skip
MINUTES_OF_INTEREST = (0, 1, 539, 540, 541, 719, 720, 721, 750, 809, 810, 811, 1049, 1050, 1051, 1439)


@cache
def is_worked(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))  # type: ignore[no-untyped-call]


def minutes_from(start: datetime, periods: list[Period]) -> Iterator[bool]:
    """Yield for each minute from `start` on whether it is worked."""
    pattern = [any(begin <= minute < end for begin, end in periods) for minute in range(1440)]
    day, first = start.date(), start.hour * 60 + start.minute
    while True:
        yield from pattern[first:] if is_worked(day) else [False] * (1440 - first)
        day, first = day + timedelta(days=1), 0


def count(start: datetime, minutes: int, periods: list[Period]) -> tuple[datetime, datetime]:
    """Return when half of so many working minutes, and when all of them, have been used."""
    used, half = 0, start
    for passed, worked in enumerate(minutes_from(start, periods), 1):
        if worked:
            used += 1
            if used == (minutes + 1) // 2:
                half = start + passed * A_MINUTE
            if used == minutes:
                return half, start + passed * A_MINUTE
    raise AssertionError


def some_start(dice: Random) -> datetime:
    day = dice.choice(EDGES) if dice.random() < 0.5 else date(2018, 1, 1) + timedelta(days=dice.randrange(3230))
    minute = dice.choice(MINUTES_OF_INTEREST) if dice.random() < 0.4 else dice.randrange(1440)
    return datetime.combine(day, time(minute // 60, minute % 60))


def some_periods(dice: Random) -> list[Period]:
    if dice.random() < 0.4:
        return [(540, 720), (810, 1050)]
    marks = sorted(dice.sample(range(0, 1441, 15), dice.choice((2, 4, 6))))
    return list(zip(marks[::2], marks[1::2], strict=True))


def written(periods: list[Period]) -> str:
    """Return periods as `--office-hours` takes them."""
    clock = [[f"{minute // 60:02d}:{minute % 60:02d}" for minute in period] for period in periods]
    return ",".join("-".join(period) for period in clock)


def some_minutes(dice: Random, periods: list[Period]) -> int:
    """Return how long a limit is: from a minute to some days of work."""
    a_day = sum(end - begin for begin, end in periods)
    return dice.choice((1, 2, 6, 30, 60, a_day // 2, a_day, a_day + 1, 3 * a_day))
