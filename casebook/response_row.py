"""A row of the response list as text: what stands there for a category, and the same file with one row more or changed.

The file is never written anew: only the bytes of the row are put in, everything else stays byte for byte as it was.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from casebook.errors import RejectedInput

DMN = {"dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/"}
ANY = "-"
KEY = "category"


@dataclass(frozen=True, kw_only=True)
class NewRow:
    """What a person adopted: who leads for a category, at which level, and why."""

    category: str
    level: str
    lead_role: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What the list says of a category now."""

    level: str
    lead_role: str


def listed(content: bytes) -> dict[str, Listed]:
    """Return level and lead of every category that has exactly one row."""
    table = _Table(content)
    rows = {category: rules for category, rules in table.by_category().items() if len(rules) == 1}
    return {
        category: Listed(level=table.said(rule, "level"), lead_role=table.said(rule, "lead_role"))
        for category, [rule] in rows.items()
    }


def row_text(content: bytes, row: NewRow) -> str:
    """Return the XML of a new row, to be pasted by hand or put in by `with_row`."""
    return _Table(content).new_rule(row)


def with_row(content: bytes, row: NewRow) -> bytes:
    """Return the list with the row put in, or with lead and level of the category's own row changed."""
    table = _Table(content)
    rules = table.by_category().get(row.category, [])
    if len(rules) > 1:
        raise RejectedInput(f"响应清单里类别 {row.category} 有 {len(rules)} 行，不能自动修改。请在 Modeler 里手工改。")
    changed = table.changed(rules[0], row) if rules else table.extended(row)
    now = listed(changed).get(row.category)
    if now != Listed(level=row.level, lead_role=row.lead_role):
        raise RejectedInput(f"响应清单里类别 {row.category} 的写法不常见，没有改动。请在 Modeler 里手工改。")
    return changed


class _Table:
    def __init__(self, content: bytes) -> None:
        try:
            root = etree.fromstring(content)
        except etree.XMLSyntaxError as error:
            raise RejectedInput("响应清单 response_list.dmn 读不出来。请用 Modeler 恢复后重试。") from error
        table = root.find("dmn:decision/dmn:decisionTable", DMN)
        if table is None:
            raise RejectedInput("response_list.dmn 里没有决策表。请用 Modeler 恢复后重试。")
        self._text = content.decode("utf-8")
        self._newline = "\r\n" if "\r\n" in self._text else "\n"
        self._rules = table.findall("dmn:rule", DMN)
        self._inputs = [
            element.findtext("dmn:inputExpression/dmn:text", "", DMN).strip()
            for element in table.findall("dmn:input", DMN)
        ]
        self._outputs = [element.get("name", "") for element in table.findall("dmn:output", DMN)]

    def by_category(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for rule in self._rules:
            cell = rule.findall("dmn:inputEntry/dmn:text", DMN)[self._inputs.index(KEY)].text or ""
            for category in re.findall(r'"([^"]+)"', cell):
                found.setdefault(category, []).append(rule)
        return found

    def said(self, rule: Any, output: str) -> str:
        return str(self._cell(rule, output).findtext("dmn:text", "", DMN)).strip().strip('"')

    def _cell(self, rule: Any, output: str) -> Any:
        return rule.findall("dmn:outputEntry", DMN)[self._outputs.index(output)]

    def new_rule(self, row: NewRow) -> str:
        code, line = row.category, self._newline
        cells = [("input", name, json.dumps(code) if name == KEY else ANY) for name in self._inputs]
        values = {"level": json.dumps(row.level), "lead_role": json.dumps(row.lead_role), "co_roles": "[]"}
        cells += [("output", name, values.get(name) or self._usual(name, level=row.level)) for name in self._outputs]
        text = f'      <rule id="Rule_{code}">{line}        <description>{escape(row.why)}</description>{line}'
        for side, name, cell in cells:
            element = f"{side.title()}Entry_{code}_{''.join(part.title() for part in re.split(r'[^A-Za-z]+', name))}"
            text += f'        <{side}Entry id="{element}">{line}          <text>{escape(cell)}</text>{line}'
            text += f"        </{side}Entry>{line}"
        return f"{text}      </rule>{line}"

    def _usual(self, output: str, *, level: str) -> str:
        """Return what most rows of this level say in a column that nobody decided about."""
        alike = [rule for rule in self._rules if self.said(rule, "level") == level] or self._rules
        said = Counter(self._cell(rule, output).findtext("dmn:text", "", DMN) for rule in alike)
        return said.most_common(1)[0][0] if said else ""

    def extended(self, row: NewRow) -> bytes:
        before = [category for category in self.by_category() if category < row.category]
        if not before:
            end = self._text.index("<rule ")
            end = self._text.rindex("\n", 0, end) + 1
        else:
            end = self._span(self.by_category()[max(before)][-1])[1]
            end = self._text.index("\n", end) + 1
        return (self._text[:end] + self.new_rule(row) + self._text[end:]).encode()

    def changed(self, rule: Any, row: NewRow) -> bytes:
        begin, end = self._span(rule)
        text = self._text[begin:end]
        for output, value in (("level", row.level), ("lead_role", row.lead_role)):
            cell = re.escape(str(self._cell(rule, output).get("id")))
            quoted = escape(json.dumps(value))
            text = re.sub(rf'(<outputEntry id="{cell}"[^>]*>\s*<text>)[^<]*', rf"\g<1>{quoted}", text, count=1)
        text = text.replace("</description>", f"；{escape(row.why)}</description>", 1)
        return (self._text[:begin] + text + self._text[end:]).encode()

    def _span(self, rule: Any) -> tuple[int, int]:
        begin = self._text.index(f'<rule id="{rule.get("id")}"')
        return begin, self._text.index("</rule>", begin) + len("</rule>")
