"""A misspelt FEEL variable is a silent null: every name that is read is written by somebody."""

import pytest

from tests.models.drawings import MODELS, TABLES, Element, Model, fields_in, names_in
from workers.catalogue import job_types

JOBS = job_types()
# What each message carries (`casebook/` writes it, see casebook/facts.py).
MESSAGES = {
    "request_received": {"request_id"},
    "request_withdrawn": set(),
    "request_merged": set(),
    "request_supplemented": {"request_id", "supplement"},
    "supervision_ordered": {"request_id", "supervision_id"},
    "supervision_recalled": set(),
    "inspection_pushed": {"request_id", "inspection_id"},
    "inspection_recalled": set(),
    "appeal_filed": {"request_id", "appeal_id"},
    "work_reported": {"outcome", "assigned_unit"},
    "deadline_changed": set(),
    "work_order_recalled": {"outcome"},
    "rating_received": set(),
    "co_unit_called": {"co_task_id", "co_unit"},
    "enforcement_called": {"request_id", "enforcement_id"},
    "enforcement_recalled": set(),
    "report_requested": {"report_id", "kind", "asked_at"},
    "report_decided": {"decision"},
}
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def handed_in(model: Model) -> set[str]:
    """Return what every caller of a process hands in."""
    calls = [
        set(caller.mappings(call, "input"))
        for caller in MODELS.values()
        for call in caller.all("bpmn:callActivity")
        if caller.extension(call, "calledElement").get("processId") == model.id
    ]
    return set.intersection(*calls) if calls else set()


def made_by(model: Model, node: Element) -> set[str]:
    """Return what a node itself brings forth, before its output mapping."""
    job, decision = model.job_type(node), model.extension(node, "calledDecision")
    called, message = model.extension(node, "calledElement"), model.message(node)
    made: set[str] = set()
    if job:
        made |= set(JOBS[job].writes_names())
    if decision is not None:
        made |= {decision.get("resultVariable")}
    if called is not None:
        made |= visible(MODELS[called.get("processId")])
    if message:
        made |= MESSAGES[message]
    return made


def visible(model: Model) -> set[str]:
    """Return every variable that exists in a process at some time."""
    names = handed_in(model)
    for node in model.nodes():
        loop, outputs = model.loop(node), set(model.mappings(node, "output"))
        if loop is not None:
            names |= {loop.get("outputCollection")} - {None}
        elif outputs:
            names |= outputs
        elif model.extension(node, "calledElement") is None:
            names |= made_by(model, node)
    return names


def inside(model: Model, node: Element) -> set[str]:
    """Return what can be read inside a node: the process, its loop element, its inputs."""
    loop = model.loop(node)
    element = set() if loop is None else {loop.get("inputElement"), "loopCounter"}
    return visible(model) | element | set(model.mappings(node, "input"))


@each_model
def test_inputs_read_what_exists(model: Model) -> None:
    for node in model.nodes():
        loop = model.loop(node)
        element = set() if loop is None else {loop.get("inputElement")}
        for target, source in model.mappings(node, "input").items():
            assert names_in(source) - visible(model) - element == set(), (node.get("id"), target)


@each_model
def test_outputs_read_what_the_step_made(model: Model) -> None:
    for node in model.nodes():
        known = inside(model, node) | made_by(model, node)
        loop = model.loop(node)
        sources = list(model.mappings(node, "output").values())
        sources += [] if loop is None or loop.get("outputElement") is None else [loop.get("outputElement")]
        for source in sources:
            assert names_in(source) - known == set(), (node.get("id"), source)


@each_model
def test_conditions_timers_loops_and_keys_read_what_exists(model: Model) -> None:
    expressions = [each.text for each in (*model.all("bpmn:conditionExpression"), *model.all("bpmn:timeDate"))]
    expressions += [key.get("correlationKey") for key in model.all("zeebe:subscription")]
    expressions += [loop.get("inputCollection") for loop in model.all("zeebe:loopCharacteristics")]
    unknown = {each: names_in(each) - visible(model) for each in expressions}
    assert {each: names for each, names in unknown.items() if names} == {}


@each_model
def test_a_job_finds_every_variable_that_it_reads(model: Model) -> None:
    for task in model.all("bpmn:serviceTask"):
        job = JOBS[str(model.job_type(task))]
        assert set(job.reads_names()) - inside(model, task) == set(), task.get("id")


@each_model
def test_a_decision_finds_its_questions_and_gives_the_fields_that_are_read(model: Model) -> None:
    for task in model.all("bpmn:businessRuleTask"):
        called = model.extension(task, "calledDecision")
        table, result = TABLES[called.get("decisionId")], called.get("resultVariable")
        asked = {name for expression in table.inputs() for name in names_in(expression)}
        assert asked - inside(model, task) == set(), task.get("id")
        loop = model.loop(task)
        sources = [*model.mappings(task, "output").values(), "" if loop is None else loop.get("outputElement")]
        fields = {field for source in sources for variable, field in fields_in(source) if variable == result}
        assert fields == set(table.outputs()), task.get("id")


def test_the_reader_of_expressions_tells_variables_from_the_rest() -> None:
    assert names_in('=if response = null then null else response.level + "level"') == {"response"}
    assert names_in("=date and time(yellow_at)") == {"yellow_at"}
    assert names_in("={aspect: assessment.aspect, degree: rating.degree}") == {"assessment", "rating"}
