"""The drawings: everything is drawn, nothing lies on anything else, no line crosses another."""

from itertools import combinations, pairwise

import pytest

from tests.models.drawings import MODELS, Box, Model

each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
Segment = tuple[tuple[float, float], tuple[float, float]]


def as_box(segment: Segment) -> Box:
    (x1, y1), (x2, y2) = segment
    return Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def meet(one: Segment, other: Segment) -> bool:
    """Tell whether two level or upright segments have a point in common."""
    a, b = as_box(one), as_box(other)
    return a.x <= b.x + b.width and b.x <= a.x + a.width and a.y <= b.y + b.height and b.y <= a.y + a.height


def segments(model: Model) -> list[tuple[str, Segment]]:
    return [(name, segment) for name, points in model.edges().items() for segment in pairwise(points)]


@each_model
def test_every_node_and_flow_is_drawn(model: Model) -> None:
    nodes = {node.get("id") for node in model.nodes()}
    flows = {flow.get("id") for flow in model.all("bpmn:sequenceFlow")}
    assert nodes - set(model.boxes()) == set()
    assert flows - set(model.edges()) == set()


@each_model
def test_no_two_shapes_overlap(model: Model) -> None:
    boundary = {event.get("id"): event.get("attachedToRef") for event in model.all("bpmn:boundaryEvent")}
    overlapping = [
        (one, other)
        for (one, box), (other, second) in combinations(model.boxes().items(), 2)
        if box.overlaps(second)
        and not (box.holds(second) or second.holds(box))
        and boundary.get(one) != other
        and boundary.get(other) != one
    ]
    assert overlapping == []


@each_model
def test_only_a_sub_process_holds_other_shapes(model: Model) -> None:
    boxes = model.boxes()
    parents = {node.get("id"): node.getparent().get("id") for node in model.nodes()}
    held = [(inner, outer) for inner in boxes for outer in boxes if inner != outer and boxes[outer].holds(boxes[inner])]
    assert [(inner, outer) for inner, outer in held if parents.get(inner) != outer] == []


@each_model
def test_lines_run_level_or_upright(model: Model) -> None:
    slanted = [name for name, ((x1, y1), (x2, y2)) in segments(model) if x1 != x2 and y1 != y2]
    assert slanted == []


@each_model
def test_no_two_lines_cross_or_run_together(model: Model) -> None:
    crossing = [
        (one, other)
        for (one, first), (other, second) in combinations(segments(model), 2)
        if one != other and meet(first, second)
    ]
    assert crossing == []


@each_model
def test_no_line_runs_through_a_shape(model: Model) -> None:
    containers = {sub.get("id") for sub in model.all("bpmn:subProcess")}
    boxes = {name: box for name, box in model.boxes().items() if name not in containers}
    through = [
        (line, name)
        for line, segment in segments(model)
        for name, box in boxes.items()
        if box.overlaps(as_box(segment))
    ]
    assert through == []


@each_model
def test_no_label_lies_on_a_line_or_a_shape_or_another_label(model: Model) -> None:
    labels = model.labels()
    containers = {sub.get("id") for sub in model.all("bpmn:subProcess")}
    obstacles = [(name, box) for name, box in model.boxes().items() if name not in containers]
    obstacles += [(name, as_box(segment)) for name, segment in segments(model)]
    covered = [(label, name) for label, box in labels.items() for name, other in obstacles if box.overlaps(other)]
    covered += [(one, other) for (one, a), (other, b) in combinations(labels.items(), 2) if a.overlaps(b)]
    assert covered == []


@each_model
def test_the_good_path_is_one_straight_line(model: Model) -> None:
    boxes = model.boxes()
    middle = {name: box.y + box.height / 2 for name, box in boxes.items()}
    reached = set()
    for start in model.process.findall("{*}startEvent"):  # several may lead in; the good path begins with one of them
        node, path = start.get("id"), []
        while node:
            path.append(node)
            forward = [
                flow.get("targetRef")
                for flow in model.process.findall("{*}sequenceFlow")
                if flow.get("sourceRef") == node and middle[flow.get("targetRef")] == middle[node]
            ]
            node = next((target for target in forward if boxes[target].x > boxes[path[-1]].x), None)
        reached.add(path[-1])
    ends = {end.get("id") for end in model.process.findall("{*}endEvent")}
    assert reached & ends
