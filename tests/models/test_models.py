"""The models keep the house's rules, and everything they name exists."""

import re

import pytest

from tests.models.drawings import BPMN, MODELS, ROOM, TABLES, Model
from workers.catalogue import job_types

CHINESE = re.compile(r"[\u4e00-\u9fff]")
GENERATED = re.compile(r"_(?=\w*\d)[0-9a-z]{6,8}$")
MOST_NODES = 20
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@each_model
def test_a_file_holds_one_process_of_its_own_name(model: Model) -> None:
    assert model.path.stem == model.id
    assert CHINESE.search(model.process.get("name", ""))
    assert model.process.get("isExecutable") == "true"


@each_model
def test_a_model_can_be_read_without_scrolling(model: Model) -> None:
    assert len(model.steps()) <= MOST_NODES


@each_model
def test_no_generated_id_survives(model: Model) -> None:
    ids = [element.get("id") for element in model.root.iter() if element.get("id")]
    assert [name for name in ids if GENERATED.search(name)] == []


@each_model
def test_people_read_chinese(model: Model) -> None:
    unnamed = {"parallelGateway", "eventBasedGateway"}
    named = [
        node
        for node in model.nodes()
        if model.kind(node) not in unnamed
        and not (model.kind(node) == "exclusiveGateway" and len(model.all("bpmn:outgoing", node)) == 1)
    ]
    assert [node.get("id") for node in named if not CHINESE.search(node.get("name") or "")] == []


@each_model
def test_every_outcome_has_its_own_named_end(model: Model) -> None:
    names = [end.get("name") for end in model.all("bpmn:endEvent")]
    assert sorted(names) == sorted(set(names))


@each_model
def test_every_branching_gateway_has_a_default_and_asks_one_thing(model: Model) -> None:
    comparison = re.compile(r'^=(\w+|\w+ = ("\w+"|true|false|\d+))$')
    for gateway in model.all("bpmn:exclusiveGateway"):
        flows = [flow for flow in model.all("bpmn:sequenceFlow") if flow.get("sourceRef") == gateway.get("id")]
        if len(flows) > 1:
            conditional = [flow for flow in flows if flow.get("id") != gateway.get("default")]
            assert len(conditional) == len(flows) - 1, gateway.get("id")
            for flow in conditional:
                (condition,) = model.all("bpmn:conditionExpression", flow)
                assert comparison.match(condition.text), flow.get("id")


@each_model
def test_the_start_says_who_begins_who_takes_part_and_what_is_a_good_end(model: Model) -> None:
    starts = {start.get("id") for start in model.process.findall("{*}startEvent")}
    said = {link.get("targetRef") for link in model.all("bpmn:association") if link.get("sourceRef") in starts}
    (note,) = [note for note in model.all("bpmn:textAnnotation") if note.get("id") in said]
    text = note.findtext("{*}text")
    assert [word for word in ("触发：", "参与：", "圆满结局：") if word not in text] == []


@each_model
def test_a_call_has_a_signature(model: Model) -> None:
    for call in model.all("bpmn:callActivity"):
        called = model.extension(call, "calledElement")
        assert called.get("processId") in MODELS
        assert called.get("propagateAllChildVariables") == "false"
        assert called.get("propagateAllParentVariables") == "false"
        assert called.get("bindingType") == "deployment"
        assert model.mappings(call, "input") != {}


def test_a_process_is_called_with_the_same_variables_everywhere() -> None:
    signatures: dict[str, set[frozenset[str]]] = {}
    for model in MODELS.values():
        for call in model.all("bpmn:callActivity"):
            called = model.extension(call, "calledElement").get("processId")
            signatures.setdefault(called, set()).add(frozenset(model.mappings(call, "input")))
    assert {called: len(signature) for called, signature in signatures.items()} == dict.fromkeys(signatures, 1)


@each_model
def test_every_decision_asked_exists_and_is_bound_by_deployment(model: Model) -> None:
    for task in model.all("bpmn:businessRuleTask"):
        called = model.extension(task, "calledDecision")
        assert called.get("decisionId") in TABLES
        assert called.get("bindingType") == "deployment"


def test_every_form_named_exists_and_every_form_is_used() -> None:
    used = {
        model.mappings(call, "input")["form"].strip('="')
        for model in MODELS.values()
        for call in model.all("bpmn:callActivity")
        if "form" in model.mappings(call, "input")
    }
    assert used | {"rating"} == {path.stem for path in (BPMN / "forms").glob("*.form")}


def test_a_box_in_the_model_is_a_file_in_workers_and_the_other_way_round() -> None:
    drawn = {
        model.job_type(task)
        for model in MODELS.values()
        for task in model.all("bpmn:serviceTask")
        if model.job_type(task)
    }
    assert drawn == set(job_types())


@each_model
def test_every_job_is_tried_three_times(model: Model) -> None:
    retries = {
        task.get("id"): model.extension(task, "taskDefinition").get("retries") for task in model.all("bpmn:serviceTask")
    }
    assert retries == dict.fromkeys(retries, "3")


def test_every_message_awaited_is_a_fact_that_the_casebook_writes() -> None:
    awaited = {message.get("name") for model in MODELS.values() for message in model.all("bpmn:message")}
    written = "".join(file.read_text(encoding="utf-8") for file in (ROOM / "casebook").glob("*.py"))
    written += "".join(file.read_text(encoding="utf-8") for file in (ROOM / "desk").glob("*.py"))
    assert [name for name in sorted(awaited) if f'"{name}"' not in written] == []


@each_model
def test_the_modeler_knows_which_engine_it_draws_for(model: Model) -> None:
    modeler = "{http://camunda.org/schema/modeler/1.0}"
    assert model.root.get(f"{modeler}executionPlatform") == "Camunda Cloud"
    assert model.root.get(f"{modeler}executionPlatformVersion") == "8.6.0"
