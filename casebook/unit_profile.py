"""A unit as the directory shows it: who is above, who is on duty now and why, who belongs to it, its past."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from casebook import directory
from casebook.directory_tables import WEEK, Shift
from casebook.directory_words import PARTS
from casebook.district import District
from casebook.duty import Found
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import in_force, unit_name
from casebook.schema import people, rosters, team_members, units
from casebook.words import DUTIES

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Everything about one unit at one instant; `people` and `on_duty` hold personal data."""

    unit: dict[str, Any]
    in_force: bool
    at_work: bool
    hours: str
    above: list[tuple[str, str]]
    on_duty: dict[str, Found | None]
    people: Rows
    shifts: list[str]
    members: Rows
    teams: Rows
    versions: Rows


async def profile(casebook: AsyncConnection, code: str, *, district: District, now: datetime) -> Profile:
    """Return a unit's profile; RejectedInput for a code that no unit ever had."""
    unit = await directory.unit(casebook, code, at=now)
    if unit is None:
        raise RejectedInput("单位目录里没有这个单位。请从单位目录重新选择。")
    staff, local = await directory.staff_of(casebook, code, at=now), now.astimezone(district.zone)
    hours = district.hours.get(unit["hours"])
    return Profile(
        unit=unit,
        in_force=await directory.is_in_force(casebook, code, at=now),
        at_work=hours is not None and hours.hold(local, calendar=district.calendar),
        hours=hours.name if hours else unit["hours"],
        above=[(above, post.name) for above, post in staff.posts.items() if above != code],
        on_duty={duty: staff.find(code, duty, local=local) for duty in DUTIES},
        people=await _people(casebook, code, at=now),
        shifts=await _shifts(casebook, code, at=now),
        members=await _belonging(casebook, code, of="unit", to="team", at=now),
        teams=await _belonging(casebook, code, of="team", to="unit", at=now),
        versions=await _versions(casebook, code),
    )


async def _people(casebook: AsyncConnection, code: str, *, at: datetime) -> Rows:
    rows = await casebook.execute(
        select(people).where(people.c.unit == code, in_force(people, at)).order_by(people.c.duty, people.c.person)
    )
    return [dict(row) for row in rows.mappings()]


async def _shifts(casebook: AsyncConnection, code: str, *, at: datetime) -> list[str]:
    """Return the rows of the roster in words, those between dates first."""
    named = select(people.c.name).where(people.c.person == rosters.c.person, in_force(people, at)).limit(1)
    rows = await casebook.execute(
        select(rosters, named.scalar_subquery().label("name"))
        .where(rosters.c.unit == code, in_force(rosters, at))
        .order_by(rosters.c.begins.nulls_last(), rosters.c.duty, rosters.c.from_time)
    )
    return [_shift(dict(row)) for row in rows.mappings()]


def _shift(row: dict[str, Any]) -> str:
    shift = Shift.model_validate({column: row[column] for column in Shift.model_fields})
    days = "每天" if set(shift.weekdays) == set(WEEK) else f"星期{'、'.join(shift.weekdays)}"
    dates = f"{shift.begins or ''} 至 {shift.ends or ''}　" if shift.begins or shift.ends else ""
    hours = "全天" if shift.from_time == shift.to_time else f"{shift.from_time:%H:%M}–{shift.to_time:%H:%M}"
    return f"{dates}{days} {hours}　{DUTIES[shift.duty]}　{row['name'] or '（人员已不在目录）'}"


async def _belonging(casebook: AsyncConnection, code: str, *, of: str, to: str, at: datetime) -> Rows:
    """Return the units that belong to this one (`of` unit, `to` team), or those to which it belongs."""
    other = team_members.c[of]
    rows = await casebook.execute(
        select(other.label("code"), unit_name(other), team_members.c.part)
        .where(team_members.c[to] == code, in_force(team_members, at))
        .order_by(team_members.c.part, other)
    )
    return [dict(row) | {"part": PARTS[row["part"]]} for row in rows.mappings()]


async def _versions(casebook: AsyncConnection, code: str) -> Rows:
    """Return what the unit was called since when, one row for each change; `unit_name` is its superior's."""
    mine = units.alias()
    above = unit_name(mine.c.superior, at=mine.c.valid_from)
    rows = await casebook.execute(select(mine, above).where(mine.c.code == code).order_by(mine.c.valid_from))
    return [dict(row) for row in rows.mappings()]


async def find_units(casebook: AsyncConnection, fragment: str, *, at: datetime, most: int) -> Rows:
    """Return the units in force whose name or code contains the fragment, the district's first."""
    inside = [column.contains(fragment, autoescape=True) for column in (units.c.name, units.c.code)]
    nearness = units.c.level.in_(("city", "district")).desc(), (units.c.level == "street").desc()
    rows = await casebook.execute(
        select(units).where(in_force(units, at), or_(*inside)).order_by(*nearness, units.c.code).limit(most)
    )
    return [dict(row) for row in rows.mappings()]
