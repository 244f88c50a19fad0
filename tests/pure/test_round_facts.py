"""Who responded is scored by what it did: every case told by hand, thousands against a second opinion."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casebook import round_facts, score_rules, unit_scores
from casebook.district import load_district
from casebook.round_facts import Round, UnitFacts
from launcher.bench.score_oracle import expected_scores
from launcher.bench.simulated_rounds import rounds
from launcher.machine import ROOT

RED = datetime(2026, 11, 26, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
UNITS = [f"unit_{number}" for number in range(9)]
RULES = score_rules.of_folders(load_district(ROOT / "config"), ROOT / "bpmn")


def order(kind: str, unit: str, outcome: str, *, late: timedelta = -MINUTE, **more: Any) -> dict[str, Any]:
    reported = None if outcome == "recalled" else RED + late
    number = f"JA-{kind}-{unit}"
    rest = {"work_order_id": number, "red_at": RED, "reported_at": reported, "person": unit, "about": None}
    return rest | {"kind": kind, "unit": unit, "outcome": outcome} | more


def task(unit: str, ending: str | None = "reported") -> dict[str, Any]:
    return {"co_task_id": f"XB-{unit}", "unit": unit, "ending": ending}


def judged(*orders: dict[str, Any], tasks: tuple[dict[str, Any], ...] = ()) -> dict[str, UnitFacts]:
    round_ = Round(lead="lead", orders=list(orders), tasks=list(tasks), ratings=[], reworked=0)
    return {each.unit: each for each in round_facts.of_units(round_)}


def co(unit: str, outcome: str, *, late: timedelta = -MINUTE, **more: Any) -> dict[str, Any]:
    return order("co_handling", unit, outcome, late=late, **{"about": f"XB-{unit}"} | more)


@pytest.mark.parametrize(
    ("late", "fact"), [(-MINUTE, "in_time"), (timedelta(0), "in_time"), (timedelta(microseconds=1), "late")]
)
def test_the_limit_itself_is_in_time(late: timedelta, fact: str) -> None:
    found = judged(order("sign_in", "lead", "accepted", late=late))["lead"]
    assert fact == found.facts["response"]
    ground = found.grounds["response"][0]
    assert ("JA-sign_in-lead", RED.isoformat(), (RED + late).isoformat()) == (
        ground["work_order_id"],
        ground["red_at"],
        ground["reported_at"],
    )


def test_each_co_unit_is_judged_by_its_own_conduct() -> None:
    found = judged(
        co("b", "done"),
        co("c", "done", late=MINUTE),
        co("d", "not_possible"),
        co("e", "recalled"),
        tasks=(task("b"), task("c"), task("d"), task("e", "not_in")),
    )
    facts = {unit: tuple(found[unit].facts.values()) for unit in "bcde"}
    assert facts == {
        "b": ("in_time", "smooth", "in_time", "not_rated"),
        "c": ("late", "late", "late", "not_rated"),
        "d": ("in_time", "refused", "unverified", "not_rated"),
        "e": ("never", "absent", "unverified", "not_rated"),
    }
    assert "absent" == found["lead"].facts["cooperation"]
    assert [{"co_task_id": "XB-e"}] == found["e"].grounds["cooperation"]


@pytest.mark.parametrize("ending", ["released", "ruled_out", "withdrawn"])
def test_who_was_let_go_is_not_scored(ending: str) -> None:
    assert ["lead"] == list(judged(co("b", "disagrees"), tasks=(task("b", ending),)))


def test_a_disagreement_in_time_is_a_response_in_time_and_the_work_after_it_counts() -> None:
    found = judged(co("b", "disagrees"), co("b", "done", late=MINUTE), tasks=(task("b"),))["b"]
    assert ("in_time", "late", "late") == tuple(found.facts.values())[:3]


def test_who_took_a_co_task_over_answers_for_it_and_not_who_gave_it_away() -> None:
    given = co("b", "disagrees", late=MINUTE, about="XB-c")
    assert ["lead", "c"] == list(judged(given, co("c", "done"), tasks=(task("c"),)))
    assert "in_time" == judged(given, co("c", "done"), tasks=(task("c"),))["c"].facts["response"]


def test_a_person_is_known_only_where_one_signed() -> None:
    signed = order("handling", "lead", "done", person="P-17")
    assert ("P-17", None) == (judged(signed)["lead"].person, judged(order("handling", "lead", "done"))["lead"].person)


def test_a_second_opinion_agrees_with_every_score_of_two_thousand_rounds() -> None:
    wrong = []
    for request_id, round_, _ in rounds(2000, seed=11, units=UNITS, begins=RED):
        units = round_facts.of_units(round_)
        shared = units[0].facts
        found = {each.unit: int(unit_scores.row_of(each, shared=shared, rules=RULES)["score"] * 100) for each in units}
        expected = expected_scores(**vars(round_))
        if found != expected:
            wrong.append((request_id, expected, found))
    assert wrong == []


GIVEN = {"rated_at": RED, "resolved": "resolved"}


@pytest.mark.parametrize(
    ("stars", "unresolved", "lowest", "mean"),
    [
        ((), 0, "not_rated", "not_rated"),
        ((5,), 0, "very_satisfied", "very_satisfied"),
        ((5, 2), 0, "dissatisfied", "neutral"),
        ((5, 4, 4), 0, "satisfied", "satisfied"),
        ((5, 5, 5), 1, "unresolved", "very_satisfied"),
        ((5, 5), 1, "unresolved", "unresolved"),
    ],
)
def test_several_reporters_of_one_matter_come_to_one_answer(
    stars: tuple[int, ...], unresolved: int, lowest: str, mean: str
) -> None:
    ratings = [GIVEN | {"satisfaction": star} for star in stars]
    ratings[:unresolved] = [rating | {"resolved": "unresolved"} for rating in ratings[:unresolved]]
    silent = [{"rated_at": None, "resolved": None, "satisfaction": None}]
    found = [round_facts.satisfaction([*ratings, *silent], several=rule) for rule in ("lowest", "mean")]
    assert [lowest, mean] == found
