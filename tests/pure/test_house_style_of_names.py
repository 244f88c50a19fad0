"""The house style of names, texts and folders, kept by tests."""

import ast
import importlib
import re
from pathlib import Path
from shutil import which
from subprocess import run

import pytest

from launcher import commands
from launcher.model_check.models import model_files, read_models
from tests.pure.source_files import EVERYTHING, ROOMS, ROOT, python_files, text_of, tree
from workers.catalogue import job_types
from workers.errors import bpmn_error_codes

# What is looked for is spelt in two halves, so that this file does not find itself.
SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
READMES = {
    **{f"{room}/README.md": 40 for room in (*ROOMS, "bpmn", "config", "deploy", "tests")},
    "launcher/faults/README.md": 40,
    "README.md": 150,
    "ARCHITECTURE.md": 200,
    "docs/decisions.md": 200,
    "docs/operations.md": 200,
}
LEFT_UNDONE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|tmp/" + r"exp|Users/\w+)/")
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "maven" + ".org", "maven.apache" + ".org")


def test_a_job_type_is_a_file_is_a_function_in_both_directions() -> None:
    named_like_a_job = {
        path.stem
        for path in python_files("workers")
        for node in tree(path).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CHINESE_NAME"
    }
    assert named_like_a_job == set(job_types())


def test_a_job_is_drawn_and_a_drawn_job_is_written() -> None:
    models = read_models(model_files(ROOT / "bpmn"))
    drawn = {node.job_type for process in models.processes.values() for node in process.nodes.values()} - {""}
    assert drawn == set(job_types())


def test_what_two_systems_match_is_spelt_in_snake_case() -> None:
    models = read_models(model_files(ROOT / "bpmn"))
    spelt = {*models.processes, *models.tables, *models.forms, *models.jobs, *bpmn_error_codes()}
    for process in models.processes.values():
        spelt |= {message.name for message in process.messages}
        nodes = process.nodes.values()
        spelt |= {line.target for node in nodes for line in (*node.inputs, *node.outputs)}
        spelt |= {name for node in nodes if node.loop for name in (node.loop.element, node.loop.result) if name}
        spelt |= set(re.findall(r'<zeebe:header key="([^"]*)"', text_of(Path("bpmn") / process.file)))
    for job in models.jobs.values():
        spelt |= {*job.reads_names(), *job.writes_names()}
    assert [name for name in sorted(spelt) if not SNAKE_CASE.fullmatch(name)] == []


def test_the_closed_list_of_error_codes_is_what_the_models_catch() -> None:
    models = read_models(model_files(ROOT / "bpmn"))
    nodes = [node for process in models.processes.values() for node in process.nodes.values()]
    assert bpmn_error_codes() == {node.error_code for node in nodes if node.error_code is not None}


@pytest.mark.parametrize("name", READMES)
def test_a_folder_explains_itself_within_its_lines(name: str) -> None:
    assert (ROOT / name).is_file()
    assert len(text_of(Path(name)).splitlines()) <= READMES[name]


def test_every_command_has_its_sentence_and_stands_in_a_readme() -> None:
    names = sorted(path.stem for path in Path(commands.__path__[0]).glob("*.py") if path.stem != "__init__")
    readmes = " ".join(text_of(Path(name)) for name in ("README.md", "README.zh-CN.md") if (ROOT / name).is_file())
    without_help = [name for name in names if not importlib.import_module(f"launcher.commands.{name}").HELP]
    assert without_help == []
    assert [name for name in names if not re.search(rf"\./minhu {name}\b", readmes)] == []


def test_nothing_is_left_for_later() -> None:
    assert [str(path) for path in EVERYTHING if LEFT_UNDONE.search(text_of(path))] == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = {str(path): MACHINE_PATHS.findall(text_of(path)) for path in EVERYTHING}
    assert {path: paths for path, paths in found.items() if paths} == {}


def test_no_link_leads_out_of_the_repository() -> None:
    git = which("git")
    assert git, "git is how this was cloned"
    modes = run([git, "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line for line in modes.splitlines() if line.startswith("120000")] == []


def test_no_file_holds_a_registrys_address() -> None:
    found = {str(path): [host for host in REGISTRIES if host in text_of(path)] for path in EVERYTHING}
    assert {path: hosts for path, hosts in found.items() if hosts} == {}
