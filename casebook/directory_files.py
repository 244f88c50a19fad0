"""The directory as `config/directory/` lists it, with every reference checked; the first wrong one is an error.

`casebook/directory_review.py` finds all that is wrong at once, also what no single row shows.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

from casebook.configuration import Configured, Folder, validated, wrong
from casebook.directory_tables import TABLES, Directory, Person, Place, Unit

__all__ = ["Directory", "Person", "Place", "Unit", "read_directory", "read_table"]

Entry = TypeVar("Entry", bound=Configured)
PLACES, UNITS, PEOPLE = (TABLES[name].file for name in ("places", "units", "people"))
REFERENCES = {
    "people": {"unit": "units"},
    "team_members": {"team": "units", "unit": "units"},
    "substitutes": {"person": "people", "substitute": "people"},
    "absences": {"person": "people"},
    "rosters": {"unit": "units", "person": "people"},
}


def read_directory(files: Folder, *, area: str, roles: Collection[str], hours: Collection[str]) -> Directory:
    """Read the files; a code that nothing stands behind is a `ConfigurationError`."""
    read = {name: list(read_rows(files, table.file, model=table.model)) for name, table in TABLES.items()}
    for table in TABLES.values():
        seen: set[tuple[object, ...]] = set()
        for line, entry in read[table.name]:
            if (key := table.key_of(entry)) in seen:
                columns = "、".join(table.key[:2])
                raise wrong(table.file, key=f"第 {line} 行的 {columns}", what="与前面某一行重复，请更正")
            seen.add(key)
    directory = Directory.model_validate({name: [entry for _, entry in rows] for name, rows in read.items()})
    _check_units(directory, area=area, roles=roles, hours=hours)
    known = {"units": {unit.code for unit in directory.units}, "people": {each.person for each in directory.people}}
    for name, references in REFERENCES.items():
        file = TABLES[name].file
        for line, entry in read[name]:
            for column, target in references.items():
                where = f"{entry.person} 的 {column}" if isinstance(entry, Person) else f"第 {line} 行的 {column}"
                _must_know(getattr(entry, column), known[target], name=file, key=where)
    return directory


def _check_units(directory: Directory, *, area: str, roles: Collection[str], hours: Collection[str]) -> None:
    places = {place.code for place in directory.places}
    units = {unit.code: unit for unit in directory.units}
    for place in directory.places:
        _must_know(place.street, places, name=PLACES, key=f"{place.code} 的 street")
    for unit in directory.units:
        _must_know(unit.area, {area, *places}, name=UNITS, key=f"{unit.code} 的 area")
        _must_know(unit.role, roles, name=UNITS, key=f"{unit.code} 的 role")
        _must_know(unit.hours, hours, name=UNITS, key=f"{unit.code} 的 hours")
        _must_lead_upwards(unit, units)


def read_rows(files: Folder, name: str, *, model: type[Entry]) -> Iterator[tuple[int, Entry]]:
    """Yield the rows of a CSV file as entries with their line numbers; an empty field is none."""
    for line, row in files.rows(name):
        filled = {column: value for column, value in row.items() if value}
        yield line, validated(model, filled, name=name, at=f"第 {line} 行")


def read_table(files: Folder, name: str, *, model: type[Entry], key: str) -> dict[str, Entry]:
    """Read a CSV file into one entry a row, by the column `key`, which may hold nothing twice."""
    entries: dict[str, Entry] = {}
    for line, entry in read_rows(files, name, model=model):
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
