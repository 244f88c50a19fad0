"""What may be appealed against, and what a decision makes of a score: pure, from the score's own degrees and its rules.

A score is made of coded facts, so a decision corrects facts, never points: the corrected score can be explained, and
recomputed under any rules, like every other. Whoever appeals is never worse off for it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from casebook import score_arithmetic, words
from casebook.district import District
from casebook.errors import RejectedInput
from casebook.score_rules import Rules
from casebook.working_calendar import WorkingCalendar

UPHELD, PARTLY, REJECTED, EXCLUDED = "upheld", "partly", "rejected", "excluded"
DECISIONS = (UPHELD, PARTLY, REJECTED, EXCLUDED)
CORRECTING = (UPHELD, PARTLY)
RESULTS = {UPHELD: "changed", PARTLY: "changed", REJECTED: "unchanged", EXCLUDED: "excluded"}
Offers = dict[str, dict[str, Decimal]]


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """What a score comes to with corrected facts, and the points (more than 0) by which it is higher."""

    score: Decimal
    points: Decimal


def last_instant(scored_at: datetime, district: District) -> datetime:
    """Return the end of the last day of appeal: a midnight in the district's zone."""
    return WorkingCalendar.of(district).after_days(scored_at, district.scoring.appeal.working_days)


def last_day(scored_at: datetime, district: District) -> str:
    """Return the last day of appeal as people write it: `12月4日（含当天）`."""
    day = (last_instant(scored_at, district) - timedelta(days=1)).astimezone(district.zone)
    return f"{day.month}月{day.day}日（含当天）"


def offers(score: Mapping[str, Any], rules: Rules) -> Offers:
    """Return, by aspect that counted, the facts that would give a higher degree, the best first; none: left out."""
    found = {}
    for counted in score["degrees"]:
        given = Decimal(counted["degree"])
        better = {fact: degree for fact, degree in rules.degrees(counted["aspect"]).items() if degree > given}
        if better:
            found[counted["aspect"]] = dict(sorted(better.items(), key=lambda each: (-each[1], each[0])))
    return found


def must_be_contestable(contested: Collection[str], offered: Offers) -> None:
    """Refuse an appeal about nothing, or about a degree that did not count or cannot be higher."""
    if not contested:
        raise RejectedInput("没有选择对哪一项得分有异议。请至少选择一项。")
    for aspect in contested:
        if aspect not in offered:
            name = words.word(words.ASPECTS, aspect)
            raise RejectedInput(f"{name}没有计入这个得分，或者已经是最高分，不能申诉。请改选其他项。")


def must_fit(decision: str, corrected: Mapping[str, str], *, contested: Collection[str], offered: Offers) -> None:
    """Refuse a decision that does not fit what was appealed against, or that gives no higher degree."""
    if decision not in DECISIONS:
        raise RejectedInput(f"申诉决定没有“{decision}”这个结果。请刷新页面后重填。")
    if decision not in CORRECTING:
        if corrected:
            raise RejectedInput("申诉不成立或者不计入考核的，不改定情形。请去掉改定的情形后再提交。")
        return
    if strangers := [aspect for aspect in corrected if aspect not in contested]:
        raise RejectedInput(f"申诉没有涉及{words.word(words.ASPECTS, strangers[0])}，不能改定。请去掉后再提交。")
    for aspect, fact in corrected.items():
        if fact not in offered.get(aspect, {}):
            name, what = words.word(words.ASPECTS, aspect), words.word(words.FACTS, fact)
            raise RejectedInput(f"{name}改定为“{what}”得分不会更高，或者没有这种情形。请从列出的情形中选择。")
    missing = [aspect for aspect in contested if aspect not in corrected]
    if not corrected or (decision == UPHELD and missing):
        names = "、".join(words.word(words.ASPECTS, aspect) for aspect in missing)
        raise RejectedInput(f"没有写明{names}改定为什么情形。全部成立的逐项改定；只改一部分的请选“部分成立”。")


def correct(score: Mapping[str, Any], corrected: Mapping[str, str], *, offered: Offers) -> Corrected:
    """Return what a score comes to when these facts count instead; its other degrees and its weights stay."""
    degrees = {each["aspect"]: Decimal(each["degree"]) for each in score["degrees"]}
    degrees |= {aspect: offered[aspect][fact] for aspect, fact in corrected.items()}
    weights = {aspect: Decimal(weight) for aspect, weight in score["weights"].items()}
    reached = score_arithmetic.weigh(degrees, weights)
    return Corrected(score=reached, points=reached - score["score"])
