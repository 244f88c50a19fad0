"""Inspection and accountability in sentences: pushed why, decided how, found what; and what moves a score."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from casebook import appeal_sentences, inspection_words, score_adjustments, words
from casebook.views import RequestFile

Event = tuple[datetime, str]
ASKED = {
    "inspection_decision": "等督查部门决定",
    "accountability_statement": "等单位说明",
    "accountability_finding": "等督查部门认定",
}


def events(file: RequestFile) -> Iterator[Event]:
    """Yield what inspection did with a request; the caller sorts."""
    for inspection in file.inspections:
        number, unit = inspection["inspection_id"], words.word(file.unit_names, inspection["about_unit"])
        order, cause = inspection["work_order_id"], words.word(inspection_words.CAUSES, inspection["cause"])
        about = f"{order.rpartition('-')[2]} 号工单" if order else "诉求"
        office = words.word(file.unit_names, inspection["unit"])
        yield inspection["pushed_at"], f"{about}移交{office}督查（{unit}，{cause}），{number}。"
        if inspection["decided_at"]:
            decision = words.word(inspection_words.DECISIONS, inspection["decision"])
            yield inspection["decided_at"], f"督查 {number} 决定：{decision}。"
        if inspection["ending"] in ("withdrawn", "merged"):
            yield inspection["ended_at"], f"督查 {number}：{inspection_words.ENDINGS[inspection['ending']]}。"
    for called in file.accountabilities:
        number, unit = called["accountability_id"], words.word(file.unit_names, called["unit"])
        yield called["opened_at"], f"对{unit}启动责任追究，{number}。"
        if called["found_at"]:
            yield (
                called["found_at"],
                f"责任追究 {number} 认定：{words.word(inspection_words.FINDINGS, called['finding'])}。",
            )
    yield from _adjustments(file)


def units_scored(file: RequestFile) -> list[dict[str, Any]]:
    """Return the scores of all rounds' units; a round that was scored before units were has its lead's."""
    return [unit for score in file.scores for unit in score["units"] or [score]]


def _adjustments(file: RequestFile) -> Iterator[Event]:
    """Yield what was taken off or given, and what each score comes to since both were there."""
    for each in file.score_adjustments:
        unit = words.word(file.unit_names, each["unit"])
        if not each["excludes"]:
            yield each["adjusted_at"], f"{unit}{adjustment_sentence(each)}。"
    for score in units_scored(file):
        counting = score_adjustments.counting(score, file.score_adjustments)
        if counting:
            at = max(score["scored_at"], *(each["adjusted_at"] for each in counting))
            unit = words.word(file.unit_names, score["unit"])
            yield at, f"{unit}第 {score['round']} 轮实得分：{effective_sentence(score, file.score_adjustments)}。"


def state(inspection: dict[str, Any], asked_kind: str | None) -> str:
    """Return where an inspection stands, in words."""
    if inspection["ending"]:
        return words.word(inspection_words.ENDINGS, inspection["ending"])
    return ASKED.get(asked_kind or "", "正在办理")


def adjustment_sentence(each: dict[str, Any]) -> str:
    """Return one adjustment with its source: `扣 5.00 分（责任追究 …-ZZ01：一般责任）`."""
    source = words.word(inspection_words.ADJUSTMENT_SOURCES, each["source"])
    reasons = inspection_words.FINDINGS | inspection_words.DECIDED_APPEALS
    if each["excludes"]:
        return f"不计入考核（{source} {each['source_number']}）"
    because = words.word(reasons, each["reason"])
    if each["corrected"]:
        because += f"，{appeal_sentences.corrected(each['corrected'])}"
    why = f"{source} {each['source_number']}：{because}"
    return f"{'扣' if each['points'] < 0 else '加'} {abs(each['points']):f} 分（{why}）"


def effective_sentence(score: dict[str, Any], adjustments: list[dict[str, Any]]) -> str:
    """Return the arithmetic of what a score comes to: the score, each adjustment that counts, the result."""
    counting = score_adjustments.counting(score, adjustments)
    steps = "".join(f"，{adjustment_sentence(each)}" for each in counting)
    if score_adjustments.excluded_by(score, adjustments):
        return f"原得分 {score['score']:f} 分{steps}"
    total = score["score"] + sum(each["points"] for each in counting)
    reached = score_adjustments.effective(score, adjustments)
    bound = "" if total == reached else "（最低 0 分）" if total < reached else "（最高 100 分）"
    return f"原得分 {score['score']:f} 分{steps}，实得 {reached:f} 分{bound}"


def moved_sentence(score: dict[str, Any], adjustments: list[dict[str, Any]]) -> str:
    """Return what moved a score, briefly: `原得分 82.00 → 实得分 87.50（申诉 …-SS01）`; nothing when nothing did."""
    counting = score_adjustments.counting(score, adjustments)
    sources = (f"{inspection_words.ADJUSTMENT_SOURCES[each['source']]} {each['source_number']}" for each in counting)
    because = f"（{'、'.join(sources)}）"
    if score_adjustments.excluded_by(score, adjustments):
        return f"原得分 {score['score']:f}，不计入考核{because}"
    return f"原得分 {score['score']:f} → 实得分 {score['effective']:f}{because}" if counting else ""


def decided_by(file: RequestFile, *, about: str, kind: str) -> dict[str, Any] | None:
    """Return the work order by which a matter was decided, stated or found: who, when, and the words."""
    mine = (order for order in file.work_orders if order["about"] == about and order["kind"] == kind)
    return next((order for order in mine if order["reported_at"] or order["closed_at"]), None)
