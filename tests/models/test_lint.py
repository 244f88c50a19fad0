"""bpmnlint finds nothing in our models, and finds what a designer may break."""

from pathlib import Path

import pytest

from launcher.designer_tools import BPMN, lint
from tests.models.drawings import MODELS

DESIGNERS_SLIPS = {
    "call-signature": ('propagateAllParentVariables="false"', 'propagateAllParentVariables="true"'),
    "decision-binding": ('resultVariable="response" bindingType="deployment"', 'resultVariable="response"'),
    "default-flow": (' default="Flow_NotSignedIn"', ""),
    "id-prefix": ("Task_RecordReturn", "Activity_0x1y2z3"),
    "job-retries": ('type="record_return" retries="3"', 'type="record_return" retries="0"'),
    "minhu/names": ('name="是最终裁定吗？"', 'name="还可以改派"'),
    "purpose": ("圆满结局：", ""),
}


def test_our_models_have_no_finding() -> None:
    assert lint([model.path for model in MODELS.values()]) == []


@pytest.mark.parametrize("rule", DESIGNERS_SLIPS)
def test_a_slip_is_found_and_named(rule: str, tmp_path: Path) -> None:
    before, after = DESIGNERS_SLIPS[rule]
    text = (BPMN / "dispatch.bpmn").read_text(encoding="utf-8")
    assert before in text
    broken = tmp_path / "dispatch.bpmn"
    broken.write_text(text.replace(before, after), encoding="utf-8")
    rules = {finding.rule.removeprefix("minhu/") for finding in lint([broken])}
    assert rule.removeprefix("minhu/") in rules


def test_a_file_that_is_not_xml_is_a_finding_and_no_crash(tmp_path: Path) -> None:
    broken = tmp_path / "half.bpmn"
    broken.write_text('<?xml version="1.0"?><bpmn:definitions', encoding="utf-8")
    assert [finding.rule for finding in lint([broken])] == ["readable"]
