"""The parts of a request's file that more than one page shows: work orders, its life, ratings, scores, messages."""

from typing import Any

from nicegui import ui

from casebook import (
    explain,
    inspection_sentences,
    rating_sentences,
    score_adjustments,
    score_sentences,
    sentences,
    words,
)
from casebook.rating_rules import NOBODY
from casebook.views import RequestFile
from desk import masks
from desk.appeal_panel import Keys, appeal_line
from desk.layout import card, light, muted
from desk.office import Office


def draw_work_orders(office: Office, file: RequestFile, *, lit: dict[str, str]) -> None:
    """Draw the work orders, the newest first, each with its deadline in a sentence."""
    with card(f"工单（{len(file.work_orders)}）"):
        if not file.work_orders:
            muted("还没有下达工单。")
        with ui.element("div").classes("items"):
            for order in reversed(file.work_orders):
                _work_order(office, file, order=order, lit=lit)


def _work_order(office: Office, file: RequestFile, *, order: dict[str, Any], lit: dict[str, str]) -> None:
    number, zone = order["work_order_id"], office.district.zone
    with ui.element("div").classes("item"):
        with ui.element("div").classes("head"):
            ui.link(sentences.work_order_name(office.district, number, kind=order["kind"]), f"/work-orders/{number}")
            if number in lit:
                light(lit[number])
            else:
                ui.label(words.word(words.OUTCOMES, order["outcome"]) or "已结束").classes("tag")
        ui.label(words.word(file.unit_names, order["unit"]))
        if ended := order["reported_at"] or order["closed_at"]:
            muted("　".join(part for part in (words.moment(ended, zone), masks.words(order["note"] or "")) if part))
        for entry in file.deadlines:
            if entry["work_order_id"] == number:
                names = sentences.names_for(file.unit_names, office.district)
                muted(sentences.deadline_sentence(entry, zone=zone, names=names)).classes("sentence")


def draw_life(office: Office, file: RequestFile) -> None:
    """Tell what happened, oldest first."""
    with card("经过"), ui.element("div").classes("items"):
        for sentence in explain.tell(file, office.district):
            draw_event(*sentence.split("　", 1))


def draw_event(at: str, sentence: str) -> None:
    """Draw one dated line."""
    with ui.element("div").classes("item event"):
        muted(at).classes("number")
        ui.label(sentence)


def draw_ratings(office: Office, file: RequestFile) -> None:
    """Draw what the caller said."""
    if not file.ratings and not file.callback_calls:
        return
    with card("诉求人评价"):
        for rating in file.ratings:
            if rating["rated_at"]:
                stars = "★" * rating["satisfaction"] + "☆" * (5 - rating["satisfaction"])
                ui.label(f"第 {rating['round']} 轮　{words.word(words.RESOLVED, rating['resolved'])}　{stars}")
                told = [
                    words.rating_reason(office.district, rating["reason"]),
                    rating_sentences.way(rating, file.unit_names),
                ]
                if any(told):
                    muted("　".join(part for part in told if part))
                if rating["comment"]:
                    muted(masks.words(rating["comment"]))
            elif rating["closed_at"]:
                silent = "无人可问" if rating["way"] == NOBODY else "到期没有评价"
                ui.label(f"第 {rating['round']} 轮　{silent}")
            else:
                due = words.moment(rating["due_at"], office.district.zone)
                ui.label(f"第 {rating['round']} 轮　等待评价，{due} 截止")
                muted(rating_sentences.way(rating, file.unit_names))
        for call in file.callback_calls:
            at = words.moment(call["called_at"], office.district.zone)
            muted(f"{at}　{rating_sentences.called_back(call, office.district)}")


def draw_scores(office: Office, file: RequestFile, *, keys: Keys | None = None) -> None:
    """Draw each unit's score of each round: arithmetic, grounds, what it comes to, its appeal or the key for one."""
    if not file.scores and not file.score_adjustments:
        return
    with card("得分"):
        for score in file.scores:
            for unit in score["units"] or [score | {"part": "lead", "grounds": {}}]:
                _unit_score(office, file, unit=unit)
                appeal_line(office, file, unit=unit, keys=keys)
            muted(f"评分规则 {score['rules_version']}")
        for each in file.score_adjustments:
            if not any(score_adjustments.counting(unit, [each]) for unit in inspection_sentences.units_scored(file)):
                name = words.word(file.unit_names, each["unit"])
                muted(f"{name}{inspection_sentences.adjustment_sentence(each)}，不计入上列得分")


def _unit_score(office: Office, file: RequestFile, *, unit: dict[str, Any]) -> None:
    with ui.element("div").classes("head"):
        name = f"{words.word(file.unit_names, unit['unit'])}（{score_sentences.PARTS[unit['part']]}）"
        ui.label(f"第 {unit['round']} 轮　{name}")
        ui.label(f"{unit['score']:f} 分").classes("number").style("font-weight: 650; font-size: 20px")
    muted(score_sentences.with_grounds(unit, office.district)).classes("sentence")
    if score_adjustments.counting(unit, file.score_adjustments):
        reached = inspection_sentences.effective_sentence(unit, file.score_adjustments)
        ui.label(reached).classes("sentence effective")


def draw_messages(office: Office, file: RequestFile) -> None:
    """Draw the short messages, numbers masked."""
    if not file.messages:
        return
    with card(f"短信（{len(file.messages)}）"), ui.element("div").classes("items"):
        for message in file.messages:
            with ui.element("div").classes("item event"):
                muted(words.moment(message["queued_at"], office.district.zone)).classes("number")
                with ui.element("div"):
                    state = sentences.message_state(message, zone=office.district.zone)
                    who = f"{explain.recipient(message, file)} {masks.phone(message['phone'])}"
                    ui.label(f"{who}　{state}")
                    muted(masks.words(message["text"]))
