"""Who called: hidden at first, and shown field by field to the office that presses for it, which is written down."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from nicegui import ui

from casebook import words
from casebook.engine import AsyncConnection
from casebook.revealing import Field, reveal
from desk import masks
from desk.layout import card
from desk.office import Office

MASKS: dict[Field, Callable[[str | None], str]] = {"name": masks.name, "phone": masks.phone, "address": masks.address}


def caller_panel(office: Office, request: dict[str, Any], *, caller: dict[str, Any], by: str) -> None:
    """Draw the caller's card; `by` is the unit in whose name somebody looks."""
    with card("诉求人"), ui.element("dl").classes("facts"):
        with ui.element("dt"):
            ui.label("身份")
        with ui.element("dd"):
            ui.label(words.CALLER_KINDS[request["caller_kind"]])
        for field, mask in MASKS.items():
            with ui.element("dt"):
                ui.label(words.CALLER_FIELDS[field])
            with ui.element("dd").classes("deed"):
                shown = ui.label(mask(caller[field]))
                if caller[field]:
                    ask = partial(reveal, request_id=request["request_id"], field=field, by=by)
                    _show_button(office, words.CALLER_FIELDS[field], label=shown, ask=ask)


def _show_button(office: Office, name: str, *, label: ui.label, ask: Callable[..., Awaitable[str | None]]) -> None:
    async def show() -> None:
        found: list[str | None] = []

        async def deed(casebook: AsyncConnection, now: datetime) -> None:
            found.append(await ask(casebook, now=now))

        if await office.attempt(deed, done=f"已显示{name}，并记入操作记录。"):
            label.set_text(found[0] or "")
            button.delete()

    button = ui.button("显示", on_click=show).props(f'flat dense aria-label="显示诉求人{name}"')
