"""What a designer or an official breaks is named by `./minhu check`, and nothing else is."""

import ast
import json
import shutil
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

import pytest

from casebook import mutual_facts, round_facts
from launcher import designer_tools
from launcher.commands import check
from launcher.errors import LauncherError
from launcher.model_check.coverage import FACTS
from launcher.model_check.lint import lint_findings
from launcher.model_check.messages import MESSAGES
from launcher.model_check.review import Folders, review
from tests.models.slip import Slip
from tests.models.slips_in_configuration import IN_CONFIGURATION
from tests.models.slips_in_drawings import IN_DRAWINGS
from tests.models.slips_in_tables import IN_TABLES

ROOT = Path(__file__).resolve().parents[2]
SLIPS = IN_DRAWINGS | IN_TABLES | IN_CONFIGURATION


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "bpmn", tmp_path / "bpmn", ignore=shutil.ignore_patterns("node_modules", "pictures"))
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("samples"))
    return tmp_path


def findings(folder: Path, *, lint: bool = False) -> list[str]:
    found = review(Folders(bpmn=folder / "bpmn", config=folder / "config"), lint=lint)
    return [finding.sentence() for finding in found]


def test_what_is_in_the_repository_has_no_finding() -> None:
    assert findings(ROOT, lint=True) == []


@pytest.mark.parametrize("slip", SLIPS.values(), ids=list(SLIPS))
def test_a_slip_is_named(slip: Slip, copied: Path) -> None:
    path = copied / slip.file
    text = path.read_text(encoding="utf-8")
    assert slip.before in text
    path.write_text(text.replace(slip.before, slip.after, 1), encoding="utf-8")
    sentences = findings(copied, lint=slip.lint)
    assert any(all(part in sentence for part in slip.expected) for sentence in sentences), "\n".join(sentences)


def test_a_sub_process_that_is_called_with_less_than_elsewhere_is_the_callers_slip(copied: Path) -> None:
    path = copied / "bpmn/handling.bpmn"
    line = '<zeebe:input source="=lead_unit" target="unit" />'
    path.write_text(path.read_text(encoding="utf-8").replace(line, "", 1), encoding="utf-8")
    sentences = findings(copied)
    assert any("CallActivity_LeadHandling: 没有传入变量 unit" in sentence for sentence in sentences)


def test_one_broken_file_does_not_hide_what_is_wrong_in_another(copied: Path) -> None:
    (copied / "bpmn/alert.bpmn").write_text("<half", encoding="utf-8")
    path = copied / "bpmn/rating_outcome.dmn"
    path.write_text(path.read_text(encoding="utf-8").replace('"not_rated"', '"unrated"'), encoding="utf-8")
    sentences = findings(copied, lint=True)
    assert any(sentence.startswith("bpmn/alert.bpmn") for sentence in sentences)
    assert any("not_rated" in sentence for sentence in sentences)


def test_a_finding_gives_file_line_element_what_and_what_to_do(copied: Path) -> None:
    path = copied / "bpmn/alert.bpmn"
    path.write_text(
        path.read_text(encoding="utf-8").replace('type="raise_light"', 'type="rise_light"'), encoding="utf-8"
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if 'id="Task_RaiseLight"' in text)
    assert findings(copied)[0] == (
        f"bpmn/alert.bpmn:{line}: Task_RaiseLight: 没有任务类型 rise_light，是不是想写“raise_light”；"
        "请选用元素模板；新的任务类型要先在 workers/ 里写好。"
    )


def test_rules_that_cannot_be_run_are_a_finding_and_not_silence() -> None:
    def without_network(_: Sequence[Path]) -> Sequence[designer_tools.Finding]:
        raise LauncherError("设计工具安装不成：没有网络。请检查网络后重试。")

    found = lint_findings([ROOT / "bpmn/alert.bpmn"], linter=without_network)
    assert [finding.what for finding in found] == ["绘图规则没有检查：设计工具安装不成：没有网络"]


def run(*arguments: str) -> int:
    parser = ArgumentParser()
    check.arguments(parser)
    return check.run(parser.parse_args(list(arguments)))


def test_a_draft_is_checked_in_place_of_the_model_of_its_name(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = copied / "bpmn/alert.bpmn"
    draft.write_text(draft.read_text(encoding="utf-8").replace('"raise_light"', '"rise_light"'), encoding="utf-8")
    assert run(str(draft), "--json") == 1
    *sentences, last = capsys.readouterr().out.splitlines()
    assert json.loads(last)["count"] == len(sentences)
    assert all(sentence.startswith(str(draft)) for sentence in sentences)


def test_one_sound_file_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(ROOT / "bpmn/alert.bpmn")) == 0
    assert "没有发现问题" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["not_there.bpmn", "config.txt"])
def test_a_path_that_is_no_model_is_refused_with_a_sentence(path: str, tmp_path: Path) -> None:
    (tmp_path / "config.txt").write_text("x", encoding="utf-8")
    with pytest.raises(LauncherError, match="请"):
        run(str(tmp_path / path))


def test_the_known_messages_are_those_that_the_casebook_writes() -> None:
    told: set[str] = set()
    for path in (ROOT / "casebook").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "facts.Fact":
                told |= {ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "name"}
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "_tell":
                told.add(ast.unparse(node.args[1]))
    assert {ast.literal_eval(name) for name in told if name.startswith("'")} == set(MESSAGES)


def test_the_facts_to_be_rated_are_those_that_gather_facts_can_give() -> None:
    source = ast.parse(Path(round_facts.__file__).read_text(encoding="utf-8"))
    given: dict[str, set[str]] = {aspect: set() for aspect in FACTS}
    for function in ast.walk(source):
        if isinstance(function, ast.FunctionDef) and function.name.removeprefix("_") in FACTS:
            returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
            given[function.name.removeprefix("_")] |= {text for value in returns for text in _texts(value)}
    given["satisfaction"] |= {*round_facts.SATISFACTION.values(), "not_asked"}
    given["cooperation"] |= set(mutual_facts.RATED.values())
    assert given == {aspect: set(facts) for aspect, facts in FACTS.items()}


def _texts(value: ast.expr) -> set[str]:
    if isinstance(value, ast.Tuple):  # the fact, and its grounds
        return _texts(value.elts[0])
    if isinstance(value, ast.IfExp):
        return _texts(value.body) | _texts(value.orelse)
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else set()


def test_every_code_that_leads_nowhere_is_named_with_its_line_and_once(copied: Path) -> None:
    path = copied / "config/platforms/neighbourhood.toml"
    text = path.read_text(encoding="utf-8").replace('= "010101"', '= "010191"').replace('= "010102"', '= "010192"')
    path.write_text(text, encoding="utf-8")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if '"01019' in line]
    assert [f"config/platforms/neighbourhood.toml:{line}" for line in lines] == [
        sentence.partition(": ")[0] for sentence in findings(copied) if "neighbourhood.toml" in sentence
    ]
