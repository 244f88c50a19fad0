"""The directory: units, people and places; who answers for what, and who stands above, at an instant.

`at=None` asks for what was decided last. How the directory changes stands in `casebook/directory_changes.py`.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import cache
from typing import Any, TypedDict

from sqlalchemy import (
    ARRAY,
    BindParameter,
    DateTime,
    ScalarSelect,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    case,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from casebook.configuration import Configured
from casebook.directory_tables import Absence, Directory, Person, Shift, Substitute
from casebook.duty import Post, Staff
from casebook.engine import AsyncConnection
from casebook.newest import in_force, nearest_version
from casebook.schema import absences, people, places, rosters, substitutes, units


class OnDuty(TypedDict):
    """Who answers: the person, where and by which step one was found, and the sentence that says why."""

    person: str
    name: str
    phone: str
    duty: str
    unit: str
    step: str
    climbed: bool
    why: str


async def unit_for(casebook: AsyncConnection, role: str, *, community: str, at: datetime | None = None) -> str | None:
    """Return the unit that plays `role` for a community: its own, its street's, the district's."""
    return (await units_for(casebook, [role], community=community, at=at)).get(role)


async def units_for(
    casebook: AsyncConnection, roles: Iterable[str], *, community: str, at: datetime | None = None
) -> dict[str, str]:
    """Return the unit of each of these roles for a community, asking once; a role that nobody plays is missing."""
    asked = {"roles": list(roles), "community": community, "at": at}
    found = await casebook.execute(_players(at is not None), asked)
    return {row.role: row.code for row in found}


async def centre_for(
    casebook: AsyncConnection, level: str, *, community: str, at: datetime | None = None
) -> str | None:
    """Return the command or service centre of `level` (community, street, district)."""
    asked = {"level": level, "community": community, "at": at}
    found: str | None = (await casebook.execute(_centre(at is not None), asked)).scalar_one_or_none()
    return found


# Each request asks these several times: the statements are put together once, which halves what an answer costs.
@cache
def _players(dated: bool) -> Select[Any]:  # noqa: FBT001 - one of two statements
    community: BindParameter[str] = bindparam("community")
    street, at = _street(dated), _at(dated)
    nearness = case((units.c.area == community, 0), (units.c.area == street, 1), else_=2)
    return (
        select(units.c.role, units.c.code)
        .ext(distinct_on(units.c.role))
        .where(units.c.role == any_(bindparam("roles", type_=ARRAY(Text))), in_force(units, at))
        .where((units.c.area == community) | (units.c.area == street) | units.c.level.in_(("district", "city")))
        .order_by(units.c.role, nearness, units.c.code)
    )


@cache
def _centre(dated: bool) -> Select[Any]:  # noqa: FBT001 - one of two statements
    community: BindParameter[str] = bindparam("community")
    level = bindparam("level", type_=Text)
    return (
        select(units.c.code)
        .where(units.c.kind == "centre", units.c.level == level, in_force(units, _at(dated)))
        .where((units.c.area == community) | (units.c.area == _street(dated)) | (level == "district"))
        .order_by(units.c.code)
        .limit(1)
    )


def _street(dated: bool) -> ScalarSelect[Any]:  # noqa: FBT001
    mine = places.c.code == bindparam("community")
    return select(places.c.street).where(mine, in_force(places, _at(dated))).scalar_subquery()


def _at(dated: bool) -> BindParameter[datetime] | None:  # noqa: FBT001
    return bindparam("at", type_=DateTime(timezone=True)) if dated else None


async def unit(casebook: AsyncConnection, code: str, *, at: datetime | None = None) -> dict[str, Any] | None:
    """Return one unit as it was at an instant, of one that has ended its last version; None for an unknown code."""
    rows = await casebook.execute(select(units).where(units.c.code == code).order_by(*nearest_version(at)).limit(1))
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def playing(casebook: AsyncConnection, role: str, *, at: datetime) -> list[str]:
    """Return the codes of all units that play a role at an instant."""
    mine = (units.c.role == role, in_force(units, at))
    return list((await casebook.execute(select(units.c.code).where(*mine).order_by(units.c.code))).scalars())


async def streets_of(casebook: AsyncConnection, *, at: datetime) -> dict[str, str]:
    """Return the street of every community at an instant, by their codes."""
    rows = await casebook.execute(select(places.c.code, places.c.street).where(in_force(places, at)))
    return {row.code: row.street for row in rows}


async def unit_named(casebook: AsyncConnection, name: str, *, at: datetime) -> str | None:
    """Return the unit of exactly this name at an instant."""
    named = select(units.c.code).where(units.c.name == name, in_force(units, at)).order_by(units.c.code).limit(1)
    code: str | None = (await casebook.execute(named)).scalar_one_or_none()
    return code


async def is_in_force(casebook: AsyncConnection, code: str, *, at: datetime) -> bool:
    """Tell whether there is a unit of this code at an instant."""
    rows = await casebook.execute(select(literal(1)).where(units.c.code == code, in_force(units, at)).limit(1))
    return rows.first() is not None


async def person_on_duty(
    casebook: AsyncConnection, code: str, *, duty: str, at: datetime, zone: tzinfo
) -> OnDuty | None:
    """Return who answers for `duty` in a unit at an instant; without anybody there, in the nearest superior unit.

    The rule stands in `casebook/duty.py`. None only when nobody is found up to the top, which no import lets in.
    """
    staff = await staff_of(casebook, code, at=at)
    found = staff.find(code, duty, local=at.astimezone(zone))
    if found is None:
        return None
    person = found.person
    return OnDuty(
        person=person.person,
        name=person.name,
        phone=person.phone,
        duty=person.duty,
        unit=found.unit,
        step=found.step,
        climbed=found.climbed,
        why=found.why,
    )


async def person_at(casebook: AsyncConnection, person: str, *, at: datetime) -> dict[str, Any] | None:
    """Return a person as the directory has them at an instant; None for a caller, or for somebody who has left."""
    mine = select(people).where(people.c.person == person, in_force(people, at)).limit(1)
    row = (await casebook.execute(mine)).mappings().one_or_none()
    return dict(row) if row else None


async def staff_of(casebook: AsyncConnection, code: str, *, at: datetime) -> Staff:
    """Return the people, rosters and stand-ins of a unit and of all above it, as they are in force at an instant."""
    posts = await _chain(casebook, code, at=at)
    shifts = [Shift.model_validate(row) for row in await _rows(casebook, rosters, Shift, at=at, unit=posts)]
    persons = select(people.c.person).where(people.c.unit.in_(posts), in_force(people, at))
    rostered = select(rosters.c.person).where(rosters.c.unit.in_(posts), in_force(rosters, at))
    named = persons.union(rostered).subquery()
    reached = select(named.c.person).cte("reached", recursive=True)
    reached = reached.union(
        select(substitutes.c.substitute)
        .join(reached, reached.c.person == substitutes.c.person)
        .where(in_force(substitutes, at))
    )
    codes = set((await casebook.execute(select(reached.c.person))).scalars())
    directory = Directory(
        places=(),
        units=(),
        people=tuple(Person.model_validate(row) for row in await _rows(casebook, people, Person, at=at, person=codes)),
        substitutes=tuple(
            Substitute.model_validate(row)
            for row in await _rows(casebook, substitutes, Substitute, at=at, person=codes)
        ),
        absences=tuple(
            Absence.model_validate(row) for row in await _rows(casebook, absences, Absence, at=at, person=codes)
        ),
        rosters=tuple(shifts),
    )
    return Staff.of(directory, posts=posts)


async def _chain(casebook: AsyncConnection, code: str, *, at: datetime) -> dict[str, Post]:
    """Return a unit and all above it, the lowest first; a code that leads nowhere or back ends the chain."""
    posts: dict[str, Post] = {}
    next_code: str | None = code
    while next_code and next_code not in posts and (row := await unit(casebook, next_code, at=at)):
        ended = not (row["valid_from"] <= at and (row["valid_to"] is None or row["valid_to"] > at))
        posts[next_code] = Post(name=row["name"], superior=row["superior"], ended=ended)
        next_code = row["superior"]
    return posts


async def _rows(
    casebook: AsyncConnection, table: Table, model: type[Configured], *, at: datetime, **among: Any
) -> list[dict[str, Any]]:
    """Return the rows in force whose column holds one of these values, with the model's columns."""
    statement: Select[Any] = select(*(table.c[column] for column in model.model_fields)).where(in_force(table, at))
    for column, values in among.items():
        statement = statement.where(table.c[column].in_(list(values)))
    return [dict(row) for row in (await casebook.execute(statement)).mappings()]
