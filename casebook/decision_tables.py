"""A DMN file as one decision table, with the line of every rule; and what it decides, exactly or not at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from casebook.decision_cells import ANY, Unreadable, Value, accepts, literals, said, worth_trying
from casebook.errors import MinhuError
from casebook.source_lines import line_of

HIT_POLICIES = frozenset({"UNIQUE", "FIRST"})
DMN = {"dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/"}


class Undecidable(MinhuError):
    """A table whose answer only the engine can give, or which has no single one; the message names the row."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One input: the FEEL expression it looks at, and the values that may come."""

    expression: str
    allowed: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One rule: a cell for each input, what it says by the output's name, and its reason."""

    id: str
    line: int
    tests: tuple[str, ...]
    outputs: dict[str, str]
    annotation: str

    @property
    def takes_all(self) -> bool:
        """Whether no input is looked at."""
        return all(test.strip() in ANY for test in self.tests)

    def says(self, output: str) -> object:
        """Return a literal output; None for an expression or an unknown output."""
        try:
            return said(self.outputs.get(output, ""))
        except Unreadable:
            return None


@dataclass(frozen=True, kw_only=True)
class Table:
    """One decision."""

    id: str
    file: str
    line: int
    hit_policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]

    def candidates(self, column: int) -> list[Value]:
        """Return values that try out everything the rows tell apart in one column."""
        cells = [row.tests[column] for row in self.rows]
        return worth_trying(cells, allowed=list(self.inputs[column].allowed))

    def hits(self, **values: Value) -> list[Row]:
        """Return the rows that match; an input that is not given matches nothing but `-`. May be `Unreadable`."""
        names = [column.expression for column in self.inputs]
        return [
            row
            for row in self.rows
            if all(
                accepts(test, values[name]) if name in values else test.strip() in ANY
                for name, test in zip(names, row.tests, strict=True)
            )
        ]

    def decide(self, **values: Value) -> Row | None:
        """Return the one row that answers, None when there is none; `Undecidable` rather than a guess."""
        unknown = [column.expression for column in self.inputs if column.expression not in values]
        if unknown or self.hit_policy not in HIT_POLICIES:
            what = f"输入列“{unknown[0]}”" if unknown else f"命中策略 {self.hit_policy}"
            raise Undecidable(f"{self.file}：{what}只有引擎能算，这里算不出。请改用普通的写法，或在引擎里试。")
        try:
            rows = self.hits(**values)
        except Unreadable as cell:
            raise Undecidable(
                f"{self.file}：单元格“{cell}”只有引擎能算，这里算不出。请改用文字、数字或列表。"
            ) from None
        if len(rows) > 1 and self.hit_policy == "UNIQUE":
            names = "、".join(f"第 {row.line} 行的 {row.id}" for row in rows)
            raise Undecidable(f"{self.file}：{names} 同时命中，引擎会在这里停住。请更正其中一行的条件。")
        return rows[0] if rows else None


def read_table(path: Path) -> Table | None:
    """Read a DMN file; None when it holds no decision table. `XMLSyntaxError` when it is no XML."""
    root = etree.parse(path).getroot()
    decision = root.find("dmn:decision", DMN)
    table = root.find("dmn:decision/dmn:decisionTable", DMN)
    if decision is None or table is None:
        return None
    outputs = tuple(output.get("name", "") for output in table.findall("dmn:output", DMN))
    return Table(
        id=decision.get("id", ""),
        file=path.name,
        line=line_of(table),
        hit_policy=table.get("hitPolicy", "UNIQUE"),
        inputs=tuple(_column(element) for element in table.findall("dmn:input", DMN)),
        outputs=outputs,
        rows=tuple(_row(rule, outputs) for rule in table.findall("dmn:rule", DMN)),
    )


def as_content(table: Table) -> dict[str, Any]:
    """Return what a table decides as JSON can keep it: without its layout, its ids and its reasons."""
    return {
        "hit_policy": table.hit_policy,
        "inputs": [{"expression": column.expression, "allowed": list(column.allowed)} for column in table.inputs],
        "outputs": list(table.outputs),
        "rows": [{"tests": list(row.tests), "outputs": row.outputs} for row in table.rows],
    }


def from_content(name: str, content: dict[str, Any]) -> Table:
    """Return a table that was kept as JSON; its rows are known by their number."""
    rows = enumerate(content["rows"], start=1)
    columns = content["inputs"]
    return Table(
        id=name,
        file=f"{name}.dmn",
        line=0,
        hit_policy=content["hit_policy"],
        inputs=tuple(Column(expression=each["expression"], allowed=tuple(each["allowed"])) for each in columns),
        outputs=tuple(content["outputs"]),
        rows=tuple(
            Row(id=f"第 {number} 条", line=number, tests=tuple(row["tests"]), outputs=row["outputs"], annotation="")
            for number, row in rows
        ),
    )


def _column(element: etree._Element) -> Column:
    allowed = element.findtext("dmn:inputValues/dmn:text", "", DMN)
    expression = element.findtext("dmn:inputExpression/dmn:text", "", DMN)
    return Column(expression=expression.strip(), allowed=tuple(literals(allowed)))


def _row(rule: etree._Element, outputs: tuple[str, ...]) -> Row:
    cells = [entry.findtext("dmn:text", "", DMN) for entry in rule.findall("dmn:outputEntry", DMN)]
    return Row(
        id=rule.get("id", ""),
        line=line_of(rule),
        tests=tuple(entry.findtext("dmn:text", "", DMN) for entry in rule.findall("dmn:inputEntry", DMN)),
        outputs=dict(zip(outputs, cells, strict=False)),
        annotation=rule.findtext("dmn:description", "", DMN).strip(),
    )
