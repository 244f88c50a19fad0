"""Reads the models the way the tests ask about them: nodes, flows, variables, shapes."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

ROOM = Path(__file__).resolve().parents[2]
BPMN = ROOM / "bpmn"
NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/",
}
NODES = "startEvent endEvent boundaryEvent intermediateCatchEvent exclusiveGateway parallelGateway eventBasedGateway"
ACTIVITIES = "serviceTask businessRuleTask receiveTask callActivity subProcess"
FEEL_WORDS = {"if", "then", "else", "null", "true", "false", "not", "and", "or", "in", "for", "return", "some", "every"}
Element = Any  # lxml ships no types for elements


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: "Box") -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


def names_in(feel: str | None) -> set[str]:
    """Return the variables that a FEEL expression begins to read: no strings, functions, fields or keys."""
    text = re.sub(r'"[^"]*"', "", (feel or "").removeprefix("="))
    text = text.replace("date and time(", "(")
    found = re.finditer(r"(?<![.\w])([A-Za-z_]\w*)(?!\w)(?!\s*[(:])", text)
    return {match.group(1) for match in found} - FEEL_WORDS


def fields_in(feel: str | None) -> set[tuple[str, str]]:
    """Return (variable, field) for every path in a FEEL expression."""
    return set(re.findall(r"\b([a-z_]+)\.([a-z_]+)", re.sub(r'"[^"]*"', "", feel or "")))


class Model:
    """One BPMN file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root: Element = etree.parse(str(path)).getroot()
        (self.process,) = self.all("bpmn:process")

    @property
    def id(self) -> str:
        return str(self.process.get("id"))

    def all(self, path: str, of: Element = None) -> list[Element]:
        start = self.root if of is None else of
        return list(start.iterfind(f".//{path}", NS))

    def nodes(self) -> list[Element]:
        tags = {f"{{{NS['bpmn']}}}{tag}" for tag in f"{NODES} {ACTIVITIES}".split()}
        return [element for element in self.process.iter() if element.tag in tags]

    def steps(self) -> list[Element]:
        """Return the nodes but for the frames of event sub-processes."""
        return [element for element in self.nodes() if element.get("triggeredByEvent") != "true"]

    def kind(self, element: Element) -> str:
        return str(etree.QName(element).localname)

    def extension(self, element: Element, name: str) -> Element:
        path = f"bpmn:extensionElements/zeebe:{name}"
        return element.find(path, NS)

    def mappings(self, element: Element, side: str) -> dict[str, str]:
        path = f"bpmn:extensionElements/zeebe:ioMapping/zeebe:{side}"
        return {entry.get("target"): entry.get("source") for entry in element.iterfind(path, NS)}

    def loop(self, element: Element) -> Element:
        path = "bpmn:multiInstanceLoopCharacteristics/bpmn:extensionElements/zeebe:loopCharacteristics"
        return element.find(path, NS)

    def job_type(self, element: Element) -> str | None:
        definition = self.extension(element, "taskDefinition")
        return None if definition is None else str(definition.get("type"))

    def message(self, element: Element) -> str | None:
        event = element.find("bpmn:messageEventDefinition", NS)
        reference = element.get("messageRef") if event is None else event.get("messageRef")
        if reference is None:
            return None
        return str(next(each.get("name") for each in self.all("bpmn:message") if each.get("id") == reference))

    def boxes(self) -> dict[str, Box]:
        return {shape.get("bpmnElement"): _box(shape) for shape in self.all("bpmndi:BPMNShape")}

    def labels(self) -> dict[str, Box]:
        """Return the boxes of the labels that stand outside their shapes."""
        drawn = [*self.all("bpmndi:BPMNShape"), *self.all("bpmndi:BPMNEdge")]
        labelled = [(each, each.find("bpmndi:BPMNLabel", NS)) for each in drawn]
        return {each.get("bpmnElement"): _box(label) for each, label in labelled if label is not None}

    def edges(self) -> dict[str, list[tuple[float, float]]]:
        return {
            edge.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in edge.iterfind("di:waypoint", NS)]
            for edge in self.all("bpmndi:BPMNEdge")
        }


class Table:
    """One DMN file: a decision table."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root: Element = etree.parse(str(path)).getroot()
        self.decisions: list[Element] = list(self.root.iterfind("dmn:decision", NS))
        self.table: Element = self.decisions[0].find("dmn:decisionTable", NS)

    @property
    def id(self) -> str:
        return str(self.decisions[0].get("id"))

    @property
    def hit_policy(self) -> str:
        return str(self.table.get("hitPolicy", "UNIQUE"))

    def inputs(self) -> list[str]:
        return [str(text.text) for text in self.table.iterfind("dmn:input/dmn:inputExpression/dmn:text", NS)]

    def outputs(self) -> list[str]:
        return [str(output.get("name")) for output in self.table.iterfind("dmn:output", NS)]

    def rows(self) -> list[tuple[list[str], list[str], str]]:
        """Return each row's conditions, results and annotation."""
        return [
            (
                [str(text.text) for text in rule.iterfind("dmn:inputEntry/dmn:text", NS)],
                [str(text.text) for text in rule.iterfind("dmn:outputEntry/dmn:text", NS)],
                rule.findtext("dmn:description", "", NS),
            )
            for rule in self.table.iterfind("dmn:rule", NS)
        ]


def _box(element: Element) -> Box:
    bounds = element.find("dc:Bounds", NS)
    return Box(*(float(bounds.get(side)) for side in ("x", "y", "width", "height")))


MODELS = {path.stem: Model(path) for path in sorted(BPMN.glob("*.bpmn"))}
TABLES = {path.stem: Table(path) for path in sorted(BPMN.glob("*.dmn"))}
