"""A Camunda form as designers draw it: read from its file, and an answer checked against it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.errors import ConfigurationError
from desk.form_condition import Condition, UnknownCondition, parse

INPUTS = frozenset({"textfield", "textarea", "select", "radio", "number", "checkbox"})
GROUPS = frozenset({"group", "dynamiclist"})
DECORATION = frozenset({"separator", "spacer", "button"})
FORM_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")

Answers = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One component of a form. `trouble` is a sentence about what the desk cannot draw of it."""

    kind: str
    key: str = ""
    label: str = ""
    description: str = ""
    options: Mapping[str, str]
    rules: Mapping[str, Any]
    default: Any = None
    hidden_when: Condition | None = None
    trouble: str = ""

    @property
    def required(self) -> bool:
        """Whether it must be filled in when it is shown."""
        return bool(self.rules.get("required"))

    def is_shown(self, answers: Answers) -> bool:
        """Tell whether the form's condition shows it with these answers."""
        return self.hidden_when is None or not self.hidden_when.holds(answers)

    def fault(self, value: Any) -> str:
        """Return what is wrong with a value, or nothing."""
        if value in (None, "") or value is False:
            return "请填写这一项。" if self.required else ""
        if self.options and value not in self.options:
            return "请从列出的选项中选择。"
        if self.kind == "number":
            return self._number_fault(value)
        return self._text_fault(str(value)) if self.kind in ("textfield", "textarea") else ""

    def _number_fault(self, value: Any) -> str:
        lowest, highest = self.rules.get("min"), self.rules.get("max")
        if lowest is not None and value < float(lowest):
            return f"不能小于 {lowest}。"
        if highest is not None and value > float(highest):
            return f"不能大于 {highest}。"
        return ""

    def _text_fault(self, text: str) -> str:
        shortest, longest = self.rules.get("minLength"), self.rules.get("maxLength")
        pattern = self.rules.get("pattern")
        if shortest is not None and len(text) < int(shortest):
            return f"至少写 {shortest} 个字。"
        if longest is not None and len(text) > int(longest):
            return f"最多写 {longest} 个字，现在有 {len(text)} 个。"
        if pattern and not re.fullmatch(pattern, text):
            return "写法不符合要求。"
        return ""


@dataclass(frozen=True)
class Form:
    """A form's fields in order, groups unfolded."""

    form_id: str
    fields: tuple[Field, ...]

    def shown(self, answers: Answers) -> list[Field]:
        """Return the fields that the form shows with these answers."""
        return [field for field in self.fields if field.is_shown(answers)]

    def faults(self, answers: Answers) -> dict[str, str]:
        """Return a sentence for each shown field that is not filled in as the form asks."""
        found = {field.key: field.fault(answers.get(field.key)) for field in self.shown(answers) if field.key}
        return {key: fault for key, fault in found.items() if fault}


def read_form(folder: Path, form_id: str) -> Form:
    """Read `forms/<form_id>.form`; ConfigurationError says which form cannot be used and why."""
    name = f"forms/{form_id}.form"
    if not FORM_ID.fullmatch(form_id):
        raise ConfigurationError("工单指定的表单名不能作为文件名。请更正流程图里人工工单的“表单”。")
    try:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        return Form(form_id, tuple(_fields(content["components"])))
    except FileNotFoundError as error:
        raise ConfigurationError(f"找不到表单 {name}。请在 Modeler 中建立它，或更正人工工单的“表单”。") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"表单 {name} 不是有效的 Camunda 表单。请用 Modeler 打开更正。") from error


def _fields(components: list[dict[str, Any]]) -> Iterator[Field]:
    for component in components:
        kind = component["type"]
        if kind in DECORATION:
            continue
        if kind in GROUPS and isinstance(component.get("components"), list):
            if component.get("label"):
                yield Field(kind="text", label=f"#### {component['label']}", options={}, rules={})
            yield from _fields(component["components"])
        else:
            yield _field(component)


def _field(component: dict[str, Any]) -> Field:
    kind, key = str(component["type"]), str(component.get("key") or "")
    known = kind == "text" or (kind in INPUTS and key != "")
    trouble = "" if known else f"表单里的组件“{kind}”工作台画不出来，请设计人员换成基本组件。"
    condition: Condition | None = None
    written = (component.get("conditional") or {}).get("hide")
    try:
        condition = parse(written) if written else None
    except UnknownCondition:
        trouble = trouble or f"字段“{component.get('label') or key}”的隐藏条件太复杂，工作台一直显示它。"
    options = {str(option["value"]): str(option["label"]) for option in component.get("values") or ()}
    if kind in ("select", "radio") and not options:
        trouble = trouble or f"字段“{component.get('label') or key}”没有列出选项，请设计人员补上。"
    return Field(
        kind=kind if known else "unknown",
        key=key if known else "",
        label=str(component.get("text" if kind == "text" else "label") or ""),
        description=str(component.get("description") or ""),
        options=options,
        rules=component.get("validate") or {},
        default=component.get("defaultValue"),
        hidden_when=condition,
        trouble=trouble,
    )
