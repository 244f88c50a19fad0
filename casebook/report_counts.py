"""How many requests came in and were closed: in all, by day, and by channel, category, level, unit and place."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, RowMapping, cast, func, literal, select, true, tuple_

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.report_figures import Day, Group, HotPlace, Trio, Volume
from casebook.report_known import Known, stretch_of
from casebook.schema import requests
from casebook.words import LEVELS

HOT_LEAST = 2  # one matter of a kind in a community is no hot place
NOT_YET = ""
NOT_YET_NAME = "尚未派出"
BY = ("channel", "category", "level", "unit", "community")
ONE_DAY = timedelta(days=1)
Counts = Mapping[str, Mapping[str, Counter[str]]]


@dataclass(frozen=True, kw_only=True)
class Names:
    """What codes were called at the instant; a code without a name stands for itself."""

    units: Mapping[str, str]
    places: Mapping[str, str]
    streets: Mapping[str, str]

    def street(self, community: str) -> str:
        """Return the code of a community's street."""
        return self.streets.get(community, community)


@dataclass(frozen=True, kw_only=True)
class Cube:
    """Counts by what they are grouped by, then by code, then by stretch; and by community and category together."""

    received: Counts
    closed: Counts
    received_at: dict[tuple[str, str], Counter[str]]
    closed_at: dict[tuple[str, str], Counter[str]]


async def names(casebook: AsyncConnection, known: Known) -> Names:
    """Return the names of units and places."""
    units, places = known.unit_names(), known.place_names()
    found = (await casebook.execute(select(places.c.code, places.c.name, places.c.street))).all()
    return Names(
        units={row.code: row.name for row in await casebook.execute(select(units.c.code, units.c.name))},
        places={row.code: row.name for row in found},
        streets={row.code: row.street for row in found},
    )


async def cube(casebook: AsyncConnection, known: Known) -> Cube:
    """Count once for all groupings."""
    received = await _grouped(casebook, known, requests.c.received_at)
    closed = await _grouped(casebook, known, requests.c.closed_at)
    together = received.pop("together", {})
    closed_at = closed.pop("together", {})
    return Cube(
        received=_by_code(received),
        closed=_by_code(closed),
        received_at=together,
        closed_at=closed_at,
    )


def _by_code(counts: Mapping[str, Mapping[tuple[str, str], Counter[str]]]) -> Counts:
    return {by: {code[0]: each for code, each in codes.items()} for by, codes in counts.items()}


async def _grouped(casebook: AsyncConnection, known: Known, at: Any) -> dict[str, dict[tuple[str, str], Counter[str]]]:
    lead = known.lead_order()
    each = (
        select(
            stretch_of(at, known),
            requests.c.channel,
            requests.c.category,
            func.coalesce(lead.c.level, NOT_YET).label("level"),
            func.coalesce(lead.c.unit, NOT_YET).label("unit"),
            requests.c.community,
        )
        .select_from(requests)
        .outerjoin(lead, true())
        .where(known.taken_in(), known.within_any(at))
        .subquery("each")
    )
    sets = [tuple_(each.c.stretch, each.c[by]) for by in BY] + [
        tuple_(each.c.stretch, each.c.community, each.c.category)
    ]
    rows = await casebook.execute(
        select(each, func.count().label("count")).group_by(func.grouping_sets(*sets, tuple_(each.c.stretch)))
    )
    return _sorted_out(rows.mappings())


def _sorted_out(rows: Iterable[RowMapping]) -> dict[str, dict[tuple[str, str], Counter[str]]]:
    counts: dict[str, dict[tuple[str, str], Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in rows:
        said = [by for by in BY if row[by] is not None]
        by = "together" if len(said) > 1 else said[0] if said else "all"
        code = (row["community"], row["category"]) if by == "together" else (row[by] if said else "", "")
        counts[by][code][row["stretch"]] += row["count"]
    return counts


def trio(counts: Mapping[str, int]) -> Trio:
    """Return the counts of three stretches."""
    return Trio(now=counts.get("now", 0), before=counts.get("before", 0), year=counts.get("year", 0))


async def volume(casebook: AsyncConnection, known: Known, *, counted: Cube, district: District) -> Volume:
    """Return what came in and what became of it."""
    ended = [known.happened(requests.c[name]) for name in ("closed_at", "withdrawn_at")]
    at_door = known.happened(requests.c.received_at) & known.taken_in()
    is_open = at_door & requests.c.merged_into.is_(None) & ~ended[0] & ~ended[1]
    came = known.within(requests.c.received_at) & known.taken_in()
    found = await casebook.execute(
        select(
            func.count().filter(known.within(requests.c.withdrawn_at)).label("withdrawn"),
            func.count().filter(came, requests.c.merged_into.is_not(None)).label("merged"),
            func.count().filter(is_open).label("open_at_end"),
        )
    )
    return Volume(
        received=trio(counted.received.get("all", {}).get("", {})),
        closed=trio(counted.closed.get("all", {}).get("", {})),
        by_day=await _by_day(casebook, known, district=district),
        **found.mappings().one(),
    )


async def _by_day(casebook: AsyncConnection, known: Known, *, district: District) -> tuple[Day, ...]:
    received = await _days_of(casebook, known, at=requests.c.received_at, district=district)
    closed = await _days_of(casebook, known, at=requests.c.closed_at, district=district)
    first = known.now.begins.astimezone(district.zone).date()
    last = (known.now.ends - timedelta(microseconds=1)).astimezone(district.zone).date()
    days = [first + ONE_DAY * number for number in range((last - first).days + 1)]
    return tuple(Day(day=day, received=received.get(day, 0), closed=closed.get(day, 0)) for day in days)


async def _days_of(casebook: AsyncConnection, known: Known, *, at: Any, district: District) -> dict[date, int]:
    day = cast(func.timezone(str(district.zone), at), Date).label("day")
    each = select(day).where(known.taken_in(), known.within(at)).subquery()
    rows = await casebook.execute(select(each.c.day, func.count(literal(1))).group_by(each.c.day))
    return {row[0]: row[1] for row in rows}


def groups(
    counted: Cube, by: str, *, named: Mapping[str, str], into: Mapping[str, str] | None = None
) -> tuple[Group, ...]:
    """Return the groups of one grouping, most received first; `into` puts codes together under another code."""
    received: dict[str, Counter[str]] = defaultdict(Counter)
    closed: Counter[str] = Counter()
    for code, counts in counted.received.get(by, {}).items():
        received[code if into is None else into.get(code, code)].update(counts)
    for code, counts in counted.closed.get(by, {}).items():
        closed[code if into is None else into.get(code, code)] += counts["now"]
    found = [
        Group(code=code, name=named.get(code, code) or NOT_YET_NAME, received=trio(received[code]), closed=closed[code])
        for code in {*received, *closed}
    ]
    return tuple(sorted(found, key=lambda group: (-group.received.now, -group.closed, group.code)))


def all_groups(counted: Cube, called: Names, *, district: District) -> dict[str, tuple[Group, ...]]:
    """Return every grouping of a report by the name of its field."""
    majors = {code: category.major for code, category in district.catalogue.items()}
    matters = {code: category.name for code, category in district.catalogue.items()}
    channels = {code: channel.name for code, channel in district.channels.items()}
    return {
        "by_channel": groups(counted, "channel", named=channels),
        "by_category": groups(counted, "category", named={}, into=majors),
        "by_matter": groups(counted, "category", named=matters),
        "by_level": tuple(sorted(groups(counted, "level", named=LEVELS), key=lambda group: group.code or "~")),
        "by_unit": groups(counted, "unit", named=called.units),
        "by_street": groups(counted, "community", named=called.places, into=called.streets),
    }


def hot_places(counted: Cube, called: Names, *, district: District) -> tuple[HotPlace, ...]:
    """Return where which matter came up most often in the period."""
    most = sorted(counted.received_at.items(), key=lambda item: (-item[1]["now"], item[0]))
    return tuple(
        HotPlace(
            community=community,
            category=category,
            name=called.places.get(called.street(community), "") + called.places.get(community, community),
            category_name=district.catalogue[category].name if category in district.catalogue else category,
            now=counts["now"],
            before=counts["before"],
        )
        for (community, category), counts in most[: district.reports.hot_most]
        if counts["now"] >= HOT_LEAST
    )
