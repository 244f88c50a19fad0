"""What `./minhu check` and the preview understand of FEEL: which names are read, and what a table's cell takes."""

import pytest

from casebook.decision_cells import Unreadable, Value, accepts, said, worth_trying
from launcher.model_check.feel import literal, paths

READS = {
    "=request_id": [("request_id",)],
    '="sign_in"': [],
    "=null": [],
    '=outcome = "accepted"': [("outcome",)],
    "=date and time(red_at)": [("red_at",)],
    '=date and time(red_at) + duration("PT1H")': [("red_at",)],
    "=if response = null then null else response.level": [("response",), ("response", "level")],
    "={aspect: assessment.aspect, degree: rating.degree}": [("assessment", "aspect"), ("rating", "degree")],
    "=for unit in co_units return unit.code": [("co_units",)],
    "=some unit in co_units satisfies unit = lead_unit": [("co_units",), ("lead_unit",)],
    '=orders[outcome = "done"].unit': [("orders", "unit")],
    "=[lead_unit, centre]": [("lead_unit",), ("centre",)],
    "=string length(unit) > 3 and not(list contains(co_units, unit))": [("unit",), ("co_units",), ("unit",)],
    "=round up(round / 2, 0)": [("round",)],
}


@pytest.mark.parametrize("expression", READS)
def test_an_expression_reads_its_variables_and_nothing_else(expression: str) -> None:
    assert paths(expression) == READS[expression]


@pytest.mark.parametrize(("expression", "text"), [('="a b"', "a b"), ('"a"', "a"), ("=a", None), ('="a" + "b"', None)])
def test_only_a_lone_text_is_a_literal(expression: str, text: str | None) -> None:
    assert literal(expression) == text


@pytest.mark.parametrize(
    ("cell", "taken", "refused"),
    [
        ("-", ["A", 1.0, True], []),
        ("", ["A"], []),
        ('"A"', ["A"], ["B", 1.0]),
        ('"A","B"', ["A", "B"], ["C"]),
        ('"a,b"', ["a,b"], ["a", "b"]),
        ('not("A","B")', ["C"], ["A", "B"]),
        ("< 3", [2.0], [3.0, "3"]),
        (">= 3", [3.0, 4.0], [2.9]),
        ("[1..5]", [1.0, 5.0], [0.0, 6.0]),
        ("(1..5)", [2.0], [1.0, 5.0]),
        ("]1..5[", [2.0], [1.0, 5.0]),
        ("1, [3..4]", [1.0, 3.5], [2.0]),
        ("true", [True], [False, 1.0, "true"]),
    ],
)
def test_a_cell_takes_what_the_standard_says(cell: str, taken: list[Value], refused: list[Value]) -> None:
    assert [value for value in [*taken, *refused] if accepts(cell, value)] == taken


def test_a_cell_that_calculates_is_left_to_the_engine() -> None:
    with pytest.raises(Unreadable):
        accepts("date(2026, 1, 1)", "A")
    with pytest.raises(Unreadable):
        said("event")


def test_every_region_of_numbers_is_tried() -> None:
    assert worth_trying(["< 3", "[3..10]"], allowed=[]) == [10.0, 3.0, 2.0, 6.5, 11.0]


def test_a_text_that_no_row_names_is_tried_too() -> None:
    assert worth_trying(['"A"', "-"], allowed=[]) == ["A", "（其他）"]
