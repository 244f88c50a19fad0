"""An appeal can only raise a score, never above 100, and never touches what was given."""

from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook import appeal_rules, score_adjustments
from casebook.district import load_district
from casebook.errors import RejectedInput
from casebook.score_arithmetic import ASPECTS
from casebook.score_rules import Rules, of_folders
from launcher.machine import ROOT

DISTRICT = load_district(ROOT / "config")
RULES: Rules = of_folders(DISTRICT, ROOT / "bpmn")
DEGREES = {aspect: RULES.degrees(aspect) for aspect in ASPECTS}
FACTS = st.fixed_dictionaries({aspect: st.sampled_from(sorted(DEGREES[aspect])) for aspect in ASPECTS})
ASPECT_SETS = st.sets(st.sampled_from(ASPECTS), min_size=1)


def row(facts: dict[str, str]) -> dict[str, Any]:
    return {
        "round": 1,
        "unit": "dept_water",
        "degrees": [
            {"aspect": aspect, "fact": fact, "degree": f"{DEGREES[aspect][fact]:f}"} for aspect, fact in facts.items()
        ],
        "weights": {aspect: f"{RULES.weights[aspect]:f}" for aspect in facts},
        "score": RULES.score(facts),
    }


def moved(points: Decimal) -> dict[str, Any]:
    return {"round": 1, "unit": "dept_water", "lasting": False, "points": points, "excludes": False}


@settings(max_examples=60, deadline=None)
@given(facts=FACTS, counted=ASPECT_SETS, data=st.data())
def test_a_corrected_score_is_what_its_facts_give_and_higher_and_the_original_stays(
    facts: dict[str, str], counted: set[str], data: st.DataObject
) -> None:
    mine = {aspect: facts[aspect] for aspect in ASPECTS if aspect in counted}
    score = row(mine)
    before, offered = deepcopy(score), appeal_rules.offers(score, RULES)
    better = {aspect: data.draw(st.sampled_from(list(choices))) for aspect, choices in offered.items()}
    if not better:
        assert score["score"] == 100  # nothing can be higher
        return
    reached = appeal_rules.correct(score, better, offered=offered)
    assert RULES.score(mine | better) == reached.score == before["score"] + reached.points
    assert 0 < reached.points <= 100 - before["score"]
    assert before == score
    assert reached.score == score_adjustments.effective(score, [moved(reached.points)])


@settings(max_examples=60, deadline=None)
@given(facts=FACTS, points=st.lists(st.decimals(-100, 100, places=2), max_size=4))
def test_a_score_in_effect_lies_between_0_and_100_whatever_is_decided(
    facts: dict[str, str], points: list[Decimal]
) -> None:
    score = row(facts)
    given_score = score["score"]
    assert 0 <= score_adjustments.effective(score, [moved(each) for each in points]) <= 100
    assert given_score == score["score"]


@settings(max_examples=60, deadline=None)
@given(facts=FACTS, contested=ASPECT_SETS, corrected=st.dictionaries(st.sampled_from(ASPECTS), st.text(max_size=9)))
def test_no_made_up_fact_is_ever_taken(facts: dict[str, str], contested: set[str], corrected: dict[str, str]) -> None:
    offered = appeal_rules.offers(row(facts), RULES)
    known = all(fact in offered.get(aspect, {}) and aspect in contested for aspect, fact in corrected.items())
    if not known or not corrected:
        with pytest.raises(RejectedInput):
            appeal_rules.must_fit("partly", corrected, contested=contested, offered=offered)


def test_the_days_of_appeal_are_working_days() -> None:
    friday = datetime(2026, 11, 27, 16, 0, tzinfo=DISTRICT.zone)
    assert datetime(2026, 12, 5, tzinfo=DISTRICT.zone) == appeal_rules.last_instant(friday, DISTRICT)
    assert "12月4日（含当天）" == appeal_rules.last_day(friday, DISTRICT)
    eve = datetime(2026, 9, 30, 23, 59, tzinfo=DISTRICT.zone)
    assert datetime(2026, 10, 14, tzinfo=DISTRICT.zone) == appeal_rules.last_instant(eve, DISTRICT)
