"""The forms of the human steps carry the coded answers that the models wait for."""

import json
from typing import Any

import pytest

from tests.models.drawings import BPMN

OUTCOMES = {
    "sign_in": {"accepted", "returned", "cannot_solve"},
    "assignment": {"assigned"},
    "handling_report": {"done", "not_possible"},
    "verification": {"passed", "failed"},
    "lead_report": {"done", "not_possible"},
    "co_report": {"done", "not_possible", "disagrees"},
    "co_arbitration": {"stands", "released", "assigned"},
    "enforcement_call": {"confirmed", "refused"},
    "enforcement_arrival": {"arrived", "refused"},
    "enforcement_report": {"done", "not_possible"},
}
FORMS = sorted((BPMN / "forms").glob("*.form"))


def fields(name: str) -> dict[str, Any]:
    form = json.loads((BPMN / "forms" / f"{name}.form").read_text(encoding="utf-8"))
    return {field["key"]: field for field in form["components"] if "key" in field}


def choices(field: dict[str, Any]) -> set[str]:
    return {choice["value"] for choice in field["values"]}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_has_its_files_name_and_the_engines_version(path: Any) -> None:
    form = json.loads(path.read_text(encoding="utf-8"))
    assert form["id"] == path.stem
    assert (form["executionPlatform"], form["executionPlatformVersion"]) == ("Camunda Cloud", "8.6.0")


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_report_offers_the_outcomes_that_the_models_know(name: str) -> None:
    assert choices(fields(name)["outcome"]) == OUTCOMES[name]
    assert "note" in fields(name)


def test_a_return_has_a_coded_reason() -> None:
    assert choices(fields("sign_in")["return_reason"]) == {"not_ours", "duplicate", "insufficient", "beyond_power"}


def test_an_assignment_names_a_unit() -> None:
    assert fields("assignment")["assigned_unit"]["validate"]["required"]


def test_a_rating_asks_whether_it_is_solved_and_how_satisfied() -> None:
    rating = fields("rating")
    assert choices(rating["resolved"]) == {"resolved", "partly", "unresolved"}
    assert choices(rating["satisfaction"]) == {"1", "2", "3", "4", "5"}
    assert "comment" in rating
