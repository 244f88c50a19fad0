"""Appeals in sentences: who contests what and why, where it stands, what was decided; grounds stay out of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from casebook import appeal_rules, words
from casebook.district import District
from casebook.views import RequestFile

Event = tuple[datetime, str]
DECISIONS = {code: words.OUTCOMES[code] for code in appeal_rules.DECISIONS}
WAITING = "等指挥中心决定"


def result(appeal: Mapping[str, Any], *, score: Decimal, reached: Decimal | None) -> str:
    """Return what came of an appeal: `申诉成立，得分 82.00 → 87.50`; `reached` is None when nothing was corrected."""
    decision = words.word(DECISIONS, appeal["decision"])
    if reached is not None:
        return f"{decision}，得分 {score:f} → {reached:f}"
    return decision if appeal["decision"] == appeal_rules.EXCLUDED else f"{decision}，得分 {score:f} 不变"


def scores_of(row: Mapping[str, Any]) -> str:
    """Return a decided appeal's score before and after, of a row with `score` and `effective`."""
    if row["decision"] == appeal_rules.EXCLUDED:
        return f"原得分 {row['score']:f}，不计入考核"
    return f"原得分 {row['score']:f} → 实得分 {row['effective']:f}"


def state(appeal: Mapping[str, Any]) -> str:
    """Return where an appeal stands, in words."""
    return words.word(DECISIONS, appeal["decision"]) if appeal["decision"] else WAITING


def contested(appeal: Mapping[str, Any]) -> str:
    """Return the degrees that are contested."""
    return "、".join(words.word(words.ASPECTS, aspect) for aspect in appeal["contested"])


def reason(appeal: Mapping[str, Any], district: District) -> str:
    """Return the coded reason; a code that is no longer listed stands for itself."""
    return words.word(district.scoring.appeal.reasons, appeal["reason_code"])


def corrected(facts: Mapping[str, str] | None) -> str:
    """Return what counts instead: `响应度改按“按时”计`."""
    return "、".join(
        f"{words.word(words.ASPECTS, aspect)}改按“{words.word(words.FACTS, fact)}”计"
        for aspect, fact in (facts or {}).items()
    )


def of_score(score: Mapping[str, Any], appeals: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the appeal against a score, or None."""
    mine = (each for each in appeals if (each["round"], each["unit"]) == (score["round"], score["unit"]))
    return next(mine, None)


def events(file: RequestFile, district: District) -> Iterator[Event]:
    """Yield what was appealed and decided about a request's scores; the caller sorts."""
    for appeal in file.appeals:
        number, unit = appeal["appeal_id"], words.word(file.unit_names, appeal["unit"])
        what = f"对第 {appeal['round']} 轮得分的{contested(appeal)}提出申诉（{reason(appeal, district)}），{number}"
        yield appeal["filed_at"], f"{unit}{what}。"
        if appeal["decided_at"]:
            told = "，".join(part for part in (state(appeal), corrected(appeal["corrected"])) if part)
            yield appeal["decided_at"], f"申诉 {number} 决定：{told}。"
