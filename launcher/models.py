"""Deploying the models: all files in one deployment, so that everything that is bound by deployment fits together."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from defusedxml import ElementTree

from launcher.errors import LauncherError
from launcher.ports import write_json
from workers.zeebe import deploy

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
    try:
        versions = deploy(address, files)
    except Exception as error:
        raise LauncherError(f"部署没有成功：{_one_line(error)}。请用 ./minhu check 查找模型中的问题。") from error
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
    details = getattr(error, "details", None) or str(error) or type(error).__name__
    return " ".join(str(details).split())[:500]
