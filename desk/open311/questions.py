"""Answers to what a category asks beyond the standard: `attribute[code]`, checked by the question's kind."""

import math
import re
from typing import Any

from casebook.open311_rules import Question
from desk.open311.answers import both
from desk.open311.listing import moment
from desk.open311.reading import Call

ATTRIBUTE = re.compile(r"attribute\[([^\]]*)\](?:\[\])?")
LONGEST_LINE, LONGEST_TEXT = 200, 2000


def answers_of(call: Call, asked: tuple[Question, ...]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the answers in the order of the questions, and a sentence for each mistake."""
    given = _given(call)
    known = {question.code for question in asked if not question.only_shown}
    mistakes = [
        both(
            f"这一类别没有问题 attribute[{code[:40]}]。", f"attribute[{code[:40]}] is not asked for this service_code."
        )
        for code in sorted(given.keys() - known)
    ]
    answers = []
    for question in asked:
        values = given.get(question.code, ())
        name = f"attribute[{question.code}]"
        if not values and question.required:
            mistakes.append(both(f"请回答 {name}：{question.question}", f"{name} is required."))
        elif values and question.code in known:
            if not all(_fits(value, question) for value in values) or (len(values) > 1 and not _many(question)):
                mistakes.append(both(f"{name} 的回答不合要求。", f"{name} is not a valid {question.datatype}."))
            answers.append(_answer(question, values))
    return answers, mistakes


def _given(call: Call) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, values in call.given.items():
        if match := ATTRIBUTE.fullmatch(name):
            filled = tuple(value.strip() for value in values if value.strip())
            if filled:
                found[match[1]] = (*found.get(match[1], ()), *filled)
    return found


def _many(question: Question) -> bool:
    return question.datatype == "multivaluelist"


def _fits(value: str, question: Question) -> bool:
    match question.datatype:
        case "number":
            try:
                return math.isfinite(float(value))
            except ValueError:
                return False
        case "datetime":
            return moment(value) is not None
        case "singlevaluelist" | "multivaluelist":
            return value in question.values
        case "text":
            return len(value) <= LONGEST_TEXT
    return len(value) <= LONGEST_LINE and len(value.splitlines()) == 1


def _answer(question: Question, values: tuple[str, ...]) -> dict[str, Any]:
    """Return what was asked, in the words of today, and what was answered."""
    said = "、".join(question.values.get(value, value) for value in values)
    return {"code": question.code, "question": question.question, "answer": said, "values": list(values)}
