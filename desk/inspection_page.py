"""督查: the list of what was pushed to inspection, and each with the whole file of the matter and its decision."""

from typing import Any

from nicegui import ui

from casebook import inspection_list, inspection_sentences, inspection_words, inspections, sentences, views, words
from casebook.views import RequestFile
from desk import masks
from desk.file_panels import draw_life, draw_messages, draw_ratings, draw_scores, draw_work_orders
from desk.inspection_panel import accountability_of, inspection_card
from desk.layout import card, facts, heading, muted, remaining
from desk.office import Office
from desk.work_order_page import report_form
from desk.work_order_sheet import draw_deadline, read_sheet

ALL = ""
REFRESH_SECONDS = 30.0


async def build_list(office: Office) -> None:
    """Draw the inspections: those that wait, the soonest red first, then the decided ones; by office and cause."""
    heading("督查", level=1)
    async with office.reading() as casebook:
        offices = await inspection_list.offices(casebook)
        counts = await inspection_list.counts(casebook)
    inspection_counts(counts)
    with ui.element("div").classes("buttons"):
        at = ui.select({ALL: "全部督查部门"} | offices, value=ALL, label="督查部门").props("outlined dense")
        why = {code: name for code, name in inspection_words.CAUSES.items() if code in counts["by_cause"]}
        cause = ui.select({ALL: "全部理由"} | why, value=ALL, label="推送理由").props("outlined dense")
    for field in (at.classes("office"), cause.classes("cause")):
        field.style("min-width: 180px")

    @ui.refreshable
    async def live() -> None:
        async with office.redrawing():
            async with office.reading() as casebook:
                rows = await inspection_list.listed(casebook, office=at.value or None, cause=cause.value or None)
            _rows(office, [row for row in rows if not row["ended_at"]], title="待办结")
            _rows(office, [row for row in rows if row["ended_at"]], title="已办结")

    await live()
    at.on_value_change(live.refresh)
    cause.on_value_change(live.refresh)
    ui.timer(REFRESH_SECONDS, live.refresh, immediate=False)


def _rows(office: Office, rows: list[dict[str, Any]], *, title: str) -> None:
    district = office.district
    with card(f"{title}（{len(rows)}）"):
        if not rows:
            muted("没有符合条件的督查事项。")
        with ui.element("div").classes("items"):
            for row in rows:
                with ui.element("div").classes("item asked inspection-row"):
                    with ui.element("div"):
                        ui.link(row["inspection_id"], f"/inspections/{row['inspection_id']}").classes("number")
                        cause = words.word(inspection_words.CAUSES, row["cause"])
                        where = words.place(district, row["community"])
                        muted(f"{cause}　{row['unit_name']}　{words.category(district, row['category'])}　{where}")
                    _standing(office, row)


def _standing(office: Office, row: dict[str, Any]) -> None:
    with ui.element("div"):
        ui.label(inspection_sentences.state(row, row["asked_kind"]))
        if row["red_at"]:
            late = row["red_at"] <= office.clock()
            ui.label(remaining(row["red_at"], now=office.clock())).classes("late" if late else "muted")
        elif row["ended_at"]:
            muted(words.moment(row["ended_at"], office.district.zone))


async def build_file(office: Office, inspection_id: str) -> None:
    """Draw one inspection: what is to be decided first, then the whole file of the matter."""

    @ui.refreshable
    async def live() -> None:
        async with office.reading() as casebook:
            inspection = await inspections.get(casebook, inspection_id)
            file = await views.request_file(casebook, inspection["request_id"])
            called = accountability_of(file, inspection_id)
            number = called["accountability_id"] if called else None
            asked = await inspection_list.asked_now(casebook, inspection_id, accountability_id=number)
            lit = await views.lights_of_request(casebook, inspection["request_id"])
        sheet = await read_sheet(office, asked) if asked else None
        kind = sheet.order["kind"] if sheet else None
        with ui.element("div").classes("head"):
            heading(f"督查 {inspection_id}", level=1)
            ui.label(inspection_sentences.state(inspection, kind)).classes("tag")
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                inspection_card(office, file, about=inspection_id)
                if sheet:
                    report_form(office, sheet, refresh=live.refresh)
                    draw_deadline(office, sheet)
                draw_scores(office, file)
                draw_ratings(office, file)
                draw_messages(office, file)
            with ui.element("div").classes("stack"):
                _matter(office, file)
                _returns(office, file)
                _supervised(office, file)
                draw_work_orders(office, file, lit=lit)
        draw_life(office, file)

    await live()


def _matter(office: Office, file: RequestFile) -> None:
    request, district = file.request, office.district
    with card("诉求"):
        facts(
            [
                ("类别", words.category(district, request["category"])),
                ("地点", words.place(district, request["community"])),
                ("紧急程度", words.URGENCIES[request["urgency"]]),
                ("标题", masks.words(request["title"])),
                ("内容", masks.words(request["text"])),
                ("级别", words.word(words.LEVELS, request["level"])),
                ("牵头单位", words.word(file.unit_names, request["lead_unit"])),
            ]
        )
        ui.link("查看诉求卷宗", f"/requests/{request['request_id']}")


def _returns(office: Office, file: RequestFile) -> None:
    if not file.returns:
        return
    kinds = {order["work_order_id"]: order for order in file.work_orders}
    with card(f"退单与上报（{len(file.returns)}）"), ui.element("div").classes("items"):
        for each in file.returns:
            order = kinds[each["work_order_id"]]
            name = sentences.work_order_name(office.district, each["work_order_id"], kind=order["kind"])
            reason = words.return_reason(office.district, order["reason_code"])
            with ui.element("div").classes("item"):
                outcome = words.word(words.OUTCOMES, each["outcome"])
                ui.label(f"{words.word(file.unit_names, order['unit'])}　{outcome}　{reason}")
                at = words.moment(each["recorded_at"], office.district.zone)
                muted(f"{at}　{name}　{masks.words(order['note'] or '')}")


def _supervised(office: Office, file: RequestFile) -> None:
    if not file.supervision_orders:
        return
    with card(f"督办单（{len(file.supervision_orders)}）"), ui.element("div").classes("items"):
        for each in file.supervision_orders:
            with ui.element("div").classes("item"):
                ending = words.word(words.SUPERVISION_ENDINGS, each["ending"]) or "等回复"
                ui.label(f"{each['supervision_id']}　{words.word(file.unit_names, each['unit'])}　{ending}")
                muted(f"{words.moment(each['ordered_at'], office.district.zone)}　{masks.words(each['note'])}")


def inspection_counts(counts: dict[str, dict[str, int]]) -> None:
    """Draw how many were pushed and why, how they were decided, and what was found; nothing before the first."""
    if not counts["by_cause"]:
        return
    named = (
        ("推送理由", "by_cause", inspection_words.CAUSES),
        ("督查决定", "by_decision", inspection_words.ENDINGS | inspection_words.DECISIONS | {"waiting": "待决定"}),
        ("责任认定", "by_finding", inspection_words.ENDINGS | {"waiting": "待认定"}),
    )
    with card(f"督查（推送 {sum(counts['by_cause'].values())} 项）"), ui.element("div").classes("inspection-counts"):
        for title, name, spelled in named:
            shown = "　".join(f"{words.word(spelled, code)} {count}" for code, count in counts[name].items())
            if shown:
                muted(f"{title}：{shown}")
