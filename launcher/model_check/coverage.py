"""Checks that the decision tables answer for everything that can come, in this district."""

import itertools
from collections.abc import Iterator

from casebook.district import District
from launcher.model_check.cells import Unreadable, literals
from launcher.model_check.feel import literal
from launcher.model_check.finding import Finding, listed, nearest
from launcher.model_check.models import Models
from launcher.model_check.tables import Row, Table

DELIBERATELY_OPEN = frozenset({"999901"})  # “其他事项”: nobody's by rule, so the superior centre assigns a unit
LEVELS = ("A", "B", "C", "D")
URGENCIES = ("normal", "urgent")
RECIPIENTS = frozenset({"duty_officer", "deputy_head", "principal_head", "inspection", "caller"})
FACTS = {
    "response": ("in_time", "late", "never"),
    "cooperation": ("smooth", "late", "refused", "absent", "alone"),
    "completion": ("in_time", "late", "reworked", "unverified"),
    "satisfaction": ("very_satisfied", "satisfied", "neutral", "dissatisfied", "unresolved", "not_rated"),
}


def coverage_findings(models: Models, district: District) -> Iterator[Finding]:
    """Yield what the tables leave open or name wrongly; a table that is not there is named elsewhere."""
    for table_id, check in (("response_list", _response_list), ("notification_plan", _notification_plan)):
        if table := models.tables.get(table_id):
            yield from check(table, district)
    if table := models.tables.get("time_limit"):
        yield from _time_limit(table, _limits_used(models))
    if table := models.tables.get("rating_outcome"):
        yield from _rating_outcome(table)


def _response_list(table: Table, district: District) -> Iterator[Finding]:
    for code, category in district.catalogue.items():
        if code not in DELIBERATELY_OPEN and not _answers(table, category=code):
            yield table.at().finding(f"类别 {code}“{category.name}”没有条目", action="请补一行，写明级别、牵头和协办")
    for row in table.rows:
        for code in {str(value) for test in row.tests[:1] for value in literals(test)} - set(district.catalogue):
            action = "请更正，或先在 config/catalogue.csv 里补上"
            yield table.at(row).finding(f"没有类别 {code}{nearest(code, district.catalogue)}", action=action)
        if row.says("level") not in LEVELS:
            yield table.at(row).finding(f"级别写成了 {row.outputs.get('level')}", action="只能是 A、B、C、D 之一")
        yield from _roles(table, row, district=district)


def _roles(table: Table, row: Row, *, district: District) -> Iterator[Finding]:
    co_roles = row.says("co_roles")
    if not isinstance(co_roles, list):
        yield table.at(row).finding("协办不是列表", action='请写成 ["角色", "角色"]，没有协办写 []')
        co_roles = []
    for role in [row.says("lead_role"), *co_roles]:
        if not isinstance(role, str) or role not in district.roles:
            what = f"没有角色 {role}{nearest(str(role), district.roles)}"
            yield table.at(row).finding(what, action="请更正，或先在 config/roles.csv 里补上")
        elif place := _place_without(role, district):
            what = f"角色 {role}“{district.roles[role]}”在{place}没有单位"
            action = "请在 config/directory/units.csv 里补上，或改由别的角色承担"
            yield table.at(row).finding(what, action=action)


def _place_without(role: str, district: District) -> str:
    """Return the name of the first community for which nobody has this role, or nothing."""
    areas = {unit.area for unit in district.units if unit.role == role}
    streets = {place.code: place.name for place in district.places}
    for community in district.communities.values():
        if not areas & {community.code, community.street, district.area}:
            return streets[community.street] + community.name
    return ""


def _limits_used(models: Models) -> set[str]:
    """Return the limits by name that call activities ask for."""
    asked = [literal(line.source) for process in models.processes.values() for _, line in process.literals("limit")]
    return {limit for limit in asked if limit is not None}


def _time_limit(table: Table, limits: set[str]) -> Iterator[Finding]:
    for limit in sorted(limits):
        missing = [
            f"{level} 级 {urgency}"
            for level, urgency in itertools.product(LEVELS, URGENCIES)
            if not _answers(table, limit=limit, level=level, urgency=urgency)
        ]
        if missing:
            what = f"时限 {limit} 缺少 {'、'.join(missing)} 的条目"
            yield table.at().finding(what, action="请补上这几行，否则工单算不出时限")


def _answers(table: Table, **values: str) -> bool:
    try:
        return bool(table.hits(**values))
    except Unreadable:  # only the engine can say
        return True


def _notification_plan(table: Table, district: District) -> Iterator[Finding]:
    templates = district.texts.templates
    for row in table.rows:
        template, recipients = literal(row.outputs.get("template", "")), row.says("recipients")
        if template is not None and template not in templates:
            what = f"没有短信模板 {template}{nearest(template, templates)}"
            yield table.at(row).finding(what, action="请更正，或在 config/texts.toml 里补上")
        if not isinstance(recipients, list):
            yield table.at(row).finding("通知对象不是列表", action='请写成 ["duty_officer"]，不通知写 []')
            continue
        for recipient in recipients:
            if recipient not in RECIPIENTS:
                what = f"没有通知对象 {recipient}{nearest(str(recipient), RECIPIENTS)}"
                yield table.at(row).finding(what, action=f"可用的有：{listed(RECIPIENTS)}")


def _rating_outcome(table: Table) -> Iterator[Finding]:
    for aspect, facts in FACTS.items():
        for fact in facts:
            if not _answers(table, aspect=aspect, fact=fact):
                yield table.at().finding(f"{aspect} 的情形 {fact} 没有得分", action="请补一行，否则评价到此停住")
    for row in table.rows:
        degree = row.says("degree")
        if not isinstance(degree, float) or not 0 <= degree <= 100:  # noqa: PLR2004 - a degree is a percentage
            yield table.at(row).finding(f"得分写成了 {row.outputs.get('degree')}", action="得分应为 0 到 100 的数字")
