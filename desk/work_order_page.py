"""工单: what is asked of a unit, until when and why; its report, or the request for more time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from casebook import deadlines, dispatching, memory, memory_words, requests, sentences, views, words, work_orders
from casebook.errors import ConfigurationError
from casebook.memory import Evidence
from casebook.views import RequestFile
from casebook.work_orders import Report
from desk import masks
from desk.form_file import read_form
from desk.form_view import FormView
from desk.layout import card, facts, heading, light, muted, remaining
from desk.office import Office

REASON_KEYS = ("return_reason", "report_up_reason")
REPORT_KEYS = ("outcome", *REASON_KEYS, "note", "assigned_unit")
LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the page shows of one work order."""

    order: dict[str, Any]
    file: RequestFile
    caller: dict[str, Any]
    units: dict[str, str]
    light: str
    earlier: list[Evidence]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a report."""
        return not (self.order["reported_at"] or self.order["closed_at"])

    def mine(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows that belong to this work order."""
        return [row for row in rows if row["work_order_id"] == self.order["work_order_id"]]


async def build(office: Office, work_order_id: str) -> None:
    """Draw a work order."""

    @ui.refreshable
    async def live() -> None:
        sheet = await _sheet(office, work_order_id)
        _head(office, sheet)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                _matter(office, sheet)
                _deadline(office, sheet)
            with ui.element("div").classes("stack"):
                _earlier(office, sheet)
                if sheet.is_open:
                    _report(office, sheet, refresh=live.refresh)
                    _extension(office, sheet, refresh=live.refresh)
                else:
                    _reported(office, sheet)

    await live()


async def _sheet(office: Office, work_order_id: str) -> Sheet:
    async with office.reading() as casebook:
        order = await work_orders.get(casebook, work_order_id)
        request_id = order["request_id"]
        return Sheet(
            order=order,
            file=await views.request_file(casebook, request_id),
            caller=await requests.caller_of(casebook, request_id),
            units=await dispatching.choices(casebook, request_id, now=office.clock()),
            light=(await views.lights_of_request(casebook, request_id)).get(work_order_id, "ended"),
            earlier=await memory.earlier(casebook, order) if order["kind"] in memory.DECIDING else [],
        )


def _head(office: Office, sheet: Sheet) -> None:
    order = sheet.order
    with ui.element("div").classes("head"):
        with ui.element("div"):
            heading(f"{words.word(office.district.kinds, order['kind'])}工单", level=1)
            muted(order["work_order_id"]).classes("number")
        light(sheet.light)


def _matter(office: Office, sheet: Sheet) -> None:
    request, district = sheet.file.request, office.district
    with card("办什么"):
        facts(
            [
                ("承办单位", words.word(sheet.file.unit_names, sheet.order["unit"])),
                ("类别", words.category(district, request["category"])),
                ("地点", words.place(district, request["community"])),
                ("详细地址", sheet.caller["address"] or ""),
                ("紧急程度", words.URGENCIES[request["urgency"]]),
                ("标题", masks.words(request["title"])),
                ("内容", masks.words(request["text"])),
                ("诉求人", f"{masks.name(sheet.caller['name'])}　{masks.phone(sheet.caller['phone'])}"),
            ]
        )
        ui.link("查看诉求卷宗", f"/requests/{request['request_id']}")


def _deadline(office: Office, sheet: Sheet) -> None:
    zone, entries = office.district.zone, sheet.mine(sheet.file.deadlines)
    with card("期限"):
        if not entries:
            muted("正在计算期限，请稍后刷新。")
            return
        newest = entries[-1]
        if sheet.is_open:
            late = newest["red_at"] <= office.clock()
            left = ui.label(remaining(newest["red_at"], now=office.clock())).classes("late" if late else "")
            left.style("font-size: 20px; font-weight: 650")
        ui.label(f"期限 {words.moment(newest['red_at'], zone)}")
        for entry in reversed(entries):
            muted(sentences.deadline_sentence(entry, zone=zone)).classes("sentence")
        for extension in sheet.mine(sheet.file.extensions):
            muted(_extension_sentence(office, extension, basis=newest["basis"]))


def _extension_sentence(office: Office, extension: dict[str, Any], *, basis: str) -> str:
    verdict = {None: "等待批复", True: "已批准", False: "未批准"}[extension["granted"]]
    at = words.moment(extension["requested_at"], office.district.zone)
    return f"{at} 申请延期 {words.hours(extension['hours'])} {words.word(words.BASES, basis)}：{verdict}。"


def _earlier(office: Office, sheet: Sheet) -> None:
    """Show what was decided in alike cases; it proposes, the person decides."""
    if sheet.order["kind"] in memory.DECIDING:
        with card("同类事项以前怎么定的"):
            for evidence in sheet.earlier:
                ui.label(memory_words.evidence_sentence(evidence, office.district)).classes("sentence")
            if not sheet.earlier:
                muted("没有先例。")


def _report(office: Office, sheet: Sheet, *, refresh: Callable[[], Any]) -> None:
    with card():
        try:
            form = read_form(office.settings.bpmn, sheet.order["form"])
        except ConfigurationError as error:
            ui.label(str(error)).classes("late")
            return
        view = FormView(form, choices={"assigned_unit": sheet.units})

        async def submit() -> None:
            if view.is_complete() and await _hand_in(office, sheet, view=view):
                refresh()

        ui.button("提交回单", on_click=submit).props("unelevated").classes("submit")


async def _hand_in(office: Office, sheet: Sheet, *, view: FormView) -> bool:
    answers = view.answers()
    if not answers.get("outcome"):
        ui.notify("表单里没有“outcome”（结果）字段，无法提交。请设计人员补上。", type="negative")
        return False
    others = [f"{label}：{value}" for label, value in view.unnamed(*REPORT_KEYS)]
    report = Report(
        outcome=answers["outcome"],
        person=sheet.order["unit"],
        note="\n".join(part for part in (answers.get("note") or "", *others) if part),
        reason_code=next((answers[key] for key in REASON_KEYS if answers.get(key)), None),
        assigned_unit=answers.get("assigned_unit") or None,
    )
    number = sheet.order["work_order_id"]
    return await office.attempt(
        lambda casebook, now: work_orders.report(casebook, number, report, now=now), done="回单已提交。"
    )


def _extension(office: Office, sheet: Sheet, *, refresh: Callable[[], Any]) -> None:
    with ui.expansion("申请延期").classes("card").props("dense"), ui.element("div").classes("stack"):
        hours = ui.number("延长几个小时", min=1, max=240, step=1).props("outlined dense").classes("w-full")
        reason = ui.textarea("理由").props(f"outlined autogrow maxlength={LONGEST_REASON}").classes("w-full")

        async def ask() -> None:
            text = (reason.value or "").replace("\x00", "").strip()
            if not hours.value or not text:
                ui.notify("请填写延长的小时数和理由。", type="warning")
                return
            number, count = sheet.order["work_order_id"], float(hours.value)
            if await office.attempt(
                lambda casebook, now: deadlines.ask_extension(casebook, number, hours=count, reason=text, now=now),
                done="延期申请已提交，等指挥中心批复。",
            ):
                refresh()

        ui.button("提交延期申请", on_click=ask).props("outline")


def _reported(office: Office, sheet: Sheet) -> None:
    order, zone = sheet.order, office.district.zone
    at = words.moment(order["reported_at"] or order["closed_at"], zone)
    with card("回单"):
        facts(
            [
                ("结果", words.word(words.OUTCOMES, order["outcome"])),
                ("时间", at),
                ("理由", words.return_reason(office.district, order["reason_code"])),
                ("指定单位", words.word(sheet.file.unit_names, order["assigned_unit"])),
                ("说明", masks.words(order["note"] or "")),
            ]
        )
        ui.link("返回单位工单", f"/units/{order['unit']}")
