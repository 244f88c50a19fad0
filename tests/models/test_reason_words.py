"""Every coded answer and reason that a form of joint work offers is a word that people read."""

import json

from casebook import words
from tests.models.drawings import BPMN

FORMS = ("lead_report", "co_report", "co_arbitration", "enforcement_call", "enforcement_arrival", "enforcement_report")
REASONS = ("co_units_missing", "disagreement", "refusal")


def test_every_answer_and_reason_has_the_word_that_the_form_shows_or_one_of_its_own() -> None:
    known = {"outcome": words.OUTCOMES, **dict.fromkeys(REASONS, words.JOINT_REASONS)}
    offered: dict[str, set[str]] = {key: set() for key in known}
    for name in FORMS:
        form = json.loads((BPMN / "forms" / f"{name}.form").read_text(encoding="utf-8"))
        for field in form["components"]:
            if field.get("key") in known:
                offered[field["key"]] |= {choice["value"] for choice in field["values"]}
    assert {key: codes - set(known[key]) for key, codes in offered.items()} == {key: set() for key in known}
    assert set().union(*(offered[key] for key in REASONS)) == set(words.JOINT_REASONS)
