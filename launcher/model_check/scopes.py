"""Which variables are certain to exist at each element, and which each element uses.

A variable counts as provided when it is set on every way that leads to an element. What the
process is started with is a parameter, so the same analysis also tells what a process needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from launcher.model_check.feel import paths
from launcher.model_check.messages import MESSAGES
from launcher.model_check.models import Models
from launcher.model_check.processes import Node, Process

Names = frozenset[str]
NOTHING: Names = frozenset()
BUILT_IN: Names = frozenset({"loopCounter"})


@dataclass(frozen=True, kw_only=True)
class Use:
    """One reading of a variable, with what is certain to exist there."""

    element: str
    line: int
    path: tuple[str, ...]
    available: Names
    job_type: str = ""

    @property
    def missing(self) -> bool:
        """Whether nobody provides it."""
        return self.path[0] not in self.available


def targets(node: Node) -> Names:
    """Return the variables that exist only inside an element."""
    element = {node.loop.element} if node.loop else set()
    return frozenset({line.target for line in node.inputs} | element) | BUILT_IN


def produced(node: Node, models: Models) -> Names:
    """Return what an element's own work gives: a job's answer, a decision, a message, a called process."""
    names: set[str] = {node.result} if node.result else set()
    if node.job_type in models.jobs:
        names |= set(models.jobs[node.job_type].writes_names())
    if node.message and node.message.name in MESSAGES:
        names |= MESSAGES[node.message.name].carries
    if node.called_process in models.processes:
        names |= ever_set(models.processes[node.called_process], models) | {line.target for line in node.inputs}
    return frozenset(names)


def written(node: Node, models: Models) -> Names:
    """Return what is certain to be set in the process after an element."""
    if node.loop:
        return frozenset({node.loop.result} - {""})
    if node.outputs:
        return frozenset(line.target for line in node.outputs)
    if node.called_process:
        return NOTHING
    return produced(node, models) - targets(node)


def ever_set(process: Process, models: Models) -> Names:
    """Return everything that the elements of a process may set."""
    return NOTHING.union(*(written(node, models) for node in process.nodes.values()))


def certain_before(process: Process, models: Models, *, given: Names) -> dict[str, Names]:
    """Return what is certain to exist before each element, when the process starts with `given`."""
    everything = given | ever_set(process, models)
    before = dict.fromkeys(process.nodes, everything)
    entrance = _Entrance(process=process, models=models, given=given, everything=everything)
    while True:
        after = {node_id: entrance.leave(node_id, before) for node_id in process.nodes}
        new = {node_id: entrance.enter(node_id, before=before, after=after) for node_id in process.nodes}
        if new == before:
            return before
        before = new


@dataclass(frozen=True, kw_only=True)
class _Entrance:
    """One process under analysis."""

    process: Process
    models: Models
    given: Names
    everything: Names

    def enter(self, node_id: str, *, before: dict[str, Names], after: dict[str, Names]) -> Names:
        """Return what the ways into an element agree upon."""
        node = self.process.nodes[node_id]
        if node.attached_to in self.process.nodes:
            return before[node.attached_to]
        sources = [after[source] for source in self.process.sources(node_id) if source in after]
        if sources:
            return self._joined(node, sources)
        container = self.process.nodes.get(node.container)
        if container is None:
            return self.everything if node.event_sub_process else self.given
        return self.everything if container.event_sub_process else before[container.id] | targets(container)

    def _joined(self, node: Node, sources: list[Names]) -> Names:
        if node.kind == "parallelGateway":
            return sources[0].union(*sources)
        return sources[0].intersection(*sources)

    def leave(self, node_id: str, before: dict[str, Names]) -> Names:
        """Return what is certain after an element."""
        node = self.process.nodes[node_id]
        set_inside = NOTHING
        if node.kind == "subProcess" and not node.event_sub_process:
            inside = [inner for inner in self.process.nodes.values() if inner.container == node_id]
            ends = [before[inner.id] for inner in inside if inner.kind == "endEvent"]
            set_inside = ends[0].intersection(*ends) if ends else NOTHING
        return before[node_id] | written(node, self.models) | set_inside


def uses(process: Process, models: Models, *, given: Names) -> list[Use]:
    """Return every reading of a variable in a process."""
    before = certain_before(process, models, given=given)
    found: list[Use] = []
    for node in process.nodes.values():
        outside = before[node.id]
        host = process.nodes.get(node.attached_to)
        found += _node_uses(node, models, outside=outside | (targets(host) if host else NOTHING))
    for flow in process.flows:
        if flow.source in before:
            available = before[flow.source] | written(process.nodes[flow.source], models)
            found += _read(flow.condition, element=flow.id, line=flow.line, available=available)
    return found


def _node_uses(node: Node, models: Models, *, outside: Names) -> Iterator[Use]:
    inside = outside | targets(node)
    finished = inside | produced(node, models)
    yield from _loop_uses(node, outside=outside, finished=finished)
    for number, line in enumerate(node.inputs):
        element = frozenset({node.loop.element}) if node.loop else NOTHING
        earlier = frozenset(other.target for other in node.inputs[:number])
        yield from _read(line.source, element=node.id, line=line.line, available=outside | element | earlier)
    if node.job_type in models.jobs:
        for name in models.jobs[node.job_type].reads_names():
            yield Use(element=node.id, line=node.line, path=(name,), available=inside, job_type=node.job_type)
    table = models.tables.get(node.decision)
    looked_at = [column.expression for column in table.inputs] if table else []
    awaited = [text for text in (*node.timers, node.message.key if node.message else "") if text.startswith("=")]
    for expression in looked_at + awaited:
        yield from _read(expression, element=node.id, line=node.line, available=inside)
    for line in node.outputs:
        yield from _read(line.source, element=node.id, line=line.line, available=finished)


def _loop_uses(node: Node, *, outside: Names, finished: Names) -> Iterator[Use]:
    if node.loop:
        mapped = frozenset(line.target for line in node.outputs)
        yield from _read(node.loop.collection, element=node.id, line=node.line, available=outside)
        yield from _read(node.loop.result_element, element=node.id, line=node.line, available=finished | mapped)


def _read(expression: str, *, element: str, line: int, available: Names) -> Iterator[Use]:
    for path in paths(expression):
        yield Use(element=element, line=line, path=path, available=available)
