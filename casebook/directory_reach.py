"""Whether somebody answers for every unit at every instant from a day on, and whether rosters have gaps."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from casebook.directory_review import Book, Demands
from casebook.directory_tables import TABLES, Dated, Directory, Shift, Unit
from casebook.directory_words import Wrong
from casebook.duty import DUTY_OFFICER, ONE_DAY, Staff, spans

Gap = tuple[datetime, datetime]


def reach_findings(book: Book, demands: Demands) -> Iterator[Wrong]:
    """Yield the units for which at some instant nobody would be found, and the gaps in rosters of 7×24 units.

    Who holds the duty of duty officer somewhere up the chain, or stands in for the holder, is found for any duty.
    That changes only with days, so it is asked for each day on which an absence or a stand-in begins or has ended.
    Rosters can only add somebody; they are not relied on, because their dated rows run out.
    """
    directory = Directory.model_validate({name: [entry for _, entry in book[name]] for name in TABLES})
    staff, rows = Staff.of(directory), {unit.code: row for row, unit in _units(book)}
    yield from _nobody(directory, staff, demands=demands, rows=rows)
    yield from _empty_units(directory, staff, rows=rows)
    yield from _gaps(directory, demands=demands, rows=rows)


def _units(book: Book) -> Iterator[tuple[int, Unit]]:
    yield from ((row, unit) for row, unit in book["units"] if isinstance(unit, Unit))


def _nobody(directory: Directory, staff: Staff, *, demands: Demands, rows: dict[str, int]) -> Iterator[Wrong]:
    tops: dict[str, date] = {}
    below: dict[str, set[str]] = {}
    days = sorted(_days_of_change(directory, demands.day))
    for unit in directory.units:
        chain = _chain(unit.code, staff)
        for day in days:
            if not any(staff.present(code, DUTY_OFFICER, day=day) for code in chain):
                tops.setdefault(chain[-1], day)
                below.setdefault(chain[-1], set()).add(unit.code)
                break
    for code, day in tops.items():
        others = len(below[code] - {code})
        what = f"从 {day:%Y-%m-%d} 起找不到任何值班员（本单位及其上级都没有人，或都请假而没有替岗）"
        what += f"，它下面还有 {others} 个单位也因此没有人" if others else ""
        action = "请在表“人员”里给它补值班员，或在表“替岗”里补替岗人"
        yield Wrong(table="units", row=rows[code], column="code", what=what, action=action)


def _chain(code: str, staff: Staff) -> list[str]:
    chain: list[str] = []
    step: str | None = code
    while step is not None and step in staff.posts and step not in chain:
        chain.append(step)
        step = staff.posts[step].superior
    return chain


def _days_of_change(directory: Directory, first: date) -> set[date]:
    rows: list[Dated] = [*directory.absences, *directory.substitutes]
    begins = {row.begins for row in rows if row.begins}
    after = {row.ends + ONE_DAY for row in rows if row.ends and row.ends < date.max}
    return {first} | {day for day in begins | after if day > first}


def _empty_units(directory: Directory, staff: Staff, *, rows: dict[str, int]) -> Iterator[Wrong]:
    staffed = {unit for unit, _ in staff.holders} | {unit for unit, _ in staff.rosters}
    for unit in directory.units:
        if unit.code not in staffed:
            what, action = f"“{unit.name}”没有人员，通知都会转到上级", "请在表“人员”里补上"
            yield Wrong(table="units", row=rows[unit.code], column="code", what=what, action=action, refuses=False)


def _gaps(directory: Directory, *, demands: Demands, rows: dict[str, int]) -> Iterator[Wrong]:
    """Look at the rosters of duty officers of units that are there round the clock, some days ahead."""
    shifts: dict[str, list[Shift]] = {}
    for shift in directory.rosters:
        if shift.duty == DUTY_OFFICER:
            shifts.setdefault(shift.unit, []).append(shift)
    for unit in directory.units:
        hours = demands.hours.get(unit.hours)
        if hours is None or not hours.round_the_clock:
            continue
        if gap := first_gap(shifts.get(unit.code, []), demands.day, days=demands.roster_days):
            what = f"7×24 小时单位“{unit.name}”的值班表有空档：{gap[0]:%m月%d日 %H:%M} 至 {gap[1]:%m月%d日 %H:%M}"
            action = "请在表“值班”里补上值班员"
            yield Wrong(table="units", row=rows[unit.code], column="hours", what=what, action=action)


def first_gap(shifts: list[Shift], first: date, *, days: int) -> Gap | None:
    """Return the first time within some days from the morning of the first that no shift covers."""
    covered = datetime.combine(first, time())
    end = covered + timedelta(days=days)
    for begin, until in sorted(span for shift in shifts for span in spans(shift, first - ONE_DAY, days=days + 1)):
        if begin > covered:
            return covered, min(begin, end)
        covered = max(covered, until)
        if covered >= end:
            return None
    return (covered, end) if covered < end else None
