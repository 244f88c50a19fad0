"""A designer finds a valid template for every job, and for a person's step."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from casebook.district import load_district
from launcher import designer_tools
from launcher.templates import FOLDER, outdated, templates, write
from workers.catalogue import job_types

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "bpmn" / FOLDER).glob("*.json")}

KINDS = load_district(ROOT / "config").kinds


@pytest.fixture(scope="session")
def validator() -> Draft7Validator:
    designer_tools.install()
    path = ROOT / "bpmn/node_modules/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
    return Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


def bound(template: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the properties of a template that are bound in one way, by what they are bound to."""
    found = [entry for entry in template["properties"] if entry["binding"]["type"] == kind]
    return {next(value for key, value in entry["binding"].items() if key != "type"): entry for entry in found}


def test_every_job_and_the_human_step_have_a_template() -> None:
    assert set(WRITTEN) == {f"{name}.json" for name in job_types()} | {"human_work_order.json"}


def test_the_written_templates_are_what_the_catalogue_says_today() -> None:
    assert outdated(ROOT / "bpmn", kinds=KINDS) == {}


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_template_is_valid_for_modeler(name: str, validator: Draft7Validator) -> None:
    assert [error.message for error in validator.iter_errors(WRITTEN[name])] == []


def test_a_job_template_fixes_type_and_retries_and_offers_exactly_what_the_job_reads() -> None:
    for name, job in job_types().items():
        definition = bound(WRITTEN[f"{name}.json"], "zeebe:taskDefinition")
        assert {key: entry["value"] for key, entry in definition.items()} == {"type": name, "retries": "3"}
        assert list(bound(WRITTEN[f"{name}.json"], "zeebe:input")) == job.reads_names()


def test_the_human_step_calls_work_order_and_passes_nothing_by_accident() -> None:
    called = bound(WRITTEN["human_work_order.json"], "zeebe:calledElement")
    assert {key: entry["value"] for key, entry in called.items()} == {
        "processId": "work_order",
        "bindingType": "deployment",
        "propagateAllChildVariables": False,
        "propagateAllParentVariables": False,
    }


def test_the_human_step_passes_everything_that_work_order_needs() -> None:
    inputs = bound(WRITTEN["human_work_order.json"], "zeebe:input")
    assert set(inputs) == {"request_id", "kind", "unit", "level", "urgency", "round", "about", "form", "limit"}
    assert all(inputs[name]["choices"] for name in ("kind", "form", "limit"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of bpmn/ whose templates are up to date."""
    bpmn = tmp_path / "bpmn"
    shutil.copytree(ROOT / "bpmn", bpmn, ignore=shutil.ignore_patterns("node_modules", "pictures"))
    write(bpmn, outdated(bpmn, kinds=KINDS))
    return bpmn


def test_a_new_limit_is_offered_and_raises_the_version(copied: Path) -> None:
    table = copied / "time_limit.dmn"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace('<text>"sign_in",', '<text>"site_visit","sign_in",'), encoding="utf-8")
    before = json.loads((copied / FOLDER / "human_work_order.json").read_text(encoding="utf-8"))["version"]
    changes = outdated(copied, kinds=KINDS)
    versions = {name: change and change["version"] for name, change in changes.items()}
    assert versions == {"human_work_order.json": before + 1}
    write(copied, changes)
    assert outdated(copied, kinds=KINDS) == {}


def test_a_template_whose_job_is_gone_goes_too(copied: Path) -> None:
    (copied / FOLDER / "old_job.json").write_text("{}", encoding="utf-8")
    assert outdated(copied, kinds=KINDS) == {"old_job.json": None}


def test_ids_are_the_job_types_so_that_drawings_keep_their_template() -> None:
    made = templates(ROOT / "bpmn", kinds=KINDS)
    assert {template["id"] for template in made.values()} == {f"minhu.{name.removesuffix('.json')}" for name in made}
