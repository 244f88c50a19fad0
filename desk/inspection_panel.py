"""督查与责任追究: what is known of one inspection, as its office, the unit and the request's file see it."""

from typing import Any

from nicegui import ui

from casebook import accountabilities, inspection_sentences, inspection_words, inspections, words
from casebook.views import RequestFile
from desk import masks
from desk.layout import card, facts
from desk.office import Office

ANSWERS = {
    inspections.DECISION: ("督查决定", "决定理由"),
    accountabilities.STATEMENT: ("单位说明", "说明内容"),
    accountabilities.FINDING: ("责任认定", "认定理由"),
}
KINDS = frozenset(ANSWERS)


def accountability_of(file: RequestFile, inspection_id: str) -> dict[str, Any] | None:
    """Return the accountability that an inspection led to, or None."""
    return next((each for each in file.accountabilities if each["inspection_id"] == inspection_id), None)


def inspection_of(file: RequestFile, about: str) -> dict[str, Any] | None:
    """Return the inspection with this number, or the one that led to the accountability with it."""
    called = next((each for each in file.accountabilities if each["accountability_id"] == about), None)
    number = called["inspection_id"] if called else about
    return next((each for each in file.inspections if each["inspection_id"] == number), None)


def inspection_card(office: Office, file: RequestFile, *, about: str) -> None:
    """Draw why a matter is looked at, what was decided, stated and found, by whom, when and with which words."""
    inspection = inspection_of(file, about)
    if inspection is None:
        return
    number, zone = inspection["inspection_id"], office.district.zone
    order = inspection["work_order_id"]
    with card("督查事项"):
        facts(
            [
                ("督查", number),
                ("推送理由", words.word(inspection_words.CAUSES, inspection["cause"])),
                ("所涉单位", words.word(file.unit_names, inspection["about_unit"])),
                ("督查部门", words.word(file.unit_names, inspection["unit"])),
                ("推送时间", words.moment(inspection["pushed_at"], zone)),
                *_answered(office, file, about=number, kind=inspections.DECISION),
            ]
        )
        if order:
            ui.link(f"所涉工单 {order}", f"/work-orders/{order}")
    if called := accountability_of(file, number):
        _accountability_card(office, file, called=called)


def _accountability_card(office: Office, file: RequestFile, *, called: dict[str, Any]) -> None:
    number, zone = called["accountability_id"], office.district.zone
    with card("责任追究"):
        facts(
            [
                ("责任追究", number),
                ("被追究单位", words.word(file.unit_names, called["unit"])),
                ("启动时间", words.moment(called["opened_at"], zone)),
                *_answered(office, file, about=number, kind=accountabilities.STATEMENT),
                *_answered(office, file, about=number, kind=accountabilities.FINDING),
            ]
        )
        for each in file.score_adjustments:
            if each["source_number"] == number:
                ui.label(inspection_sentences.adjustment_sentence(each)).classes("late")


def _answered(office: Office, file: RequestFile, *, about: str, kind: str) -> list[tuple[str, str]]:
    """Return what was answered, by whom and when, and the reason in its own words."""
    name, because = ANSWERS[kind]
    order = inspection_sentences.decided_by(file, about=about, kind=kind)
    if order is None:
        return []
    if not order["reported_at"]:
        return [(name, "到期没有说明，视为没有说明" if kind == accountabilities.STATEMENT else "已收回")]
    at = words.moment(order["reported_at"], office.district.zone)
    who = words.word(file.unit_names, order["person"])
    answer = words.word(words.OUTCOMES, order["outcome"])
    return [(name, f"{answer}（{who}，{at}）"), (because, masks.words(order["note"] or ""))]
