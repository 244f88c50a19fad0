"""指挥中心: the books, the lights, what is open, what waits for a decision."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from nicegui import ui

from casebook import inspection_list, numbers, request_search, requests, statistics, views, words
from desk.attention_panel import needs_a_person
from desk.extension_panel import extensions_to_decide
from desk.inspection_page import inspection_counts
from desk.layout import card, heading, light, muted
from desk.office import Office
from desk.supervision_panel import Selection, selection_bar, supervise_deed, waiting_orders
from desk.work_rows import work_row

REFRESH_SECONDS = 15.0
MOST_ROWS = 200
BOOKS = (("received", "收到"), ("open", "在办"), ("closed", "已办结"), ("withdrawn", "已撤回"), ("merged", "已并案"))
WORK_ORDER_PARTS = 4
QUALITY_DAYS = 30


async def build(office: Office) -> None:
    """Draw the command centre."""
    with ui.element("div").classes("head"):
        heading("指挥中心", level=1)
        _search(office)

    selection = Selection()

    @ui.refreshable
    async def live() -> None:
        async with office.redrawing():
            await _numbers(office)
            await needs_a_person(office, refresh=live.refresh)
            await extensions_to_decide(office, office.centre, refresh=live.refresh)
            await waiting_orders(office)
            await _open_work(office, selection, refresh=live.refresh)

    await live()
    ui.timer(REFRESH_SECONDS, live.refresh, immediate=False)


async def _numbers(office: Office) -> None:
    async with office.reading() as casebook:
        account = await requests.account(casebook)
        by_light = await views.open_requests_by_light(casebook)
        since = office.clock() - timedelta(days=QUALITY_DAYS)
        quality = await statistics.dispatch_quality(casebook, since=since)
        looked_at = await inspection_list.counts(casebook)
    with ui.element("div").classes("stats"):
        for code, name in BOOKS:
            with ui.element("div").classes("stat"):
                ui.label(str(account[code])).classes("value")
                ui.label(name).classes("name")
    with card("在办诉求的灯"), ui.element("div").classes("stats"):
        for code, count in by_light.items():
            with ui.element("div"):
                light(code)
                ui.label(f"{count} 件").classes("number")
    _dispatch_quality(quality)
    inspection_counts(looked_at)


def _dispatch_quality(quality: dict[str, Any]) -> None:
    with card(f"近 {QUALITY_DAYS} 天派单"):
        if not quality["dispatched"]:
            muted("还没有派单落实的诉求。")
            return
        with ui.element("div").classes("stats"):
            for name, value in (
                ("准确派遣率", f"{quality['right_first_time_rate']:.1%}"),
                ("回退率", f"{quality['return_rate']:.1%}"),
                ("平均经手单位", f"{quality['mean_hops']:.2f}"),
            ):
                with ui.element("div"):
                    ui.label(value).classes("number")
                    muted(name)


async def _open_work(office: Office, selection: Selection, *, refresh: Callable[[], Any]) -> None:
    async with office.reading() as casebook:
        rows = await views.open_work(casebook, most=MOST_ROWS)
    with card("在办工单"):
        if not rows:
            muted("现在没有在办工单。")
        changed = selection_bar(office, rows, selection=selection, refresh=refresh)
        with ui.element("div").classes("items"):
            for row in rows:
                deed = partial(supervise_deed, office, row, selection=selection, changed=changed)
                work_row(office, row, extra=deed)
        if len(rows) == MOST_ROWS:
            muted(f"只显示最紧急的 {MOST_ROWS} 张工单。")


def _search(office: Office) -> None:
    with ui.element("div").classes("search-box"):
        field = ui.input(placeholder="按诉求或工单编号查找").props("outlined dense clearable").classes("w-full search")
        found = ui.element("div").classes("items")

    async def search() -> None:
        text = (field.value or "").strip().upper()
        found.clear()
        if text.count("-") == WORK_ORDER_PARTS - 1 and numbers.is_request_id(text.rpartition("-")[0]):
            ui.navigate.to(f"/work-orders/{text}")
            return
        if numbers.is_request_id(text):
            ui.navigate.to(f"/requests/{text}")
            return
        if numbers.REQUEST_ID.match(text):
            ui.notify("编号的末位校验码不符，请核对是否抄错了一位。", type="warning")
            return
        await _list_found(office, text, into=found)

    field.on("keydown.enter", search)


async def _list_found(office: Office, text: str, *, into: ui.element) -> None:
    if not text:
        return
    async with office.reading() as casebook:
        rows = await request_search.find_requests(casebook, text)
    with into:
        if not rows:
            muted("没有找到，请核对编号。")
        for row in rows:
            with ui.element("div").classes("item unit"):
                ui.link(row["request_id"], f"/requests/{row['request_id']}").classes("number")
                muted(f"{words.category(office.district, row['category'])} {row['state']}")
