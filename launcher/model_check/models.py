"""Everything drawn, read once: processes, tables and forms by their ids, and what could not be read."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from casebook.decision_tables import Table, read_table
from launcher.model_check.finding import Finding, Place, nearest
from launcher.model_check.processes import Node, Process, read_process
from workers.catalogue import JobType, job_types


@dataclass(frozen=True, kw_only=True)
class Models:
    """What is drawn, and what it may call."""

    processes: dict[str, Process] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    forms: set[str] = field(default_factory=set)
    jobs: Mapping[str, JobType] = field(default_factory=job_types)
    unread: list[Finding] = field(default_factory=list)

    def callers(self, process_id: str) -> list[tuple[Process, Node]]:
        """Return every call activity that calls this process."""
        return [
            (process, node)
            for process in self.processes.values()
            for node in process.nodes.values()
            if node.called_process == process_id
        ]


def model_files(folder: Path) -> list[Path]:
    """Return the processes, tables and forms of a folder, as they are deployed."""
    return [path for pattern in ("*.bpmn", "*.dmn", "forms/*.form") for path in sorted(folder.glob(pattern))]


def read_models(paths: Iterable[Path]) -> Models:
    """Read files; one that cannot be read becomes a finding, and the others are still checked."""
    models = Models()
    readers = {".bpmn": _read_process, ".dmn": _read_table, ".form": _read_form}
    for path in paths:
        try:
            models.unread.extend(readers[path.suffix](path, models=models))
        except (etree.XMLSyntaxError, json.JSONDecodeError, UnicodeDecodeError, OSError) as error:
            models.unread.append(_broken(path, error))
    return models


def _broken(path: Path, error: Exception) -> Finding:
    line = error.lineno if isinstance(error, etree.XMLSyntaxError | json.JSONDecodeError) else 0
    what = "文件打不开" if isinstance(error, OSError) else "文件残缺或格式不对，读不出来"
    action = "请用 Modeler 重新保存，或恢复原来的版本"
    return Place(file=path.name, line=line or 0).finding(what, action=action)


def _read_process(path: Path, *, models: Models) -> list[Finding]:
    process = read_process(path)
    if process is None:
        return [Place(file=path.name).finding("里面没有流程", action="请画上流程，或删去这个文件")]
    models.processes[process.id] = process
    action = "请拆成一个文件一个流程"
    more = [
        Place(file=path.name, element=other).finding("一个文件里有不止一个流程", action=action)
        for other in process.others
    ]
    return more + _misnamed(path, process.id, line=process.line)


def _read_table(path: Path, *, models: Models) -> list[Finding]:
    table = read_table(path)
    if table is None:
        return [Place(file=path.name).finding("里面没有决策表", action="请补上决策表，或删去这个文件")]
    models.tables[table.id] = table
    return _misnamed(path, table.id, line=table.line)


def _read_form(path: Path, *, models: Models) -> list[Finding]:
    form = json.loads(path.read_text(encoding="utf-8"))
    form_id = str(form.get("id", "")) if isinstance(form, dict) else ""
    models.forms.add(form_id)
    return _misnamed(path, form_id, line=0)


def _misnamed(path: Path, element_id: str, *, line: int) -> list[Finding]:
    if element_id == path.stem:
        return []
    what = f"编号“{element_id}”与文件名“{path.stem}”不一致{nearest(element_id, [path.stem])}"
    action = "请改成同一个名称；已发布的编号不要改，改文件名"
    return [Place(file=path.name, line=line, element=element_id or "文件").finding(what, action=action)]
