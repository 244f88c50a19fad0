"""The directory: units, people and places; who answers for what, and who stands above."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, case, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import people, places, units


async def import_directory(casebook: AsyncConnection, district: District, *, now: datetime) -> None:
    """Bring units, people and places of `config/directory` into the casebook, with dates.

    What is no longer in the files ends now; nothing is deleted, so old statistics stand.
    """
    await _import(casebook, units, rows=[unit.model_dump() for unit in district.units], now=now)
    persons = [person.model_dump() for person in district.people]
    await _import(casebook, people, rows=persons, now=now)
    for place in district.places:
        statement = upsert(places).values(place.model_dump())
        changed = {"name": place.name, "street": place.street}
        await casebook.execute(statement.on_conflict_do_update(index_elements=["code"], set_=changed))


async def _import(casebook: AsyncConnection, table: Table, *, rows: list[dict[str, Any]], now: datetime) -> None:
    [key] = [column.name for column in table.primary_key]
    known = set((await casebook.execute(select(table.c[key]))).scalars())
    for row in rows:
        if row[key] in known:
            same = table.c[key] == row[key]
            await casebook.execute(update(table).where(same).values(valid_to=None, **row))
    fresh = [row | {"valid_from": now} for row in rows if row[key] not in known]
    if fresh:
        await casebook.execute(insert(table), fresh)
    gone = known - {row[key] for row in rows}
    ended = table.c[key].in_(gone) & table.c.valid_to.is_(None)
    await casebook.execute(update(table).where(ended).values(valid_to=now))


async def unit_for(casebook: AsyncConnection, role: str, *, community: str) -> str | None:
    """Return the unit that plays `role` for a community: its own, its street's, the district's."""
    street = select(places.c.street).where(places.c.code == community).scalar_subquery()
    nearness = case((units.c.area == community, 0), (units.c.area == street, 1), else_=2)
    rows = await casebook.execute(
        select(units.c.code)
        .where(units.c.role == role, units.c.valid_to.is_(None))
        .where((units.c.area == community) | (units.c.area == street) | units.c.level.in_(("district", "city")))
        .order_by(nearness, units.c.code)
        .limit(1)
    )
    found: str | None = rows.scalar_one_or_none()
    return found


async def centre_for(casebook: AsyncConnection, level: str, *, community: str) -> str | None:
    """Return the command or service centre of `level` (community, street, district)."""
    street = select(places.c.street).where(places.c.code == community).scalar_subquery()
    rows = await casebook.execute(
        select(units.c.code)
        .where(units.c.kind == "centre", units.c.level == level, units.c.valid_to.is_(None))
        .where((units.c.area == community) | (units.c.area == street) | (literal(level) == "district"))
        .order_by(units.c.code)
        .limit(1)
    )
    found: str | None = rows.scalar_one_or_none()
    return found


async def unit(casebook: AsyncConnection, code: str) -> dict[str, Any] | None:
    """Return one unit, or None."""
    rows = await casebook.execute(select(units).where(units.c.code == code))
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def person_on_duty(casebook: AsyncConnection, code: str, *, duty: str) -> dict[str, Any] | None:
    """Return who holds `duty` in a unit; without one, in the nearest superior that has one."""
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        rows = await casebook.execute(
            select(people)
            .where(people.c.unit == code, people.c.duty == duty, people.c.valid_to.is_(None))
            .order_by(people.c.person)
            .limit(1)
        )
        if row := rows.mappings().one_or_none():
            return dict(row)
        superior = await unit(casebook, code)
        code = (superior or {}).get("superior") or ""
    return None
