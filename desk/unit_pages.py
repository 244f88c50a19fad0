"""单位工作台: choose a unit; its open work orders."""

from typing import Any

from nicegui import ui

from casebook import directory, on_site, views
from casebook.errors import RejectedInput
from desk.extension_panel import extensions_to_decide
from desk.layout import card, heading, muted
from desk.office import Office
from desk.rating_page import to_rate_at_desk
from desk.street_panel import street_panels
from desk.work_rows import work_row

MOST_UNITS = 40
REFRESH_SECONDS = 15.0


async def build_list(office: Office) -> None:
    """Draw the list of units, the busiest first, with a filter by name."""
    async with office.reading() as casebook:
        units = await views.units_with_work(casebook, at=office.clock())
    heading("单位工作台", level=1)
    with card():
        field = ui.input(placeholder="按单位名称筛选").props("outlined dense clearable").classes("w-full filter")

        @ui.refreshable
        def matching() -> None:
            wanted = (field.value or "").strip()
            _list([unit for unit in units if wanted in unit["name"] or wanted == unit["code"]])

        matching()
        field.on_value_change(matching.refresh)


def _list(units: list[dict[str, Any]]) -> None:
    with ui.element("div").classes("items"):
        for unit in units[:MOST_UNITS]:
            with ui.element("div").classes("item unit"):
                ui.link(unit["name"], f"/units/{unit['code']}")
                ended = "" if unit["in_force"] else "（已撤销）"
                muted(f"{unit['open_orders']} 张在办{ended}" if unit["open_orders"] else "没有在办")
    if not units:
        muted("没有这个名称的单位。")
    if len(units) > MOST_UNITS:
        muted(f"还有 {len(units) - MOST_UNITS} 个单位，请输入名称筛选。")


async def build_unit(office: Office, unit: str) -> None:
    """Draw the open work orders of one unit."""
    async with office.reading() as casebook:
        found = await directory.unit(casebook, unit, at=office.clock())
    if found is None:
        raise RejectedInput("单位目录里没有这个单位。请从单位工作台重新选择。")
    heading(found["name"], level=1)
    if on_site.ways_of(office.district, found["level"]):
        ui.link("现场登记（巡查、走访、座谈；没有网络也能写）", f"/on-site/?unit={unit}").classes("on-site")

    @ui.refreshable
    async def live() -> None:
        async with office.redrawing():
            if found["kind"] == "centre":
                await extensions_to_decide(office, unit, refresh=live.refresh)
            await to_rate_at_desk(office, unit)
            await _orders(office, unit)

    await live()
    if found["kind"] == "centre" and found["level"] == "street":
        await street_panels(office, found)
    ui.timer(REFRESH_SECONDS, live.refresh, immediate=False)


async def _orders(office: Office, unit: str) -> None:
    async with office.reading() as casebook:
        rows = await views.open_work(casebook, unit=unit)
    with card(f"在办工单（{len(rows)}）"):
        if not rows:
            muted("没有等待回单的工单。")
        with ui.element("div").classes("items"):
            for row in rows:
                work_row(office, row)
