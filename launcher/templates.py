"""Element templates for Modeler, generated from the catalogue of jobs, the configuration and the limits.

A template's `id` never changes; its `version` grows by one whenever the content does, so that
Modeler offers the change to drawings that use it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from casebook import words
from casebook.decision_tables import read_table
from workers.catalogue import JobType, job_types
from workers.runner import RETRIES_IN_MODELS

SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
FOLDER = Path(".camunda/element-templates")
HUMAN_WORK_ORDER = "human_work_order"
CALLERS_FORMS = frozenset({"rating"})  # filled in by the caller, not by a unit
CATEGORY = {"id": "minhu", "name": "民呼我应"}
ENGINES = {"camunda": "^8.6"}
CARRIED = ("request_id", "level", "urgency", "round")
KINDS_OF_VALUES = {"str": "文字", "int": "整数", "float": "数", "bool": "true 或 false", "list": "列表"}

Template = dict[str, Any]


def templates(bpmn: Path, *, kinds: Mapping[str, str]) -> dict[str, Template]:
    """Return every template by its file's name, without a version."""
    made = {f"{name}.json": job_template(job) for name, job in job_types().items()}
    made[f"{HUMAN_WORK_ORDER}.json"] = human_work_order(
        kinds=kinds,
        forms=sorted({path.stem for path in (bpmn / "forms").glob("*.form")} - CALLERS_FORMS),
        limits=_limits(bpmn / "time_limit.dmn"),
    )
    return made


def outdated(bpmn: Path, *, kinds: Mapping[str, str]) -> dict[str, Template | None]:
    """Return what has to be written, by file name, with its next version; None where a file has to go."""
    folder = bpmn / FOLDER
    made = templates(bpmn, kinds=kinds)
    written = {path.name: _written(path) for path in folder.glob("*.json")}
    changes: dict[str, Template | None] = {name: None for name in written if name not in made}
    for name, template in made.items():
        before = written.get(name, {})
        version = int(before.get("version", 0))
        if before != {**template, "version": version}:
            changes[name] = {**template, "version": version + 1}
    return changes


def write(bpmn: Path, changes: Mapping[str, Template | None]) -> None:
    """Write or remove the files."""
    folder = bpmn / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, template in changes.items():
        if template is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(json.dumps(template, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def job_template(job: JobType) -> Template:
    """Return the template of a service task that runs this job."""
    writes = f"给出：{'、'.join(job.writes_names())}。" if job.writes else "不给出变量。"
    return {
        "$schema": SCHEMA,
        "name": job.chinese_name,
        "id": f"minhu.{job.name}",
        "description": f"任务类型 {job.name}。读取：{'、'.join(job.reads_names())}。{writes}",
        "category": CATEGORY,
        "appliesTo": ["bpmn:Task", "bpmn:ServiceTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "engines": ENGINES,
        "groups": [{"id": "inputs", "label": "读取的变量（同名变量已在流程里时留空）"}],
        "properties": [
            _fixed({"type": "zeebe:taskDefinition", "property": "type"}, job.name),
            _fixed({"type": "zeebe:taskDefinition", "property": "retries"}, str(RETRIES_IN_MODELS)),
            *(_input(name, field) for name, field in job.reads.model_fields.items()),
        ],
    }


def human_work_order(*, kinds: Mapping[str, str], forms: list[str], limits: list[str]) -> Template:
    """Return the template of a person's step: a call of the process `work_order`."""
    return {
        "$schema": SCHEMA,
        "name": "人工工单",
        "id": f"minhu.{HUMAN_WORK_ORDER}",
        "description": "请一个单位做一件事并回单：下发、计时、亮灯、督查、收回单都由流程 work_order 完成。",
        "category": CATEGORY,
        "appliesTo": ["bpmn:Task", "bpmn:CallActivity"],
        "elementType": {"value": "bpmn:CallActivity"},
        "engines": ENGINES,
        "groups": [{"id": "order", "label": "工单"}, {"id": "results", "label": "回单结果存入的变量"}],
        "properties": [
            *_called(),
            _choice("kind", "工单种类", choices={kind: f"{name}（{kind}）" for kind, name in kinds.items()}),
            _unit(),
            _choice("form", "回单表单", choices={form: form for form in forms}),
            _choice(
                "limit",
                "时限名称",
                choices={limit: f"{words.word(words.LIMITS, limit)}（{limit}）" for limit in limits},
            ),
            _about(),
            *(_fixed({"type": "zeebe:input", "name": name}, f"={name}") for name in CARRIED),
            _result("outcome", "办理结果", value="outcome"),
            _result("assigned_unit", "指定的单位（仅指定派单与裁定）"),
            _result("work_order_id", "工单编号", value="work_order_id"),
        ],
    }


def _called() -> list[Template]:
    values: dict[str, str | bool] = {
        "processId": "work_order",
        "bindingType": "deployment",
        "propagateAllChildVariables": False,
        "propagateAllParentVariables": False,
    }
    return [_fixed({"type": "zeebe:calledElement", "property": name}, value) for name, value in values.items()]


def _fixed(binding: Template, value: str | bool) -> Template:  # noqa: FBT001 - a value of the template, not a switch
    return {"type": "Hidden", "value": value, "binding": binding}


def _input(name: str, field: FieldInfo) -> Template:
    what = f"{_sort(field.annotation)}，{'必须有' if field.is_required() else '可以为空'}"
    return {
        "label": name,
        "description": f"{what}。留空则取流程里的同名变量；要换一个，写 FEEL，例如 ={name}",
        "group": "inputs",
        "type": "String",
        "feel": "required",
        "optional": True,
        "binding": {"type": "zeebe:input", "name": name},
    }


def _sort(annotation: object) -> str:
    if isinstance(annotation, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    name = getattr(get_origin(annotation) or annotation, "__name__", "")
    return KINDS_OF_VALUES.get(name, "值")


def _unit() -> Template:
    return {
        "label": "承办单位",
        "description": "存着单位代码的变量，写 FEEL，例如 =lead_unit",
        "group": "order",
        "type": "String",
        "feel": "required",
        "constraints": {"notEmpty": True},
        "binding": {"type": "zeebe:input", "name": "unit"},
    }


def _about() -> Template:
    return {
        "label": "所涉事项",
        "description": "协办任务、执法呼叫、督办单、督查等的编号，写 FEEL，例如 =co_task_id；一般工单保留 =null",
        "group": "order",
        "type": "String",
        "feel": "required",
        "value": "=null",
        "constraints": {"notEmpty": True},
        "binding": {"type": "zeebe:input", "name": "about"},
    }


def _choice(name: str, label: str, *, choices: Mapping[str, str]) -> Template:
    return {
        "label": label,
        "group": "order",
        "type": "Dropdown",
        "choices": [{"name": shown, "value": f'="{value}"'} for value, shown in choices.items()],
        "constraints": {"notEmpty": True},
        "binding": {"type": "zeebe:input", "name": name},
    }


def _result(name: str, label: str, *, value: str = "") -> Template:
    made = {
        "label": label,
        "description": "变量名；留空则不保留",
        "group": "results",
        "type": "String",
        "optional": True,
        "binding": {"type": "zeebe:output", "source": f"={name}"},
    }
    return made | {"value": value} if value else made


def _limits(path: Path) -> list[str]:
    table = read_table(path)
    if table is None:
        return []
    columns = [column for column in table.inputs if column.expression == "limit"]
    return [str(value) for column in columns for value in column.allowed]


def _written(path: Path) -> Template:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
