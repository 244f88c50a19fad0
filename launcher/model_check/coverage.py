"""Checks that the decision tables answer for everything that can come, in this district."""

import itertools
from collections.abc import Iterator

from casebook.decision_cells import Unreadable
from casebook.decision_tables import Table
from casebook.district import District
from launcher.model_check.feel import literal
from launcher.model_check.finding import Finding, at, listed, nearest
from launcher.model_check.models import Models
from launcher.model_check.response_list import limit_findings, limits_named, response_list_findings

BASES = ("working", "calendar")
LEVELS = ("A", "B", "C", "D")
URGENCIES = ("normal", "urgent")
RECIPIENTS = frozenset({"duty_officer", "deputy_head", "principal_head", "inspection", "district_centre", "caller"})
FACTS = {
    "response": ("in_time", "late", "never"),
    "cooperation": (
        *("smooth", "smooth_fair", "smooth_poor", "late", "late_fair", "late_poor"),
        *("refused", "absent", "alone"),
    ),
    "completion": ("in_time", "late", "reworked", "unverified"),
    "satisfaction": ("very_satisfied", "satisfied", "neutral", "dissatisfied", "unresolved", "not_rated", "not_asked"),
}
FINDINGS = ("unfounded", "ordinary", "serious")
CAUSES_BY_RULE = ("reopened", "returned_often", "many_units")


def coverage_findings(models: Models, district: District) -> Iterator[Finding]:
    """Yield what the tables leave open or name wrongly; a table that is not there is named elsewhere."""
    for table_id, check in (("response_list", response_list_findings), ("notification_plan", _notification_plan)):
        if table := models.tables.get(table_id):
            yield from check(table, district)
    if table := models.tables.get("time_limit"):
        yield from _time_limit(table, _limits_used(models))
        if response_list := models.tables.get("response_list"):
            yield from limit_findings(response_list, table)
    if table := models.tables.get("rating_outcome"):
        yield from _rating_outcome(table)
    if table := models.tables.get("accountability_result"):
        yield from _accountability_result(table)
    if table := models.tables.get("complexity"):
        yield from _complexity(table)


def _limits_used(models: Models) -> set[str]:
    """Return the limits by name that call activities ask for, and those that the response list hands them."""
    asked = [literal(line.source) for process in models.processes.values() for _, line in process.literals("limit")]
    table = models.tables.get("response_list")
    return {limit for limit in asked if limit is not None} | (limits_named(table) if table else set())


def _time_limit(table: Table, limits: set[str]) -> Iterator[Finding]:
    for limit in sorted(limits):
        missing = [
            f"{level} 级 {urgency}"
            for level, urgency in itertools.product(LEVELS, URGENCIES)
            if not _answers(table, limit=limit, level=level, urgency=urgency)
        ]
        if missing:
            what = f"时限 {limit} 缺少 {'、'.join(missing)} 的条目"
            yield at(table).finding(what, action="请补上这几行，否则工单算不出时限")
    yield from _limits_written(table)


def _limits_written(table: Table) -> Iterator[Finding]:
    """Yield rows that are no limit: none at all, one that ends before it begins, or without a way of counting."""
    for row in table.rows:
        limit, inspect, basis = row.says("limit_hours"), row.says("inspect_hours"), row.says("basis")
        if not isinstance(limit, float) or limit <= 0:
            what = f"时限写成了 {row.outputs.get('limit_hours') or '空'}"
            yield at(table, row).finding(what, action="请写大于 0 的小时数，否则这种工单不会亮灯而会停住")
        elif not isinstance(inspect, float) or inspect < limit:
            what = f"督查写成了 {row.outputs.get('inspect_hours') or '空'}，早于时限 {limit:g} 小时或没有"
            yield at(table, row).finding(what, action="请写不小于时限的小时数")
        if basis not in BASES:
            what = f"计时方式写成了 {row.outputs.get('basis') or '空'}"
            yield at(table, row).finding(what, action='请写 "working"（工作时间）或 "calendar"（自然时间）')


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
            yield at(table, row).finding(what, action="请更正，或在 config/texts.toml 里补上")
        if not isinstance(recipients, list):
            yield at(table, row).finding("通知对象不是列表", action='请写成 ["duty_officer"]，不通知写 []')
            continue
        for recipient in recipients:
            if recipient not in RECIPIENTS:
                what = f"没有通知对象 {recipient}{nearest(str(recipient), RECIPIENTS)}"
                yield at(table, row).finding(what, action=f"可用的有：{listed(RECIPIENTS)}")


def _rating_outcome(table: Table) -> Iterator[Finding]:
    for aspect, facts in FACTS.items():
        for fact in facts:
            if not _answers(table, aspect=aspect, fact=fact):
                yield at(table).finding(f"{aspect} 的情形 {fact} 没有得分", action="请补一行，否则评价到此停住")
    for row in table.rows:
        degree = row.says("degree")
        if not isinstance(degree, float) or not 0 <= degree <= 100:  # noqa: PLR2004 - a degree is a percentage
            yield at(table, row).finding(f"得分写成了 {row.outputs.get('degree')}", action="得分应为 0 到 100 的数字")


def _accountability_result(table: Table) -> Iterator[Finding]:
    for finding in FINDINGS:
        if not _answers(table, finding=finding):
            yield at(table).finding(f"认定 {finding} 没有扣分", action="请补一行，否则责任追究到此停住")
    for row in table.rows:
        points, lasting = row.says("points"), row.says("lasting")
        if not isinstance(points, float) or not 0 <= points <= 100:  # noqa: PLR2004 - a score has a hundred
            yield at(table, row).finding(f"扣分写成了 {row.outputs.get('points')}", action="扣分应为 0 到 100 的数字")
        if not isinstance(lasting, bool):
            what = f"重办后仍扣写成了 {row.outputs.get('lasting')}"
            yield at(table, row).finding(what, action="请写 true 或 false")


def _complexity(table: Table) -> Iterator[Finding]:
    """Yield rows that push without one of the known reasons, or do not say whether to push."""
    for row in table.rows:
        push, cause = row.says("complex"), row.says("cause")
        if not isinstance(push, bool):
            yield at(table, row).finding(f"复杂写成了 {row.outputs.get('complex')}", action="请写 true 或 false")
        elif push and cause not in CAUSES_BY_RULE:
            what = f"没有推送理由 {cause}{nearest(str(cause), CAUSES_BY_RULE)}"
            yield at(table, row).finding(what, action=f"可用的有：{listed(CAUSES_BY_RULE)}")
