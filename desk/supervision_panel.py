"""督办单: one press on one or many requests, what still waits for a reply, and the order as its unit sees it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nicegui import ui

from casebook import supervision_orders, words
from casebook.supervision_orders import LONGEST_NOTE, Pressed
from casebook.views import RequestFile
from desk import masks
from desk.layout import card, facts, muted, remaining
from desk.office import Office

WORDS = "请加快办理，并按时回报。"
PRESSING = frozenset({"red", "inspection"})
MOST_NAMED = 5


@dataclass(kw_only=True)
class Selection:
    """The requests that a leader has ticked; it outlives the redrawing of the list."""

    chosen: set[str] = field(default_factory=set)

    def tick(self, request_id: str, *, on: bool) -> None:
        """Take a request in or out."""
        (self.chosen.add if on else self.chosen.discard)(request_id)


def supervise_dialog(office: Office, request_ids: Sequence[str], *, after: Callable[[], Any] | None = None) -> None:
    """Ask for the words, then order supervision of all these requests at one press."""
    about = f"诉求 {request_ids[0]}" if len(request_ids) == 1 else f"所选的 {len(request_ids)} 件诉求"
    with ui.context.client.content, ui.dialog() as dialog, ui.card().style("width: 420px; max-width: 92vw"):
        ui.label(f"督办{about}").style("font-weight: 600")
        note = ui.textarea("督办意见", value=WORDS).props(f"outlined maxlength={LONGEST_NOTE}").classes("w-full")

        async def order() -> None:
            pressed: list[Pressed] = []

            async def press(casebook: Any, now: Any) -> None:
                wish = {"person": office.centre, "note": (note.value or "").replace("\x00", ""), "now": now}
                pressed.append(await supervision_orders.order_many(casebook, request_ids, **wish))

            if await office.attempt(press, done="督办单已下达，承办单位负责人会收到短信。"):
                _tell_refused(pressed[-1])
                dialog.close()
                if after:
                    after()

        with ui.element("div").classes("buttons"):
            ui.button("下达督办单", on_click=order).props("unelevated")
            ui.button("取消", on_click=dialog.close).props("flat")
    dialog.open()


def _tell_refused(pressed: Pressed) -> None:
    if pressed.refused:
        named = list(pressed.refused.values())[:MOST_NAMED]
        more = len(pressed.refused) - len(named)
        sentence = "\n".join([*named, *([f"另有 {more} 件同样没有下达。"] if more else [])])
        ui.notify(sentence, type="warning", multi_line=True, classes="pre-line")


def supervise_deed(office: Office, row: dict[str, Any], *, selection: Selection, changed: Callable[[], Any]) -> None:
    """Draw the tick and the key beside an open work order."""
    request_id = row["request_id"]

    def tick(event: Any) -> None:
        selection.tick(request_id, on=bool(event.value))
        changed()

    box = ui.checkbox(value=request_id in selection.chosen, on_change=tick).props("dense")
    box.props(f'aria-label="选中 {row["work_order_id"]}"')
    button = ui.button("一键督办", on_click=partial(supervise_dialog, office, [request_id]))
    button.props("outline dense padding='2px 10px'").classes("supervise")


def selection_bar(
    office: Office, rows: Sequence[dict[str, Any]], *, selection: Selection, refresh: Callable[[], Any]
) -> Callable[[], Any]:
    """Draw what can be done with all that is ticked; return what draws it anew."""
    selection.chosen &= {row["request_id"] for row in rows}

    def choose(request_ids: set[str]) -> None:
        selection.chosen = request_ids
        refresh()

    def done() -> None:
        choose(set())

    @ui.refreshable
    def bar() -> None:
        late = {row["request_id"] for row in rows if row["light"] in PRESSING}
        with ui.element("div").classes("buttons"):
            if late - selection.chosen:
                choose_late = partial(choose, selection.chosen | late)
                ui.button(f"选中亮红灯的 {len(late)} 件", on_click=choose_late).props(
                    "outline dense padding='2px 10px'"
                )
            if selection.chosen:
                count = len(selection.chosen)
                ask = partial(supervise_dialog, office, sorted(selection.chosen), after=done)
                ui.button(f"一键督办所选 {count} 件", on_click=ask).props("unelevated dense padding='2px 10px'")
                ui.button("取消选择", on_click=done).props("flat dense")

    bar()
    return bar.refresh


async def waiting_orders(office: Office) -> None:
    """Draw the orders that wait for a reply, the soonest due first, and how earlier ones went."""
    async with office.reading() as casebook:
        rows = await supervision_orders.waiting(casebook)
        counts = await supervision_orders.counts(casebook)
    if not counts["ordered"]:
        return
    with card(f"督办单（{len(rows)} 张待回复）"):
        muted(_account(counts))
        with ui.element("div").classes("items"):
            for row in rows:
                _waiting_row(office, row)


def _account(counts: dict[str, int]) -> str:
    parts = (
        ("下达", "ordered"),
        ("按时回复", "in_time"),
        ("逾期回复", "late"),
        ("随诉求结束收回", "recalled"),
        ("报告困难", "obstacle"),
    )
    return "　".join(f"{name} {counts[code]}" for name, code in parts)


def _waiting_row(office: Office, row: dict[str, Any]) -> None:
    now, zone = office.clock(), office.district.zone
    with ui.element("div").classes("item asked supervision-order"):
        with ui.element("div"):
            ui.link(row["supervision_id"], f"/requests/{row['request_id']}").classes("number")
            ordered = f"{words.moment(row['ordered_at'], zone)} 督办"
            muted("　".join((row["unit_name"] or "正在下达", ordered, masks.words(row["note"]))))
        if row["red_at"]:
            late = row["red_at"] <= now
            ui.label(f"回复{remaining(row['red_at'], now=now)}").classes("late" if late else "")


def order_card(office: Office, file: RequestFile, *, number: str) -> None:
    """Show to a unit what it is supervised for, by whom and since when."""
    order = next((order for order in file.supervision_orders if order["supervision_id"] == number), None)
    if order is None:
        return
    with card("督办单"):
        facts(
            [
                ("督办单", number),
                ("下令人", words.word(file.unit_names, order["ordered_by"])),
                ("下令时间", words.moment(order["ordered_at"], office.district.zone)),
                ("督办意见", masks.words(order["note"])),
            ]
        )
