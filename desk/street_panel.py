"""街道指挥中心: how punctually the posted forces come, and calling them to what a patrol has found."""

import secrets
from typing import Any

from nicegui import ui

from casebook import enforcement, statistics, words
from casebook.platforms import ON_SITE
from casebook.reports import RequestReport
from desk.enforcement_panel import WhistleFields
from desk.layout import card, muted
from desk.office import Office

CHANNEL = "patrol"
LONGEST = 500
REFERENCE_BYTES = 6


async def street_panels(office: Office, centre: dict[str, Any]) -> None:
    """Draw both for a street's command centre."""
    async with office.reading() as casebook:
        rows = await statistics.arrivals(casebook, street=centre["area"])
    with card("派驻执法力量到场情况"):
        if not rows:
            muted("还没有呼叫过派驻执法力量。")
        with ui.element("div").classes("items"):
            for row in rows:
                _force(row)
    with ui.expansion("巡查发现，呼叫执法力量").classes("card").props("dense"), ui.element("div").classes("stack"):
        await _finding(office, centre)


def _force(row: dict[str, Any]) -> None:
    with ui.element("div").classes("item force"):
        ui.label(row["unit_name"])
        counts = [
            f"呼叫 {row['called']} 次",
            f"按时确认 {row['confirmed_in_time']} 次",
            f"到场 {row['arrived']} 次，其中按时 {row['arrived_in_time']} 次",
        ]
        counts += [f"平均 {row['mean_minutes']:.0f} 分钟到场"] if row["mean_minutes"] is not None else []
        counts += [f"没有出动 {row['refused']} 次"] if row["refused"] else []
        counts += [f"到场偏远 {row['far']} 次"] if row["far"] else []
        muted("　".join(counts))


async def _finding(office: Office, centre: dict[str, Any]) -> None:
    district = office.district
    places = {code: place.name for code, place in district.communities.items() if place.street == centre["area"]}
    async with office.reading() as casebook:
        forces = await enforcement.forces_for(casebook, next(iter(places), ""), at=office.clock())
    categories = {code: category.name for code, category in district.catalogue.items()}
    with ui.element("div").classes("stack finding"):
        community = ui.select(places, label="社区").props("outlined dense options-dense").classes("w-full community")
        category = ui.select(categories, label="类别", with_input=True).props("outlined dense options-dense")
        category.classes("w-full category")
        address = ui.input("地点").props("outlined dense maxlength=100").classes("w-full")
        fields = WhistleFields.draw(forces, urgency="normal")
    reference = secrets.token_hex(REFERENCE_BYTES)  # a button pressed twice is one finding

    async def call() -> None:
        whistle = fields.whistle(centre["code"])
        if not community.value or not category.value or not whistle.note:
            ui.notify("请选择社区和类别，并写明事由。", type="warning")
            return
        finding = RequestReport(
            platform=ON_SITE,
            external_id=f"XC{reference}",
            channel=CHANNEL,
            received_at=office.clock(),
            category=category.value,
            community=community.value,
            urgency=fields.urgency.value,
            caller_kind="street",
            title=f"巡查发现：{words.category(district, category.value)}",
            text=whistle.note,
            address=(address.value or "").replace("\x00", "").strip() or None,
        )
        await office.attempt(
            lambda casebook, now: enforcement.call_for_finding(casebook, finding, whistle, now=now, district=district),
            done="已登记并呼叫，短信随即发出。",
        )

    ui.button("登记并呼叫到场", on_click=call).props("unelevated")
