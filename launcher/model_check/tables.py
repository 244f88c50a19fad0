"""A DMN file as one decision table, with the line of every rule."""

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from launcher.model_check.cells import ANY, Unreadable, Value, accepts, literals, said, worth_trying
from launcher.model_check.finding import Place
from launcher.model_check.source import line_of

DMN = {"dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/"}


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

    def at(self, row: Row | None = None) -> Place:
        """Return the place of a row, or of the table as a whole."""
        return Place(file=self.file, line=row.line if row else self.line, element=row.id if row else self.id)

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
