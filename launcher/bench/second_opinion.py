"""A second opinion on working time and limits, for oracles: nothing of the casebook's calendar is used.

The notice on holidays is made up here and decides every day, so that any year can be judged: five blocks of days off,
made up for on the Sunday before and the Saturday after. Limits and who is told are read from the tables themselves.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY, SECOND, NOTHING = timedelta(days=1), timedelta(seconds=1), timedelta()
MIDNIGHT = time(0)
PERIODS = ((time(9), time(12)), (time(13, 30), time(17, 30)))
BLOCKS = (((1, 1), 3), ((2, 5), 7), ((4, 4), 3), ((5, 1), 5), ((10, 1), 7))  # first day, days
SATURDAY = 5
FIRST_CONFIRMED, YEARS_DECIDED = 2018, 3
ANY = "-"
Pause = tuple[datetime, datetime]


@cache
def is_worked(day: date) -> bool:
    """Tell whether the notice has a day worked."""
    blocks = [(date(year, *first), days) for year in (day.year, day.year + 1) for first, days in BLOCKS]
    if any(first <= day < first + days * DAY for first, days in blocks):
        return False
    ends = [first + (days - 1) * DAY for first, days in blocks]
    made_up = {first - ((first.weekday() + 1) % 7 or 7) * DAY for first, _ in blocks}
    made_up |= {last + ((SATURDAY - last.weekday()) % 7 or 7) * DAY for last in ends}
    return day in made_up or day.weekday() < SATURDAY


def is_open(instant: datetime) -> bool:
    """Tell whether offices are at work at an instant; the last second of a period counts."""
    return is_worked(instant.date()) and any(begin <= instant.time() <= end for begin, end in PERIODS)


def after(start: datetime, hours: float, *, basis: str = "working", pauses: Iterable[Pause] = ()) -> datetime:
    """Walk through the time that counts until so many hours of it have been used.

    `basis`: `working` counts the office hours of worked days, `calendar` day and night; pauses do not count.
    """
    left, last = timedelta(hours=hours), start
    for opens, closes in _without(pauses, _open_times(start, basis=basis)):
        if left <= closes - opens:
            return opens + left
        left, last = left - (closes - opens), closes
    raise ArithmeticError(f"time ends at {last}")


def _open_times(start: datetime, *, basis: str) -> Iterator[Pause]:
    """Yield from when to when time counts, from `start` on, without end."""
    day = start.date()
    while True:
        midnight = datetime.combine(day, MIDNIGHT, start.tzinfo)
        spans = [(begin, datetime.combine(day, end, start.tzinfo)) for begin, end in PERIODS if is_worked(day)]
        whole: Sequence[tuple[time, datetime]] = [(MIDNIGHT, midnight + DAY)] if basis == "calendar" else spans
        for begin, closes in whole:
            opens = max(start, datetime.combine(day, begin, start.tzinfo))
            if opens <= closes:
                yield opens, closes
        day += DAY


def _without(pauses: Iterable[Pause], times: Iterator[Pause]) -> Iterator[Pause]:
    """Cut pauses out of the times that count."""
    standing = sorted(pauses)
    for opens, closes in times:
        begin = opens
        for stops, goes_on in standing:
            if goes_on <= begin or stops >= closes:
                continue
            if stops > begin:
                yield begin, stops
            begin = max(begin, goes_on)
        if begin <= closes:
            yield begin, closes


def write_notice(config: Path, *, today: date) -> None:
    """Let a copy of the configuration know this notice: this year and two more are decided day by day."""
    first, last = date(today.year, 1, 1), date(today.year + YEARS_DECIDED - 1, 12, 31)
    decided = [first + n * DAY for n in range((last - first).days + 1)]
    rows = "".join(
        f'[[overrides]]\ndate = {day}\nworking = {str(is_worked(day)).lower()}\nnotice = "样例"\n' for day in decided
    )
    hours = [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in PERIODS]
    years = list(range(FIRST_CONFIRMED, today.year + YEARS_DECIDED))
    text = f"office_hours = {hours}\nconfirmed_years = {years}\n{rows}"
    (config / "calendar.toml").write_text(text, encoding="utf-8")


def rows_of(table: Path) -> list[tuple[str, ...]]:
    """Return the rows of a decision table as they are written, inputs first, quotes taken off."""
    rules = etree.parse(table).iter("{*}rule")
    cells = ("{*}inputEntry", "{*}outputEntry")
    return [tuple(str(cell.findtext("{*}text")).strip('"') for cell in rule.iterchildren(*cells)) for rule in rules]


def first_match(rows: Iterable[tuple[str, ...]], *wanted: str) -> tuple[str, ...]:
    """Return the outputs of the first row whose inputs fit; LookupError when there is none."""
    for row in rows:
        inputs = row[: len(wanted)]
        if all(cell in {ANY, value} for cell, value in zip(inputs, wanted, strict=True)):
            return row[len(wanted) :]
    raise LookupError(f"no row for {wanted}")
