"""待批延期: what units have asked for, and the buttons of the centre that decides."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from nicegui import ui

from casebook import extensions, views, words
from desk.layout import card
from desk.office import Office


async def extensions_to_decide(office: Office, centre: str, *, refresh: Any) -> None:
    """Draw what waits for a centre's decision; the district's centre sees and may decide all."""
    async with office.reading() as casebook:
        asked = await views.undecided_extensions(casebook, approver=None if centre == office.centre else centre)
    if not asked:
        return
    with card(f"待批延期（{len(asked)}）"), ui.element("div").classes("items"):
        for extension in asked:
            _extension(office, extension, centre=centre, refresh=refresh)


def _extension(office: Office, extension: dict[str, Any], *, centre: str, refresh: Any) -> None:
    zone, order = office.district.zone, extension["work_order_id"]
    basis = words.word(words.BASES, extension["basis"] or "working")
    due = f"现期限 {words.moment(extension['red_at'], zone)}" if extension["red_at"] else ""
    with ui.element("div").classes("item asked"):
        with ui.element("div"):
            ui.label(f"{extension['unit_name']}申请延期 {words.hours(extension['hours'])} {basis}")
            ui.label(f"理由：{extension['reason']}").classes("muted")
            with ui.element("div").classes("muted"):
                ui.link(order, f"/work-orders/{order}")
                ui.label(f"{words.category(office.district, extension['category'])}　{due}")
        with ui.element("div").classes("buttons"):
            for name, granted, look in (("批准", True, "unelevated"), ("不批准", False, "outline")):
                deed = partial(
                    extensions.decide, extension_id=extension["extension_id"], granted=granted, person=centre
                )
                ui.button(name, on_click=partial(_decide, office, deed, granted=granted, refresh=refresh)).props(look)


async def _decide(office: Office, deed: Callable[..., Awaitable[None]], *, granted: bool, refresh: Any) -> None:
    done = "已批准，期限正在重新计算。" if granted else "已答复不批准。"
    await office.attempt(lambda casebook, now: deed(casebook, now=now), done=done)
    refresh()
