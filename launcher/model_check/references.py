"""Checks that everything a process names exists: jobs, processes, decisions, forms, messages, errors, values."""

from collections.abc import Iterator, Mapping

from casebook.decision_cells import literals
from casebook.decision_tables import Table
from launcher.model_check.feel import literal
from launcher.model_check.finding import Finding, Place, listed, nearest
from launcher.model_check.messages import MESSAGES
from launcher.model_check.models import Models
from launcher.model_check.processes import Node, Process
from workers.errors import bpmn_error_codes

EVENT_GIVERS = ("event", "light")  # the process `alert` passes its light on as the event of a notification


def reference_findings(models: Models) -> Iterator[Finding]:
    """Yield a finding for each name that leads nowhere."""
    for process in models.processes.values():
        for node in process.nodes.values():
            yield from _node_findings(process, node, models=models)
        for message in process.messages:
            at = Place(file=process.file, line=message.line, element=message.id)
            if message.name not in MESSAGES:
                what = f"没有消息 {message.name}{nearest(message.name, MESSAGES)}"
                yield at.finding(what, action=f"可用的消息有：{listed(MESSAGES)}")
            elif message.key and message.key != f"={MESSAGES[message.name].key}":
                what = f"消息 {message.name} 的关联键写成了 {message.key}"
                yield at.finding(what, action=f"请改为 ={MESSAGES[message.name].key}，否则永远等不到它")


def _node_findings(process: Process, node: Node, *, models: Models) -> Iterator[Finding]:
    forms = {form for form in (node.form, *_literals(node, "form")) if form}
    named = [
        ("任务类型", node.job_type, models.jobs, "请选用元素模板；新的任务类型要先在 workers/ 里写好"),
        ("流程", node.called_process, models.processes, "请改选已有的流程，或补上它的 .bpmn 文件"),
        ("决策表", node.decision, models.tables, "请改选已有的决策表，或补上它的 .dmn 文件"),
        *(("表单", form, models.forms, "请改选已有的表单，或在 bpmn/forms/ 里补上") for form in sorted(forms)),
    ]
    for sort, name, known, action in named:
        if name and not name.startswith("=") and name not in known:
            yield process.at(node).finding(f"没有{sort} {name}{nearest(name, known)}", action=action)
    if node.error_code is not None and node.error_code not in bpmn_error_codes():
        what = f"没有作业会抛出错误 {node.error_code or '（空）'}{nearest(node.error_code, bpmn_error_codes())}"
        yield process.at(node).finding(what, action="请更正错误代码；可用的列在 workers/errors.py")


def _literals(node: Node, target: str) -> list[str]:
    found = [literal(line.source) for line in node.inputs if line.target == target]
    return [text for text in found if text is not None]


def kind_findings(models: Models, kinds: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each kind of work order that `config/kinds.toml` does not name."""
    for process in models.processes.values():
        for node, line in process.literals("kind"):
            kind = literal(line.source)
            if kind is not None and kind not in kinds:
                what = f"没有工单种类 {kind}{nearest(kind, kinds)}"
                action = "请更正拼写，或在 config/kinds.toml 里补上它的中文名称"
                yield process.at(node, line).finding(what, action=action)


def event_findings(models: Models) -> Iterator[Finding]:
    """Yield a finding for each event that only the catch-all row of the plan would take."""
    plan = models.tables.get("notification_plan")
    if plan is None:
        return
    known = _named_in(plan, "event")
    for place, event in _events(models):
        if event not in known:
            what = f"通知计划表没有事件 {event} 的条目{nearest(event, known)}"
            action = "请更正拼写，或在 notification_plan.dmn 里补一行"
            yield place.finding(what, action=action)


def _events(models: Models) -> Iterator[tuple[Place, str]]:
    for process in models.processes.values():
        for target in EVENT_GIVERS:
            for node, line in process.literals(target):
                event = literal(line.source)
                if event is not None:
                    yield process.at(node, line), event


def _named_in(table: Table, expression: str) -> set[str]:
    names = [column.expression for column in table.inputs]
    cells = [row.tests[names.index(expression)] for row in table.rows] if expression in names else []
    return {str(value) for cell in cells for value in literals(cell)}
