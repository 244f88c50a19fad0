"""工单: what is asked of a unit, until when and why; its report, or the request for more time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from nicegui import ui

from casebook import appeals, enforcement_calls, mutual_ratings, supervision_orders, words, work_orders
from casebook.engine import AsyncConnection
from casebook.errors import ConfigurationError
from casebook.mutual_ratings import Judgement
from casebook.work_orders import Report
from desk.appeal_panel import appeal_card
from desk.arrival import arrival_button, hand_in_arrival
from desk.brought_panel import brought_panel
from desk.caller_panel import caller_panel
from desk.clock_panel import clock_panel
from desk.co_units_panel import Lead, dispute_panel, lead_panel
from desk.enforcement_panel import call_card, enforcement_panel
from desk.form_file import Form, read_form
from desk.form_view import FormView
from desk.inspection_panel import KINDS as INSPECTION_KINDS
from desk.inspection_panel import inspection_card
from desk.layout import card
from desk.mutual_panel import MutualView
from desk.office import Office
from desk.supervision_panel import order_card
from desk.work_order_sheet import (
    Sheet,
    draw_deadline,
    draw_earlier,
    draw_head,
    draw_matter,
    draw_reported,
    read_sheet,
)

REASON_KEYS = ("return_reason", "report_up_reason", "co_units_missing", "disagreement", "refusal")
DISAGREES = "disagrees"
FACT_KEYS = {aspect: f"{aspect}_fact" for aspect in words.ASPECTS}
REPORT_KEYS = ("outcome", "note", "assigned_unit", "arrived_place", *FACT_KEYS.values(), *REASON_KEYS)


async def build(office: Office, work_order_id: str) -> None:
    """Draw a work order."""

    @ui.refreshable
    async def live() -> None:
        sheet = await read_sheet(office, work_order_id)
        draw_head(office, sheet)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                draw_matter(office, sheet)
                caller_panel(office, sheet.file.request, caller=sheet.caller, by=sheet.order["unit"])
                brought_panel(office, sheet.brought)
                draw_deadline(office, sheet)
            with ui.element("div").classes("stack"):
                draw_earlier(office, sheet)
                _work(office, sheet, refresh=live.refresh)

    await live()


def _work(office: Office, sheet: Sheet, *, refresh: Callable[[], Any]) -> None:
    """Draw what may be done about it: the report first, then what belongs to its kind."""
    order = sheet.order
    _about_cards(office, sheet)
    if sheet.is_open:
        if order["kind"] == enforcement_calls.ARRIVAL:
            arrival_button(office, order, refresh=refresh)
        report_form(office, sheet, refresh=refresh)
        if order["kind"] == work_orders.LEAD:
            lead = Lead(order=order, file=sheet.file, units=sheet.units, teams=sheet.teams)
            lead_panel(office, lead, refresh=refresh)
        if sheet.site:
            enforcement_panel(office, sheet.site, refresh=refresh)
        clock_panel(office, order, standing=sheet.standing, refresh=refresh)
    else:
        draw_reported(office, sheet)


def _about_cards(office: Office, sheet: Sheet) -> None:
    """Draw what the work order is about besides its request."""
    order = sheet.order
    if order["kind"] == "co_arbitration":
        dispute_panel(order, sheet.file)
    if order["kind"] in enforcement_calls.KINDS:
        call_card(office, sheet.file, number=order["about"])
    if order["kind"] == supervision_orders.KIND:
        order_card(office, sheet.file, number=order["about"])
    if order["kind"] in INSPECTION_KINDS:
        inspection_card(office, sheet.file, about=order["about"])
    if order["kind"] == appeals.KIND:
        appeal_card(office, sheet.file, number=order["about"])


def report_form(office: Office, sheet: Sheet, *, refresh: Callable[[], Any]) -> None:
    """Draw the form of an open work order and what hands it in."""
    with card():
        try:
            form = read_form(office.settings.bpmn, sheet.order["form"])
        except ConfigurationError as error:
            ui.label(str(error)).classes("late")
            return
        view = FormView(_fitting(form, sheet), choices={"assigned_unit": sheet.units, **_facts_offered(sheet)})
        mutual = MutualView(office, sheet.to_judge, names=sheet.file.unit_names)

        async def submit() -> None:
            if not view.is_complete():
                return
            said = [] if view.answers().get("outcome") == DISAGREES else mutual.judgements()
            if said is None:
                ui.notify("还没有评价对方的配合情况，请看红字。", type="warning")
            elif await _hand_in(office, sheet, view=view, said=said):
                refresh()

        ui.button("提交回单", on_click=submit).props("unelevated").classes("submit")


def _fitting(form: Form, sheet: Sheet) -> Form:
    """Leave out what there is nothing to answer to: no co-unit to wait for, degrees that nobody contests."""
    needless = {key for aspect, key in FACT_KEYS.items() if aspect not in sheet.offered}
    if all(task["ended_at"] is not None for task in sheet.file.co_tasks):
        needless.add("co_units_missing")
    return Form(form.form_id, tuple(field for field in form.fields if field.key not in needless))


def _facts_offered(sheet: Sheet) -> dict[str, dict[str, str]]:
    """Return, by the field of each contested degree, the facts that would give a higher one."""
    return {
        FACT_KEYS[aspect]: {fact: f"{words.word(words.FACTS, fact)}（{degree:f} 分）" for fact, degree in facts.items()}
        for aspect, facts in sheet.offered.items()
    }


async def _hand_in(office: Office, sheet: Sheet, *, view: FormView, said: list[Judgement]) -> bool:
    answers = view.answers()
    if not answers.get("outcome"):
        ui.notify("表单里没有“outcome”（结果）字段，无法提交。请设计人员补上。", type="negative")
        return False
    if answers["outcome"] == "arrived":
        return await hand_in_arrival(office, sheet.order, place=answers.get("arrived_place") or "")
    others = [f"{label}：{value}" for label, value in view.unnamed(*REPORT_KEYS)]
    report = Report(
        outcome=answers["outcome"],
        person=sheet.order["unit"],
        note="\n".join(part for part in (answers.get("note") or "", *others) if part),
        reason_code=next((answers[key] for key in REASON_KEYS if answers.get(key)), None),
        assigned_unit=answers.get("assigned_unit") or None,
        corrected={aspect: answers[key] for aspect, key in FACT_KEYS.items() if answers.get(key)},
    )
    rules = office.district.rating.mutual

    async def deed(casebook: AsyncConnection, now: datetime) -> None:
        await work_orders.report(casebook, sheet.order["work_order_id"], report, now=now)
        await mutual_ratings.give(casebook, sheet.order, said, rules=rules, now=now)

    return await office.attempt(deed, done="回单已提交。")
