"""Checks of the response list: every category has one row in every situation, and every row leads to units."""

import itertools
from collections.abc import Collection, Iterator, Mapping
from functools import cache, partial

from casebook.decision_cells import ANY, Unreadable, Value, literals
from casebook.decision_tables import Row, Table
from casebook.district import District
from casebook.words import LEVEL_NAMES
from launcher.model_check.finding import Finding, at, nearest

DELIBERATELY_OPEN = frozenset({"999901"})  # “其他事项”: nobody's by rule, so the superior centre assigns a unit
LEVELS = {"A": "community", "B": "street", "C": "district", "D": "city"}  # who leads a matter of each level
LIMITS = {"handling_limit": "办理时限", "co_handling_limit": "协办时限"}
CATEGORY = "category"


def response_list_findings(table: Table, district: District) -> Iterator[Finding]:
    """Yield what the list leaves open, and the rows that lead nowhere."""
    yield from _uncovered(table, district)
    places = cache(lambda role: _place_without(role, district))
    for row in table.rows:
        yield from _categories(table, row, district=district)
        if row.says("level") not in LEVELS:
            yield at(table, row).finding(f"级别写成了 {row.outputs.get('level')}", action="只能是 A、B、C、D 之一")
        for role in _roles(row):
            if not isinstance(role, str) or role not in district.roles:
                what = f"没有角色 {role}{nearest(str(role), district.roles)}"
                yield at(table, row).finding(what, action="请更正，或先在 config/roles.csv 里补上")
            elif place := places(role):
                what = f"角色 {role}“{district.roles[role]}”在{place}没有单位"
                action = "请在 config/directory/units.csv 里补上，或改由别的角色承担"
                yield at(table, row).finding(what, action=action)
        yield from _co_roles(table, row)
        yield from _own_level(table, row, district=district)


def limits_named(table: Table) -> set[str]:
    """Return the limits by name that rows give to work orders."""
    said = [row.says(output) for row in table.rows for output in LIMITS]
    return {limit for limit in said if isinstance(limit, str)}


def limit_findings(table: Table, limits: Table) -> Iterator[Finding]:
    """Yield the rows whose limit has no hours at their level, for an urgency they may meet."""
    timed = cache(partial(_timed, limits))
    for row, (output, name) in itertools.product(table.rows, LIMITS.items()):
        limit, level = row.says(output), row.says("level")
        if not isinstance(limit, str):
            what = f"{name}写成了 {row.outputs.get(output) or '（空）'}"
            yield at(table, row).finding(what, action='请写时限的名称，例如 "handling"')
        elif isinstance(level, str) and level in LEVELS:
            without = [urgency for urgency in ("normal", "urgent") if not timed(limit, level, urgency)]
            if without:
                what = f"{name} {limit} 没有 {level} 级 {'、'.join(without)} 的条目{nearest(limit, _known(limits))}"
                yield at(table, row).finding(what, action="请更正名称，或在 time_limit.dmn 里补上这几行")


def _timed(limits: Table, limit: str, *situation: str) -> bool:
    level, urgency = situation
    try:
        return bool(limits.hits(limit=limit, level=level, urgency=urgency))
    except Unreadable:  # only the engine can say
        return True


def _known(limits: Table) -> set[str]:
    columns = [number for number, column in enumerate(limits.inputs) if column.expression == "limit"]
    return {str(value) for number in columns for row in limits.rows for value in literals(row.tests[number])}


def _uncovered(table: Table, district: District) -> Iterator[Finding]:
    """Yield the categories without a row, each with the situations in which it has none."""
    others = [number for number, column in enumerate(table.inputs) if column.expression != CATEGORY]
    names = [table.inputs[number].expression for number in others]
    situations = [dict(zip(names, values, strict=True)) for values in itertools.product(*map(table.candidates, others))]
    for code, category in district.catalogue.items():
        if code in DELIBERATELY_OPEN:
            continue
        missing = [situation for situation in situations if not _answers(table, {CATEGORY: code, **situation})]
        if missing:
            when = "" if len(missing) == len(situations) else f"（{_shown(missing[0])} 时）"
            what = f"类别 {code}“{category.name}”{when}没有条目"
            yield at(table).finding(what, action="请补一行，写明级别、牵头和协办")


def _answers(table: Table, values: Mapping[str, Value]) -> bool:
    try:
        return bool(table.hits(**values))
    except Unreadable:  # only the engine can say
        return True


def _shown(situation: Mapping[str, Value]) -> str:
    return "、".join(f"{name} = {value}" for name, value in situation.items())


def _categories(table: Table, row: Row, *, district: District) -> Iterator[Finding]:
    columns = [number for number, column in enumerate(table.inputs) if column.expression == CATEGORY]
    for cell in [row.tests[number] for number in columns]:
        if cell.strip() in ANY or cell.strip().startswith("not("):
            what = "没有写明类别，会把别的类别也拿走"
            yield at(table, row).finding(what, action="请一行写一个类别；没有条目的类别会自动交上级指定")
        for code in sorted({str(value) for value in literals(cell)} - set(district.catalogue)):
            action = "请更正，或先在 config/catalogue.csv 里补上"
            yield at(table, row).finding(f"没有类别 {code}{nearest(code, district.catalogue)}", action=action)


def _roles(row: Row) -> list[object]:
    co_roles = row.says("co_roles")
    return [row.says("lead_role"), *(co_roles if isinstance(co_roles, list) else [])]


def _co_roles(table: Table, row: Row) -> Iterator[Finding]:
    co_roles = row.says("co_roles")
    if not isinstance(co_roles, list):
        yield at(table, row).finding("协办不是列表", action='请写成 ["角色", "角色"]，没有协办写 []')
        return
    roles = [str(role) for role in _roles(row)]
    if twice := sorted({role for role in roles if roles.count(role) > 1}):
        what = f"角色 {twice[0]} 写了不止一次"
        yield at(table, row).finding(what, action="牵头单位不再列为协办，协办各写一次")


def _own_level(table: Table, row: Row, *, district: District) -> Iterator[Finding]:
    """Yield a row whose lead is of another level than the matter: own level first (分级办理)."""
    level, lead = LEVELS.get(str(row.says("level"))), row.says("lead_role")
    of_lead = {unit.level for unit in district.units if unit.role == lead}
    if level and of_lead and level not in of_lead:
        what = f"级别是 {row.says('level')}（{LEVEL_NAMES[level]}），牵头的 {lead} 却是{_levels(of_lead)}级单位"
        yield at(table, row).finding(what, action="请改级别，或改由本级的角色牵头")


def _levels(levels: Collection[str]) -> str:
    return "、".join(LEVEL_NAMES[level] for level in sorted(levels))


def _place_without(role: str, district: District) -> str:
    """Return the name of the first community for which the directory finds nobody with this role, or nothing."""
    streets = {place.code: place.name for place in district.places}
    for community in district.communities.values():
        if district.unit_for(role, community=community.code) is None:
            return streets[community.street] + community.name
    return ""
