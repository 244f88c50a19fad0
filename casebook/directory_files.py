"""Places, units and people as `config/directory/` lists them, with every reference checked."""

from collections.abc import Collection, Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import StringConstraints

from casebook.configuration import Configured, Folder, Text, validated, wrong
from casebook.rules import Level

Duty = Literal["duty_officer", "deputy_head", "principal_head"]
Kind = Literal["centre", "community", "street_office", "department", "posted_force", "response_team", "city"]
Entry = TypeVar("Entry", bound=Configured)

PLACES = "directory/places.csv"
UNITS = "directory/units.csv"
PEOPLE = "directory/people.csv"


class Place(Configured):
    """A street or a community; a street's own `street` is itself."""

    code: Text
    name: Text
    street: Text


class Unit(Configured):
    """Who can be asked to do something, for which area, and who stands above."""

    code: Text
    name: Text
    kind: Kind
    level: Level
    role: Text
    area: Text
    superior: Text | None = None


class Person(Configured):
    """Somebody with a duty in a unit (in the sample directory all are invented)."""

    person: Text
    name: Text
    unit: Text
    duty: Duty
    phone: Annotated[str, StringConstraints(pattern=r"^\d{11}$")]


class Directory(Configured):
    """The three files together."""

    places: tuple[Place, ...]
    units: tuple[Unit, ...]
    people: tuple[Person, ...]


def read_directory(files: Folder, *, area: str, roles: Collection[str]) -> Directory:
    """Read the three files; a code that nothing stands behind is a `ConfigurationError`."""
    places = read_table(files, PLACES, model=Place, key="code")
    units = read_table(files, UNITS, model=Unit, key="code")
    people = read_table(files, PEOPLE, model=Person, key="person")
    for place in places.values():
        _must_know(place.street, places, name=PLACES, key=f"{place.code} 的 street")
    for unit in units.values():
        _must_know(unit.area, {area, *places}, name=UNITS, key=f"{unit.code} 的 area")
        _must_know(unit.role, roles, name=UNITS, key=f"{unit.code} 的 role")
        _must_lead_upwards(unit, units)
    for person in people.values():
        _must_know(person.unit, units, name=PEOPLE, key=f"{person.person} 的 unit")
    return Directory(places=tuple(places.values()), units=tuple(units.values()), people=tuple(people.values()))


def read_table(files: Folder, name: str, *, model: type[Entry], key: str) -> dict[str, Entry]:
    """Read a CSV file into one entry a row, by the column `key`, which may hold nothing twice."""
    entries: dict[str, Entry] = {}
    for line, row in files.rows(name):
        filled = {column: value for column, value in row.items() if value}
        entry = validated(model, filled, name=name, at=f"第 {line} 行")
        code = str(getattr(entry, key))
        if code in entries:
            raise wrong(name, key=f"第 {line} 行的 {key}", what="与前面某一行重复，请更正")
        entries[code] = entry
    return entries


def _must_know(code: str, known: Collection[str], *, name: str, key: str) -> None:
    if code not in known:
        raise wrong(name, key=key, what=f"没有编码“{code}”，请更正，或先补上它")


def _must_lead_upwards(unit: Unit, units: Mapping[str, Unit]) -> None:
    seen = {unit.code}
    superior = unit.superior
    while superior is not None:
        _must_know(superior, units, name=UNITS, key=f"{unit.code} 的 superior")
        if superior in seen:
            raise wrong(UNITS, key=f"{unit.code} 的 superior", what="上级关系绕成了圈，请更正")
        seen.add(superior)
        superior = units[superior].superior
