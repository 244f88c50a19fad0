"""The forms of the human steps carry the coded answers that the models wait for."""

import json
import tomllib
from typing import Any

import pytest

from casebook.appeal_rules import DECISIONS
from casebook.decision_tables import read_table
from casebook.score_arithmetic import ASPECTS
from launcher.model_check.coverage import FINDINGS
from tests.models.drawings import BPMN, ROOM

OUTCOMES = {
    "sign_in": {"accepted", "returned", "cannot_solve"},
    "sign_in_final": {"accepted"},
    "assignment": {"assigned"},
    "review": {"assigned", "insisted"},
    "city_report": {"accepted", "refused"},
    "handling_report": {"done", "not_possible"},
    "verification": {"passed", "failed"},
    "lead_report": {"done", "not_possible"},
    "co_report": {"done", "not_possible", "disagrees"},
    "co_arbitration": {"stands", "released", "assigned"},
    "enforcement_call": {"confirmed", "declined"},
    "enforcement_arrival": {"arrived", "declined"},
    "enforcement_report": {"done", "not_possible"},
    "supervision_reply": {"finished", "on_track", "obstacle"},
    "inspection_decision": {"no_fault", "urge", "accountability"},
    "accountability_statement": {"stated", "admitted"},
    "accountability_finding": set(FINDINGS),
    "appeal_decision": set(DECISIONS),
}
CONFIG = ROOM / "config"
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
    reasons = tomllib.loads((CONFIG / "return_reasons.toml").read_text(encoding="utf-8"))
    for field, outcome in (("return_reason", "returned"), ("report_up_reason", "cannot_solve")):
        allowed = {code for code, reason in reasons.items() if outcome in reason["outcomes"]}
        assert choices(fields("sign_in")[field]) == allowed


def test_an_assignment_names_a_unit() -> None:
    assert fields("assignment")["assigned_unit"]["validate"]["required"]


def test_a_rating_asks_whether_it_is_solved_and_how_satisfied() -> None:
    rating = fields("rating")
    assert choices(rating["resolved"]) == {"resolved", "partly", "unresolved"}
    assert choices(rating["satisfaction"]) == {"1", "2", "3", "4", "5"}
    assert "comment" in rating


def test_an_appeal_may_correct_every_fact_that_a_degree_can_be_made_of() -> None:
    table = read_table(BPMN / "rating_outcome.dmn")
    assert table is not None
    for aspect in ASPECTS:
        facts = {fact for fact in table.candidates(1) if table.decide(aspect=aspect, fact=fact)}
        assert facts == choices(fields("appeal_decision")[f"{aspect}_fact"])
