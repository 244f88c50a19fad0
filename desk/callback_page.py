"""回访: whom a clerk rings, and what came of it; numbers are shown one by one and written down."""

from datetime import datetime
from typing import Any

from nicegui import ui

from casebook import callback_samples, callbacks, requests, views, words
from casebook.callbacks import Call
from casebook.engine import AsyncConnection
from desk import masks
from desk.caller_panel import caller_panel
from desk.layout import card, facts, heading, muted
from desk.office import Office
from desk.rating_form import answer_of, rating_view

REACHED = "reached"
ROWS_MOST = 200
WHY = {
    "instead": "请诉求人电话评价，所说的就是评价，计入得分。",
    "sample": "抽样回访，只作质量核对，不改动诉求人的评价。",
}


async def build_list(office: Office) -> None:
    """Draw who is to be asked by telephone instead of a link, and the sample drawn last."""
    heading("回访", level=1)
    async with office.reading() as casebook:
        instead = await callbacks.instead_of_links(casebook, now=office.clock())
        months = await callback_samples.months(casebook)
        sample = await callback_samples.of_month(casebook, months[0]) if months else None
    with card(f"电话评价（{len(instead)}）"):
        muted("没有手机号码，或适合电话沟通的诉求人：请在截止前打电话请其评价。")
        _rows(office, [row | {"told": f"{_at(office, row['due_at'])} 截止"} for row in instead])
    if sample is None:
        with card("抽样回访"):
            muted("还没有抽样。每月初由管理员运行 ./minhu callback --month 上个月。")
        return
    most = office.district.rating.callback.calls_most
    left = [row for row in sample.rows if row["outcome"] not in callback_samples.FINAL and row["calls"] < most]
    reached = sum(row["outcome"] == REACHED for row in sample.rows)
    with card(f"{sample.month} 抽样回访（待回访 {len(left)}）"):
        muted(
            f"办结 {sample.closed} 件，有电话的 {sample.callable} 件，"
            f"按 {sample.share:.1%} 抽 {len(sample.rows)} 件，已接通 {reached} 件。"
        )
        told = [row | {"told": f"已打 {row['calls']} 次" if row["calls"] else "还没有打"} for row in left]
        _rows(office, told)


def _rows(office: Office, rows: list[dict[str, Any]]) -> None:
    with ui.element("div").classes("items"):
        for row in rows[:ROWS_MOST]:
            with ui.element("div").classes("item case"):
                ui.link(row["request_id"], f"/callbacks/{row['request_id']}").classes("number")
                muted(f"{words.category(office.district, row['category'])}　{_place(office, row)}")
                muted(row["told"])
    if not rows:
        muted("没有要打的电话。")
    if len(rows) > ROWS_MOST:
        muted(f"还有 {len(rows) - ROWS_MOST} 件，办完这些再显示。")


def _place(office: Office, row: dict[str, Any]) -> str:
    return words.place(office.district, row["community"])


async def build_call(office: Office, request_id: str) -> None:
    """Draw one call: the matter, the caller behind the audited reveal, and what to write down."""
    rules = office.district.rating.callback
    async with office.reading() as casebook:
        why = await callbacks.what_is_asked(casebook, request_id, rules=rules, now=office.clock())
        file = await views.request_file(casebook, request_id)
        caller = await requests.caller_of(casebook, request_id)
    heading("电话回访", level=1)
    ui.link("返回回访列表", "/callbacks")
    with ui.element("div").classes("two"):
        with ui.element("div").classes("stack"):
            _matter(office, file)
            caller_panel(office, file.request, caller=caller, by=office.centre)
        with ui.element("div").classes("stack"):
            _form(office, request_id, why=why)


def _matter(office: Office, file: views.RequestFile) -> None:
    request = file.request
    with card("诉求"):
        facts(
            [
                ("诉求编号", request["request_id"]),
                ("类别", words.category(office.district, request["category"])),
                ("地点", _place(office, request)),
                ("内容", masks.words(request["text"])),
                ("承办单位", words.word(file.unit_names, request["lead_unit"])),
            ]
        )
        ui.link("查看诉求卷宗", f"/requests/{request['request_id']}")
        for call in file.callback_calls:
            muted(f"{_at(office, call['called_at'])} {words.word(words.CALLBACKS, call['outcome'])}")


def _form(office: Office, request_id: str, *, why: str) -> None:
    with card("回访结果"):
        muted(WHY[why])
        outcome = ui.radio(words.CALLBACKS).props("inline").classes("outcome")
        with ui.element("div").classes("stack") as told:
            view = rating_view(office)
        told.bind_visibility_from(outcome, "value", value=REACHED)

        async def submit() -> None:
            reached = outcome.value == REACHED
            if reached and not view.is_complete():
                return

            async def deed(casebook: AsyncConnection, now: datetime) -> None:
                answer = answer_of(view) if reached else None
                call = Call(request_id=request_id, outcome=outcome.value or "", by=office.centre, answer=answer)
                await callbacks.record(casebook, call, rules=office.district.rating.callback, now=now)

            if await office.attempt(deed, done="回访已记下。"):
                ui.navigate.to("/callbacks")

        ui.button("记下回访", on_click=submit).props("unelevated").classes("submit")


def _at(office: Office, instant: datetime) -> str:
    return words.moment(instant, office.district.zone)
