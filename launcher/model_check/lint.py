"""bpmnlint's reports as findings: the rules of its makers, of the engine's version, and ours in `bpmn/lint/`."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from lxml import etree

from casebook.source_lines import line_of
from launcher import designer_tools
from launcher.errors import LauncherError
from launcher.model_check.finding import Finding, Place

Linter = Callable[[Sequence[Path]], Sequence[designer_tools.Finding]]


def lint_findings(files: Sequence[Path], *, linter: Linter = designer_tools.lint) -> list[Finding]:
    """Lint processes; that the rules could not be run (no network at first use) is a finding too."""
    try:
        reports = linter(files) if files else []
    except (LauncherError, OSError, subprocess.TimeoutExpired) as error:
        reason = str(error).split("。")[0] if isinstance(error, LauncherError) else "node 没有在时限内运行完"
        what, action = f"绘图规则没有检查：{reason}", "请联网后再运行一次 ./minhu check"
        return [Place(file="package.json", element="bpmnlint").finding(what, action=action)]
    by_name = {path.name: path for path in files}
    return [_finding(by_name[Path(report.file).name], report) for report in reports]


def _finding(path: Path, report: designer_tools.Finding) -> Finding:
    what, _, action = report.message.partition("。")
    action = action.strip().rstrip("。") or "请在 Modeler 里按提示更正"
    place = Place(file=path.name, line=_line(path, report.id), element=report.id or "文件")
    return place.finding(what.strip(), action=f"{action}（规则 {report.rule}）")


def _line(path: Path, element: str) -> int:
    try:
        drawn = etree.parse(path).getroot().iter()
    except (etree.XMLSyntaxError, OSError):
        return 0
    return next((line_of(found) for found in drawn if found.get("id") == element), 0)
