"""A BPMN file as one process: its elements with their Zeebe extensions and lines."""

from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from casebook.source_lines import line_of
from launcher.model_check.finding import Place

NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
}
BPMN = f"{{{NAMES['bpmn']}}}"
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
TASKS = frozenset(
    {"task", "serviceTask", "receiveTask", "sendTask", "userTask", "scriptTask", "businessRuleTask", "callActivity"}
)
FLOW_NODES = GATEWAYS | EVENTS | TASKS | {"subProcess"}


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """One line of an input or output mapping."""

    source: str
    target: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Loop:
    """A multi-instance: what it runs over, and what it collects."""

    collection: str
    element: str
    result: str
    result_element: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message by its name, with the expression of its key."""

    id: str
    name: str
    key: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Node:
    """One element of the drawing."""

    id: str
    kind: str
    line: int
    container: str
    attached_to: str = ""
    event_sub_process: bool = False
    job_type: str = ""
    called_process: str = ""
    decision: str = ""
    result: str = ""
    form: str = ""
    error_code: str | None = None
    message: Message | None = None
    timers: tuple[str, ...] = ()
    inputs: tuple[Mapping, ...] = ()
    outputs: tuple[Mapping, ...] = ()
    loop: Loop | None = None


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One arrow."""

    id: str
    source: str
    target: str
    condition: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Process:
    """One executable process and the file it stands in."""

    id: str
    file: str
    line: int
    nodes: dict[str, Node]
    flows: tuple[Flow, ...]
    messages: tuple[Message, ...] = ()
    others: tuple[str, ...] = field(default=())

    def at(self, node: Node, mapping: Mapping | None = None) -> Place:
        """Return the place of an element, or of one of its mappings."""
        return Place(file=self.file, line=mapping.line if mapping else node.line, element=node.id)

    def sources(self, node_id: str) -> list[str]:
        """Return the elements from which arrows lead to this one."""
        return [flow.source for flow in self.flows if flow.target == node_id]

    def literals(self, target: str) -> list[tuple[Node, Mapping]]:
        """Return every input mapping onto a variable of this name."""
        return [(node, line) for node in self.nodes.values() for line in node.inputs if line.target == target]


def read_process(path: Path) -> Process | None:
    """Read a BPMN file; None when it holds no process. `XMLSyntaxError` when it is no XML."""
    root = etree.parse(path).getroot()
    processes = root.findall("bpmn:process", NAMES)
    if not processes:
        return None
    messages = {element.get("id", ""): _message(element) for element in root.findall("bpmn:message", NAMES)}
    errors = {element.get("id", ""): element.get("errorCode", "") for element in root.findall("bpmn:error", NAMES)}
    drawn = [element for element in processes[0].iter(etree.Element) if _kind(element) in FLOW_NODES]
    nodes = [_node(element, messages, errors=errors) for element in drawn]
    return Process(
        id=processes[0].get("id", ""),
        file=path.name,
        line=line_of(processes[0]),
        nodes={node.id: node for node in nodes},
        flows=tuple(_flow(element) for element in processes[0].iter(f"{BPMN}sequenceFlow")),
        messages=tuple(messages.values()),
        others=tuple(process.get("id", "") for process in processes[1:]),
    )


def _kind(element: etree._Element) -> str:
    return str(element.tag).removeprefix(BPMN)


def _message(element: etree._Element) -> Message:
    subscription = element.find("bpmn:extensionElements/zeebe:subscription", NAMES)
    key = "" if subscription is None else subscription.get("correlationKey", "")
    name = element.get("name", "")
    return Message(id=element.get("id", ""), name=name, key=key, line=line_of(element))


def _node(element: etree._Element, messages: dict[str, Message], *, errors: dict[str, str]) -> Node:
    parent = element.getparent()
    waits_for = element.find("bpmn:messageEventDefinition", NAMES)
    message_id = str((element if waits_for is None else waits_for).get("messageRef"))
    caught = element.find("bpmn:errorEventDefinition", NAMES)
    timer = element.find("bpmn:timerEventDefinition", NAMES)
    return Node(
        id=element.get("id", ""),
        kind=_kind(element),
        line=line_of(element),
        container="" if parent is None else parent.get("id", ""),
        attached_to=element.get("attachedToRef", ""),
        event_sub_process=element.get("triggeredByEvent") == "true",
        job_type=_extension(element, "taskDefinition", attribute="type"),
        called_process=_extension(element, "calledElement", attribute="processId"),
        decision=_extension(element, "calledDecision", attribute="decisionId"),
        result=_extension(element, "calledDecision", attribute="resultVariable"),
        form=_extension(element, "formDefinition", attribute="formId"),
        error_code=None if caught is None else errors.get(str(caught.get("errorRef")), ""),
        message=messages.get(message_id),
        timers=() if timer is None else tuple(part.text or "" for part in timer.iterchildren(f"{BPMN}*")),
        inputs=_mappings(element, "input"),
        outputs=_mappings(element, "output"),
        loop=_loop(element),
    )


def _extension(element: etree._Element, name: str, *, attribute: str) -> str:
    found = element.find(f"bpmn:extensionElements/zeebe:{name}", NAMES)
    return "" if found is None else found.get(attribute, "")


def _mappings(element: etree._Element, direction: str) -> tuple[Mapping, ...]:
    lines = element.findall(f"bpmn:extensionElements/zeebe:ioMapping/zeebe:{direction}", NAMES)
    return tuple(
        Mapping(source=line.get("source", ""), target=line.get("target", ""), line=line_of(line)) for line in lines
    )


def _loop(element: etree._Element) -> Loop | None:
    path = "bpmn:multiInstanceLoopCharacteristics/bpmn:extensionElements/zeebe:loopCharacteristics"
    found = element.find(path, NAMES)
    if found is None:
        return None
    return Loop(
        collection=found.get("inputCollection", ""),
        element=found.get("inputElement", ""),
        result=found.get("outputCollection", ""),
        result_element=found.get("outputElement", ""),
    )


def _flow(element: etree._Element) -> Flow:
    return Flow(
        id=element.get("id", ""),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        condition=element.findtext("bpmn:conditionExpression", "", NAMES),
        line=line_of(element),
    )
