"""One open work order as a row: light, number, what and where, who, until when."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from casebook import words
from desk.layout import light, muted, remaining
from desk.office import Office


def work_row(office: Office, row: dict[str, Any], *, extra: Callable[[], None] | None = None) -> None:
    """Draw a row of `casebook.views.open_work`; `extra` draws what can be done with it."""
    district, order = office.district, row["work_order_id"]
    with ui.element("div").classes("item work with-deed" if extra else "item work"):
        light(row["light"])
        with ui.element("div"):
            ui.link(order, f"/work-orders/{order}").classes("number")
            with ui.element("div"):
                muted(words.word(district.kinds, row["kind"]))
        with ui.element("div"):
            with ui.element("div"):
                ui.link(words.category(district, row["category"]), f"/requests/{row['request_id']}")
                if row["urgency"] == "urgent":
                    ui.label("紧急").classes("tag urgent").style("margin-left: 8px")
            muted(words.place(district, row["community"]))
        ui.label(row["unit_name"])
        with ui.element("div"):
            now = office.clock()
            late = row["red_at"] is not None and row["red_at"] <= now
            ui.label(remaining(row["red_at"], now=now)).classes("late" if late else "")
            if row["red_at"]:
                muted(f"期限 {words.moment(row['red_at'], district.zone)}")
        if extra:
            with ui.element("div").classes("deed"):
                extra()
