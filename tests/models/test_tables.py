"""The decision tables: every question has exactly one answer, and every row says why."""

import csv
import json
import re
import tomllib
from itertools import product

import pytest

from casebook.decision_tables import read_table
from launcher.model_check.coverage import CAUSES_BY_RULE, FINDINGS
from tests.models.drawings import BPMN, ROOM, TABLES, Table

CONFIG = ROOM / "config"
UNANSWERED = {"999901"}  # on purpose: an unclear responsibility goes to assignment
FACTS = {
    "response": {"in_time", "late", "never"},
    "cooperation": {
        *("smooth", "smooth_fair", "smooth_poor", "late", "late_fair", "late_poor"),
        *("refused", "absent", "alone"),
    },
    "completion": {"in_time", "late", "reworked", "unverified"},
    "satisfaction": {"very_satisfied", "satisfied", "neutral", "dissatisfied", "unresolved", "not_rated", "not_asked"},
}
ORDINARY = (
    "sign_in",
    "assignment",
    "review",
    "city_report",
    "arbitration",
    "handling",
    "co_handling",
    "verification",
    "total",
)
FAST = ("handling_fast", "co_handling_fast")  # danger does not wait for the morning
INSPECTION = ("inspection_decision", "accountability_statement", "accountability_finding")
FORCES = ("enforcement_call", "enforcement_arrival", "enforcement_report")  # they stand by day and night
PATIENT = ("appeal_decision",)  # about a round that is over, however urgent it was
LIMITS = (*ORDINARY, *INSPECTION, *FAST, *FORCES, *PATIENT)
URGENCIES = ("normal", "urgent")
each_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


def answers(table: Table, *question: str) -> list[list[str]]:
    """Return the results of every row that fits: a cell is a text in quotes, or `-` for anything."""
    return [
        results
        for conditions, results, _ in table.rows()
        if all(cell in {"-", f'"{asked}"'} for cell, asked in zip(conditions, question, strict=True))
    ]


def catalogue() -> list[dict[str, str]]:
    with (CONFIG / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@each_table
def test_a_file_holds_one_decision_of_its_own_name(table: Table) -> None:
    assert [decision.get("id") for decision in table.decisions] == [table.path.stem]


@each_table
def test_a_table_is_unique_or_ends_with_a_catch_all(table: Table) -> None:
    assert table.hit_policy in {"UNIQUE", "FIRST"}
    if table.hit_policy == "FIRST":
        conditions, _, _ = table.rows()[-1]
        assert set(conditions) == {"-"}


@each_table
def test_every_row_says_why(table: Table) -> None:
    assert [row for row, (_, _, why) in enumerate(table.rows(), 1) if not re.search(r"[\u4e00-\u9fff]{3}", why)] == []


@each_table
def test_cells_are_plain_so_that_officials_can_read_and_tests_can_count_them(table: Table) -> None:
    cells = [cell for conditions, _, _ in table.rows() for cell in conditions]
    assert [cell for cell in cells if not re.fullmatch(r'-|"\w+"|[<>]=? \d+', cell)] == []


@each_table
def test_no_two_rows_shadow_each_other(table: Table) -> None:
    rows = [tuple(conditions) for conditions, _, _ in table.rows()]
    if table.hit_policy == "FIRST":
        rows = rows[:-1]
    values = [sorted({row[column] for row in rows} - {"-"}) or ['"any"'] for column in range(len(rows[0]))]
    doubled = [
        question
        for question in product(*values)
        if sum(all(cell in {"-", asked} for cell, asked in zip(row, question, strict=True)) for row in rows) > 1
    ]
    assert doubled == []


@pytest.mark.parametrize("urgency", URGENCIES)
def test_every_category_has_one_row_of_the_response_list(urgency: str) -> None:
    codes = [row["code"] for row in catalogue()]
    found = {code: len(answers(TABLES["response_list"], code, urgency)) for code in codes}
    assert found == {code: 0 if code in UNANSWERED else 1 for code in codes}


def test_the_catalogue_has_three_levels_and_at_least_120_leaves_with_names_of_their_own() -> None:
    rows = catalogue()
    assert len(rows) >= 120
    assert len({row["name"] for row in rows}) == len(rows)
    assert len({(row["code"][:2], row["major"]) for row in rows}) == len({row["code"][:2] for row in rows})
    assert all(row["minor"] for row in rows)


def test_most_matters_are_the_communitys_or_the_streets() -> None:
    levels = [json.loads(results[0]) for _, results, _ in TABLES["response_list"].rows()]
    assert {"A", "B", "C", "D"} == set(levels)
    assert sum(level in "AB" for level in levels) > len(levels) / 2


def test_a_row_is_known_by_its_category_and_names_its_basis() -> None:
    rules = TABLES["response_list"].table.iterfind("{*}rule")
    for rule, (conditions, _, why) in zip(rules, TABLES["response_list"].rows(), strict=True):
        category, urgency = (cell.strip('"') for cell in conditions)
        suffix = "" if urgency == "-" else f"_{urgency.capitalize()}"
        assert rule.get("id") == f"Rule_{category}{suffix}"
        assert re.search(r"。依据.+；样例，待区核定$", why), rule.get("id")


def test_danger_has_a_limit_of_its_own_by_data_alone() -> None:
    for code in ("020101", "030202", "080103"):
        assert answers(TABLES["response_list"], code, "normal")[0][3:] == ['"handling_fast"', '"co_handling_fast"']
    assert answers(TABLES["response_list"], "010101", "urgent")[0][3:] == ['"handling"', '"co_handling"']


def test_the_response_list_names_known_categories_levels_and_roles() -> None:
    codes = {row["code"] for row in catalogue()}
    with (CONFIG / "roles.csv").open(encoding="utf-8", newline="") as file:
        roles = {row["role"] for row in csv.DictReader(file)}
    for conditions, results, _ in TABLES["response_list"].rows():
        level, lead, others, limit, others_limit = (json.loads(result) for result in results)
        assert json.loads(conditions[0]) in codes
        assert level in "ABCD"
        assert {lead, *others} - roles == set()
        assert lead not in others
        assert limit in {"handling", "handling_fast"}
        assert others_limit == f"co_{limit}"


@pytest.mark.parametrize("question", [*product(LIMITS, "ABCD", URGENCIES)], ids="-".join)
def test_every_time_limit_has_one_answer_and_inspection_comes_after_it(question: tuple[str, ...]) -> None:
    ((limit_hours, inspect_hours, basis),) = answers(TABLES["time_limit"], *question)
    assert 0 < float(limit_hours) < float(inspect_hours)
    urgent = question[-1] == "urgent" and question[0] not in PATIENT
    day_and_night = urgent or question[0] in (*FAST, *FORCES)
    assert json.loads(basis) == ("calendar" if day_and_night else "working")


@pytest.mark.parametrize(("level", "urgency"), [*product("ABCD", URGENCIES)])
def test_co_units_are_due_before_the_lead_and_the_fast_before_the_ordinary(level: str, urgency: str) -> None:
    hours = {name: float(answers(TABLES["time_limit"], name, level, urgency)[0][0]) for name in LIMITS}
    assert hours["co_handling"] < hours["handling"]
    assert hours["co_handling_fast"] < hours["handling_fast"]
    assert hours["handling_fast"] < hours["handling"]


def test_every_notice_has_a_text_and_somebody_to_read_it() -> None:
    texts = tomllib.loads((CONFIG / "texts.toml").read_text(encoding="utf-8"))["templates"]
    known = {"duty_officer", "deputy_head", "principal_head", "inspection", "district_centre", "caller"}
    for conditions, (recipients, template), _ in TABLES["notification_plan"].rows():
        assert json.loads(recipients) != []
        assert set(json.loads(recipients)) <= known
        assert template == "event" if conditions[0] == "-" else json.loads(template) in texts


def test_every_fact_of_an_evaluation_has_one_degree() -> None:
    for aspect, facts in FACTS.items():
        for fact in facts:
            ((degree, reopen),) = answers(TABLES["rating_outcome"], aspect, fact)
            assert 0 <= int(degree) <= 100
            assert (reopen == "true") == (fact in {"dissatisfied", "unresolved"})


@pytest.mark.parametrize(
    ("times_returned", "round_", "co_units", "cause"),
    [
        (0, 1, 0, ""),
        (1, 1, 2, ""),
        (2, 1, 0, "returned_often"),
        (5, 1, 4, "returned_often"),
        (0, 2, 0, "reopened"),
        (3, 2, 5, "reopened"),
        (0, 1, 3, "many_units"),
        (1, 1, 9, "many_units"),
    ],
)
def test_a_matter_is_complex_by_its_returns_its_rounds_or_the_units_in_it(
    times_returned: int, round_: int, co_units: int, cause: str
) -> None:
    table = read_table(BPMN / "complexity.dmn")
    assert table is not None
    row = table.decide(times_returned=times_returned, round=round_, **{"count(co_units)": co_units})
    assert row is not None
    assert (bool(cause), cause) == (row.says("complex"), row.says("cause"))


def test_every_way_of_being_complex_has_a_row_and_each_finding_its_points() -> None:
    causes = {json.loads(results[1]) for _, results, _ in TABLES["complexity"].rows()}
    assert {*CAUSES_BY_RULE, ""} == causes
    points = [float(answers(TABLES["accountability_result"], finding)[0][0]) for finding in FINDINGS]
    assert [0, 5, 15] == points
