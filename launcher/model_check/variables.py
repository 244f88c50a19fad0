"""Checks that every variable that is read is provided: a misspelt FEEL name is a silent null."""

from launcher.model_check.feel import paths
from launcher.model_check.finding import Finding, Place, listed, nearest
from launcher.model_check.models import Models
from launcher.model_check.processes import Node, Process
from launcher.model_check.scopes import Names, Use, ever_set, targets, uses


def variable_findings(models: Models) -> list[Finding]:
    """Return variables that nobody provides, properties no decision has, and inputs nobody reads."""
    found: list[Finding] = []
    for process in models.processes.values():
        found += _unprovided(process, models)
        found += [finding for node in process.nodes.values() for finding in _properties(process, node, models=models)]
        found += [finding for node in process.nodes.values() for finding in _unread(process, node, models=models)]
    return found


def needed(process: Process, models: Models) -> Names:
    """Return the variables a process must be started with: its signature."""
    return frozenset(use.path[0] for use in uses(process, models, given=frozenset()) if use.missing)


def _passed(node: Node) -> Names:
    return frozenset(line.target for line in node.inputs)


def _unprovided(process: Process, models: Models) -> list[Finding]:
    callers = models.callers(process.id)
    given = frozenset[str]().union(*(_passed(node) for _, node in callers))
    found: list[Finding] = []
    blamed_on_callers: set[str] = set()
    for name in sorted(needed(process, models)):
        known = given | ever_set(process, models)
        if callers and (name in given or not nearest(name, known)):
            blamed_on_callers.add(name)
    for caller, node in callers:
        found += [
            caller.at(node).finding(
                f"没有传入变量 {name}，被调用流程 {process.id} 要用它{nearest(name, _passed(node))}",
                action="请在输入映射里补上",
            )
            for name in sorted(blamed_on_callers - _passed(node))
        ]
    missing = [use for use in uses(process, models, given=given) if use.missing]
    return found + [_nobody_provides(process, use) for use in missing if use.path[0] not in blamed_on_callers]


def _nobody_provides(process: Process, use: Use) -> Finding:
    name = use.path[0]
    who = f"任务类型 {use.job_type} 要读变量 {name}，" if use.job_type else f"用到变量 {name}，"
    return Place(file=process.file, line=use.line, element=use.element).finding(
        f"{who}但到这一步没有谁一定给出过它{nearest(name, use.available)}",
        action="请更正拼写，或在前面的步骤、输入映射里给出它",
    )


def _properties(process: Process, node: Node, *, models: Models) -> list[Finding]:
    """Find properties that a decision does not have: asking for one gives null."""
    table = models.tables.get(node.decision)
    if table is None or len(table.outputs) < 2:  # noqa: PLR2004 - a single output is the value itself
        return []
    asked = {path for expression in _results(node) for path in paths(expression)}
    return [
        process.at(node).finding(
            f"决策表 {table.id} 没有输出列 {path[1]}{nearest(path[1], table.outputs)}",
            action=f"可用的输出列有：{listed(table.outputs)}",
        )
        for path in sorted(asked)
        if path[0] == node.result and len(path) > 1 and path[1] not in table.outputs
    ]


def _unread(process: Process, node: Node, *, models: Models) -> list[Finding]:
    """Find inputs that the job or the called process never reads: slips of the pen."""
    if node.job_type in models.jobs:
        reads = set(models.jobs[node.job_type].reads_names())
        reads |= {path[0] for expression in _results(node) for path in paths(expression)}
        reader = f"任务类型 {node.job_type}"
    elif node.called_process in models.processes:
        child = models.processes[node.called_process]
        reads = {use.path[0] for use in uses(child, models, given=frozenset())}
        reader = f"被调用流程 {node.called_process}"
    else:
        return []
    return [
        process.at(node, line).finding(
            f"{reader} 不读变量 {line.target}{nearest(line.target, reads - targets(node))}",
            action="请更正拼写，或删去这一行",
        )
        for line in node.inputs
        if line.target not in reads
    ]


def _results(node: Node) -> list[str]:
    """Return the expressions that look at what an element produced."""
    return [line.source for line in node.outputs] + ([node.loop.result_element] if node.loop else [])
