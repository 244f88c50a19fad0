"""Deploying the models: all files in one deployment, so that everything that is bound by deployment fits together."""

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

from launcher.errors import LauncherError
from launcher.ports import write_json
from workers.zeebe import deploy

PASSING = ("UNAVAILABLE", "RESOURCE_EXHAUSTED", "INTERNAL", "ABORTED", "DEADLINE_EXCEEDED")
ENGINE_BUSY_AT_MOST_SECONDS = 90.0
BACK_OFF_SECONDS = 0.5
PATTERNS = ("*.bpmn", "*.dmn", "forms/*.form")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True)
class Change:
    """A file that is not what was deployed last, and the processes in it."""

    file: str
    what: str
    processes: tuple[str, ...]


def model_files(folder: Path) -> list[Path]:
    """Return all models, decision tables and forms."""
    files = sorted(file for pattern in PATTERNS for file in folder.glob(pattern))
    if not files:
        raise LauncherError(f"{folder} 中没有模型文件（*.bpmn、*.dmn、forms/*.form）。请检查 MINHU_BPMN。")
    return files


def deploy_models(address: str, *, folder: Path, state: Path) -> dict[str, int]:
    """Deploy everything as one deployment and note what it was; return the version of each id."""
    files = model_files(folder)
    versions = _deploy_patiently(address, files)
    write_json(state / "deployed.json", {_name(file, folder=folder): _digest(file) for file in files})
    return versions


def changes(*, folder: Path, state: Path) -> list[Change]:
    """Compare the files with what was deployed last."""
    before = _deployed(state)
    now = {_name(file, folder=folder): file for file in model_files(folder)}
    found = []
    for name, file in now.items():
        if name not in before:
            found.append(Change(name, "新增", _processes(file)))
        elif before[name] != _digest(file):
            found.append(Change(name, "改动", _processes(file)))
    gone = [Change(name, "删除", (Path(name).stem,)) for name in before if name not in now]
    return found + gone


def _deploy_patiently(address: str, files: list[Path]) -> dict[str, int]:
    """Deploy; an engine that is ready may not know its own partitions yet, so what passes by itself is tried again."""
    until = time.monotonic() + ENGINE_BUSY_AT_MOST_SECONDS
    while True:
        try:
            return deploy(address, files)
        except Exception as error:
            code = _status_code(error)
            if code not in PASSING:
                raise LauncherError(f"引擎不接受模型：{_one_line(error)}。请用 ./minhu check 查找原因。") from error
            if time.monotonic() > until:
                raise LauncherError(f"引擎一直没有接受部署（{code}）。请用 ./minhu status 查看引擎状况。") from error
            time.sleep(BACK_OFF_SECONDS)


def _status_code(error: Exception) -> str:
    """Return the name of the gRPC status behind an error of the client library; empty when there is none."""
    answer = _answer(error)
    return answer.code().name if answer is not None else ""


def _answer(error: Exception) -> Any:
    """Return the engine's own answer, which the client library keeps as an attribute or as the cause."""
    candidates = (getattr(error, "grpc_error", None), error.__cause__, error.__context__)
    return next((candidate for candidate in candidates if callable(getattr(candidate, "details", None))), None)


def _deployed(state: Path) -> dict[str, str]:
    try:
        return dict(json.loads((state / "deployed.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _processes(file: Path) -> tuple[str, ...]:
    if file.suffix != ".bpmn":
        return ()
    try:
        root = ElementTree.fromstring(file.read_bytes())
    except ElementTree.ParseError as error:
        raise LauncherError(f"{file.name} 不是完整的 XML（{error}）。请在 Modeler 中重新保存。") from error
    return tuple(process.get("id", "") for process in root.iter(f"{BPMN}process"))


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _name(file: Path, *, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def _one_line(error: Exception) -> str:
    answer = _answer(error)
    details = (answer.details() if answer is not None else "") or str(error) or type(error).__name__
    return " ".join(str(details).split())[:500]
