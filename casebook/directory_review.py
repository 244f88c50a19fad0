"""All that is wrong with a directory, at once: what no unit, street or person may come to lack."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casebook.configuration import Configured
from casebook.directory_files import REFERENCES
from casebook.directory_tables import TABLES, Directory, Unit
from casebook.directory_words import Wrong
from casebook.district import District
from casebook.working_hours import WorkingHours

Book = Mapping[str, Sequence[tuple[int, Configured]]]
ALWAYS_NEEDED = frozenset({"inspection"})
TEAMS = ("response_team", "centre")
SHOWN_MOST = 3


@dataclass(frozen=True, kw_only=True)
class Demands:
    """What a directory must answer for: the district's places, roles and hours, from a day on."""

    area: str
    communities: Mapping[str, str]
    roles: Mapping[str, str]
    needed_roles: frozenset[str]
    hours: Mapping[str, WorkingHours]
    day: date
    roster_days: int

    @classmethod
    def of(cls, district: District, *, needed_roles: frozenset[str], day: date) -> "Demands":
        """Return what this district demands; `needed_roles` are those that the response list names."""
        return cls(
            area=district.area,
            communities={code: place.name for code, place in district.communities.items()},
            roles=district.roles,
            needed_roles=needed_roles | ALWAYS_NEEDED,
            hours=district.hours,
            day=day,
            roster_days=district.directory.roster_days,
        )


@dataclass(frozen=True)
class Sheets:
    """A directory with the number of each row, as the check of one table after the other needs it."""

    book: Book
    directory: Directory
    demands: Demands

    def row_of(self, table: str, key: tuple[object, ...]) -> int:
        """Return the number of the first row with a key; 0 when there is none."""
        of = TABLES[table]
        return next((row for row, entry in self.book[table] if of.key_of(entry) == key), 0)

    def wrong(self, unit: Unit, column: str, *, what: str, action: str) -> Wrong:
        """Return something wrong with a unit."""
        row = self.row_of("units", (unit.code,))
        return Wrong(table="units", row=row, column=column, what=what, action=action)


def book_of(directory: Directory) -> Book:
    """Return a directory with the row numbers that its files have: the header is row 1."""
    return {name: list(enumerate(getattr(directory, name), start=2)) for name in TABLES}


def structure_findings(book: Book, demands: Demands) -> Iterator[Wrong]:
    """Yield duplicates, unknown codes, circles, holes and empty teams."""
    entries = {name: tuple(entry for _, entry in rows) for name, rows in book.items()}
    sheets = Sheets(book, Directory.model_validate(entries), demands)
    yield from _duplicates(book)
    yield from _unknown_codes(sheets)
    yield from _circles(sheets)
    yield from _teams(sheets)
    yield from _places_as_configured(sheets)
    yield from _places_without_centre(sheets)
    yield from _roles_without_unit(sheets)


def _duplicates(book: Book) -> Iterator[Wrong]:
    for name, table in TABLES.items():
        first: dict[tuple[object, ...], int] = {}
        for row, entry in book[name]:
            if (key := table.key_of(entry)) in first:
                what = f"与第 {first[key]} 行重复"
                yield Wrong(table=name, row=row, column=table.key[0], what=what, action="请删去一行或更正")
            first.setdefault(key, row)
    names = Counter(entry.name for _, entry in book["units"] if isinstance(entry, Unit))
    for row, entry in book["units"]:
        if isinstance(entry, Unit) and names[entry.name] > 1:
            what = f"有 {names[entry.name]} 个单位都叫“{entry.name}”"
            yield Wrong(table="units", row=row, column="name", what=what, action="请改成各不相同的名称")


def _unknown_codes(sheets: Sheets) -> Iterator[Wrong]:
    directory, demands = sheets.directory, sheets.demands
    units = {unit.code for unit in directory.units}
    places = {place.code for place in directory.places}
    known: dict[str, set[str]] = {"units": units, "people": {each.person for each in directory.people}}
    inside: dict[tuple[str, str], set[str]] = {
        ("places", "street"): places,
        ("units", "area"): places | {demands.area},
        ("units", "role"): set(demands.roles),
        ("units", "hours"): set(demands.hours),
        ("units", "superior"): units,
        **{(name, column): known[to] for name, columns in REFERENCES.items() for column, to in columns.items()},
    }
    for (name, column), codes in inside.items():
        for row, entry in sheets.book[name]:
            code = getattr(entry, column)
            if code is not None and code not in codes:
                what = f"没有编码“{code}”"
                yield Wrong(table=name, row=row, column=column, what=what, action="请更正，或先补上它")
    for row, entry in sheets.book["substitutes"]:
        if getattr(entry, "person", "") == getattr(entry, "substitute", None):
            what = "自己不能替自己的岗"
            yield Wrong(table="substitutes", row=row, column="substitute", what=what, action="请换一个人")


def _circles(sheets: Sheets) -> Iterator[Wrong]:
    units = {unit.code: unit for unit in sheets.directory.units}
    done: set[str] = set()
    for code in units:
        way: list[str] = []
        step: str | None = code
        while step in units and step not in done and step not in way:
            way.append(step)
            step = units[step].superior
        if step in way:
            circle = way[way.index(step) :]
            names = " → ".join(units[each].name for each in [*circle, circle[0]])
            what, action = f"上级关系绕成了圈：{names}", "请把其中一个单位的上级改正"
            yield sheets.wrong(units[circle[0]], "superior", what=what, action=action)
        done.update(way)


def _teams(sheets: Sheets) -> Iterator[Wrong]:
    units = {unit.code: unit for unit in sheets.directory.units}
    filled = {member.team for member in sheets.directory.team_members}
    for unit in units.values():
        if unit.kind == "response_team" and unit.code not in filled:
            yield sheets.wrong(unit, "code", what=f"专项组“{unit.name}”没有成员单位", action="请在表“成员单位”里补上")
    for row, entry in sheets.book["team_members"]:
        team, member = getattr(entry, "team", ""), getattr(entry, "unit", "")
        if team in units and units[team].kind not in TEAMS:
            what = f"“{units[team].name}”既不是专项组也不是中心，不能有成员单位"
            yield Wrong(table="team_members", row=row, column="team", what=what, action="请更正编码")
        if team == member:
            yield Wrong(table="team_members", row=row, column="unit", what="成员不能是自己", action="请更正编码")


def _places_as_configured(sheets: Sheets) -> Iterator[Wrong]:
    listed = {place.code: place for place in sheets.directory.places if place.code != place.street}
    configured = sheets.demands.communities
    for code in sorted(set(listed) - set(configured)):
        action = "收件按配置认社区：请先在 config/directory/places.csv 里补上并重新启动"
        row = sheets.row_of("places", (code,))
        yield Wrong(table="places", row=row, column="code", what=f"配置里没有社区 {code}", action=action)
    for code in sorted(set(configured) - set(listed)):
        what = f"缺少社区 {code}“{configured[code]}”，那里的诉求将没有街道"
        yield Wrong(table="places", row=0, column="code", what=what, action="请补上这一行")
    for place in listed.values():
        street = next((each for each in sheets.directory.places if each.code == place.street), None)
        if street is not None and street.street != street.code:
            row = sheets.row_of("places", (place.code,))
            what = f"“{street.name}”是社区，不是街道"
            yield Wrong(table="places", row=row, column="street", what=what, action="请填街道的编码")


def _places_without_centre(sheets: Sheets) -> Iterator[Wrong]:
    centres = {(unit.level, unit.area) for unit in sheets.directory.units if unit.kind == "centre"}
    places = [
        ("street" if place.code == place.street else "community", place.code, place.name)
        for place in sheets.directory.places
    ]
    for level, code, name in [("district", sheets.demands.area, "本区"), *places]:
        if (level, code) not in centres:
            row = sheets.row_of("places", (code,))
            what, action = f"“{name}”没有指挥（服务）中心", "请在表“单位”里补一个类型为“指挥（服务）中心”的单位"
            yield Wrong(table="places", row=row, column="code", what=what, action=action)


def _roles_without_unit(sheets: Sheets) -> Iterator[Wrong]:
    """Look for each role of the response list from every community: at its own place, its street, the district."""
    names = {place.code: place.name for place in sheets.directory.places}
    for role in sorted(sheets.demands.needed_roles & set(sheets.demands.roles)):
        players = [unit for unit in sheets.directory.units if unit.role == role]
        if any(unit.level in ("district", "city") for unit in players):
            continue
        areas = {unit.area for unit in players}
        without = [
            place
            for place in sheets.directory.places
            if place.code != place.street and not areas & {place.code, place.street}
        ]
        streets = list(dict.fromkeys(names.get(place.street, place.street) for place in without))
        if streets:
            shown = "、".join(streets[:SHOWN_MOST]) + (f"等 {len(streets)} 个街道" if len(streets) > SHOWN_MOST else "")
            what = f"角色“{sheets.demands.roles[role]}”在{shown}没有单位（例如社区“{without[0].name}”）"
            yield Wrong(table="units", row=0, column="role", what=what, action="响应清单要用到它，请补上单位")


Check = Callable[[Book, Demands], Iterator[Wrong]]


def review(book: Book, demands: Demands, *, more: Sequence[Check] = ()) -> list[Wrong]:
    """Return everything that is wrong, sheet by sheet."""
    found = {wrong for check in (structure_findings, *more) for wrong in check(book, demands)}
    order = list(TABLES)
    return sorted(found, key=lambda wrong: (not wrong.refuses, order.index(wrong.table), wrong.row, wrong.column))
