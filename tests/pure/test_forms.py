"""A Camunda form is read as designers drew it, and an answer is held against it."""

import json
from pathlib import Path
from typing import Any

import pytest

from casebook.errors import ConfigurationError
from desk.form_condition import UnknownCondition, parse
from desk.form_file import Form, read_form

BPMN = Path(__file__).resolve().parents[2] / "bpmn"


def form(tmp_path: Path, *components: dict[str, Any]) -> Form:
    (tmp_path / "forms").mkdir()
    content = {"id": "sample", "components": components}
    (tmp_path / "forms" / "sample.form").write_text(json.dumps(content), encoding="utf-8")
    return read_form(tmp_path, "sample")


@pytest.mark.parametrize("path", sorted((BPMN / "forms").glob("*.form")), ids=lambda path: path.stem)
def test_every_form_of_the_district_can_be_drawn(path: Path) -> None:
    assert [field.trouble for field in read_form(BPMN, path.stem).fields if field.trouble] == []


def test_a_field_that_the_form_hides_is_not_asked_for() -> None:
    sign_in = read_form(BPMN, "sign_in")
    assert sign_in.faults({"outcome": "accepted"}) == {}
    assert sign_in.faults({"outcome": "returned"}) == {"return_reason": "请填写这一项。"}
    assert sign_in.faults({"outcome": "cannot_solve"}) == {"report_up_reason": "请填写这一项。"}


def test_a_value_beside_the_options_is_refused() -> None:
    assert read_form(BPMN, "verification").faults({"outcome": "so-so"}) == {"outcome": "请从列出的选项中选择。"}


@pytest.mark.parametrize(
    ("component", "value", "fault"),
    [
        ({"type": "textfield", "validate": {"required": True}}, "", "请填写这一项。"),
        ({"type": "textfield", "validate": {"minLength": 3}}, "ab", "至少写 3 个字。"),
        ({"type": "textarea", "validate": {"maxLength": 3}}, "abcd", "最多写 3 个字，现在有 4 个。"),
        ({"type": "textfield", "validate": {"pattern": "[0-9]+"}}, "a1", "写法不符合要求。"),
        ({"type": "number", "validate": {"min": 1}}, 0.5, "不能小于 1。"),
        ({"type": "number", "validate": {"max": 9}}, 10, "不能大于 9。"),
        ({"type": "checkbox", "validate": {"required": True}}, False, "请填写这一项。"),
        ({"type": "number", "validate": {"min": 1, "max": 9}}, 5, ""),
        ({"type": "textfield"}, "", ""),
    ],
)
def test_rules_of_a_field_are_kept(tmp_path: Path, component: dict[str, Any], value: Any, fault: str) -> None:
    (field,) = form(tmp_path, {"key": "x", "label": "X"} | component).fields
    assert field.fault(value) == fault


def test_what_the_desk_cannot_draw_is_a_sentence(tmp_path: Path) -> None:
    found = form(
        tmp_path,
        {"type": "iframe", "id": "a"},
        {"type": "select", "key": "b", "label": "乙", "valuesKey": "elsewhere"},
        {"type": "textfield", "key": "c", "label": "丙", "conditional": {"hide": "=count(list) > 3"}},
        {"type": "group", "components": [{"type": "textfield", "key": "d", "label": "丁"}]},
        {"type": "separator"},
    )
    assert [field.trouble for field in found.fields] == [
        "表单里的组件“iframe”工作台画不出来，请设计人员换成基本组件。",
        "字段“乙”没有列出选项，请设计人员补上。",
        "字段“丙”的隐藏条件太复杂，工作台一直显示它。",
        "",
    ]


@pytest.mark.parametrize(
    ("condition", "answers", "holds"),
    [
        ('=a = "x"', {"a": "x"}, True),
        ('=a = "x"', {}, False),
        ('=a != "x"', {}, True),
        ("=a = null", {"a": ""}, True),
        ("=a = 3 and b = true", {"a": 3, "b": True}, True),
        ('=a = "x and y" or b = "z"', {"b": "z"}, True),
        ('=a = "x and y" or b = "z"', {"a": "x and y"}, True),
    ],
)
def test_conditions_compare_answers_with_literals(condition: str, answers: dict[str, Any], *, holds: bool) -> None:
    assert parse(condition).holds(answers) is holds


@pytest.mark.parametrize(
    "condition", ["=", "=a", "=a > 3", "=f(a) = 3", '=a = "x" and b = 1 or c = 2', "=a = nonsense"]
)
def test_conditions_beyond_that_are_refused(condition: str) -> None:
    with pytest.raises(UnknownCondition):
        parse(condition)


@pytest.mark.parametrize("name", ["../config/district", "", "no_such_form", "a/b"])
def test_a_form_that_cannot_be_used_is_a_sentence(name: str) -> None:
    with pytest.raises(ConfigurationError, match="表单"):
        read_form(BPMN, name)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"components": [1]}', '{"components": {}}', "{}"])
def test_a_broken_form_is_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "sample.form").write_text(content, encoding="utf-8")
    if content == '{"components": {}}':
        assert read_form(tmp_path, "sample").fields == ()
        return
    with pytest.raises(ConfigurationError, match=r"sample\.form 不是有效的 Camunda 表单"):
        read_form(tmp_path, "sample")
