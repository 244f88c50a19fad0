"""Checks of any decision table: hit policy, reasons, rows that meet or hide each other."""

import itertools
from collections.abc import Iterator

from casebook.decision_cells import Unreadable, Value, accepts
from casebook.decision_tables import Row, Table
from launcher.model_check.finding import Finding, at
from launcher.model_check.models import Models

COMBINATIONS_MOST = 100_000


def table_findings(models: Models) -> Iterator[Finding]:
    """Yield what is wrong with each table by itself."""
    for table in models.tables.values():
        yield from _reasons(table)
        yield from _never(table)
        if table.hit_policy not in {"UNIQUE", "FIRST"}:
            what, action = f"命中策略是 {table.hit_policy}", "请改为 UNIQUE（互不重叠）或 FIRST（自上而下取第一条）"
            yield at(table).finding(what, action=action)
        yield from _meeting(table) if table.hit_policy == "UNIQUE" else ()
        yield from _hidden(table) if table.hit_policy == "FIRST" else ()


def _reasons(table: Table) -> Iterator[Finding]:
    for row in table.rows:
        if not row.annotation:
            action = "请在注释栏写明这样规定的理由"
            yield at(table, row).finding("这一行没有注释", action=action)


def _never(table: Table) -> Iterator[Finding]:
    """Yield rows with a condition that none of the values which may come can meet."""
    for row, (number, column) in itertools.product(table.rows, enumerate(table.inputs)):
        cell = row.tests[number]
        if column.allowed and not _readable_and_taken(cell, list(column.allowed)):
            what = f"这一行永远不会命中：{column.expression} 写成了 {cell}"
            yield at(table, row).finding(what, action=f"可能的值有：{'、'.join(map(str, column.allowed))}")


def _readable_and_taken(cell: str, values: list[Value]) -> bool:
    try:
        return any(accepts(cell, value) for value in values)
    except Unreadable:  # only the engine can say
        return True


def _meeting(table: Table) -> Iterator[Finding]:
    """Yield rows of a UNIQUE table that match at once, which would stop the request with an incident."""
    for (first, taken), (second, also_taken) in itertools.combinations(_regions(table), 2):
        both = [[value for value in one if value in other] for one, other in zip(taken, also_taken, strict=True)]
        if all(both):
            example = _shown(table, [values[0] for values in both])
            what = f"与第 {first.line} 行的 {first.id} 同时命中，例如 {example}"
            yield at(table, second).finding(what, action="请更正其中一行的条件，使它们互不重叠")


def _regions(table: Table) -> list[tuple[Row, list[list[Value]]]]:
    """Return for each row, column by column, the values tried out that it takes."""
    candidates = [table.candidates(column) for column in range(len(table.inputs))]
    return [
        (row, [_taken(test, values) for test, values in zip(row.tests, candidates, strict=True)]) for row in table.rows
    ]


def _taken(test: str, candidates: list[Value]) -> list[Value]:
    try:
        return [value for value in candidates if accepts(test, value)]
    except Unreadable:  # only the engine can say; the deployment will
        return []


def _hidden(table: Table) -> Iterator[Finding]:
    """Yield rows of a FIRST table that earlier rows leave nothing to, and a missing catch-all."""
    regions = _regions(table)
    for number, (row, taken) in enumerate(regions):
        example = _first_taken_by_earlier(taken, regions[:number])
        if example:
            values, by = example
            what = f"永远轮不到这一行：例如 {_shown(table, values)} 已被第 {by.line} 行的 {by.id} 取走"
            yield at(table, row).finding(what, action="请把它移到前面，或更正条件")
    if table.rows and not table.rows[-1].takes_all:
        action = "请在最后加一行，条件全部留空，说明兜底怎么办"
        yield at(table, table.rows[-1]).finding("FIRST 表没有兜底的最后一行", action=action)


def _first_taken_by_earlier(
    taken: list[list[Value]], earlier: list[tuple[Row, list[list[Value]]]]
) -> tuple[list[Value], Row] | None:
    """Return an example and the row that takes it, when earlier rows leave no value; else None."""
    example: tuple[list[Value], Row] | None = None
    for values in itertools.islice(itertools.product(*taken), COMBINATIONS_MOST):
        thieves = [
            other
            for other, theirs in earlier
            if all(value in column for value, column in zip(values, theirs, strict=True))
        ]
        if not thieves:
            return None
        example = example or (list(values), thieves[0])
    return example


def _shown(table: Table, values: list[Value]) -> str:
    return "、".join(f"{column.expression} = {value}" for column, value in zip(table.inputs, values, strict=True))
