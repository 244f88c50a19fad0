"""综合执法: a street calls posted forces, sees who confirmed and arrived, and takes a call back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui

from casebook import enforcement, joint_work, words
from casebook.enforcement import Whistle
from casebook.views import RequestFile
from desk import masks
from desk.layout import card, facts, muted
from desk.office import Office

LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class Site:
    """An open request to which a street may call forces: its calls so far, and who may be called by whom."""

    request: dict[str, Any]
    file: RequestFile
    caller: str
    forces: Sequence[dict[str, Any]]


async def read_site(office: Office, file: RequestFile, *, caller: str | None = None) -> Site | None:
    """Return what the panel needs; None when nobody at the street may call. Without a caller the centre calls."""
    community, now = file.request["community"], office.clock()
    async with office.reading() as casebook:
        centre = caller or await enforcement.caller_for(casebook, community, at=now)
        forces = await enforcement.forces_for(casebook, community, at=now)
    if centre is None or not forces:
        return None
    return Site(request=file.request, file=file, caller=centre, forces=forces)


def enforcement_panel(office: Office, site: Site, *, refresh: Callable[[], Any]) -> None:
    """Draw the calls of a request and, while it is open, the way to call more."""
    calls, request = site.file.enforcement_calls, site.request
    is_open = not (request["closed_at"] or request["withdrawal_asked_at"] or request["merged_into"])
    if not calls and not is_open:
        return
    with card(f"综合执法（{len(calls)}）"):
        with ui.element("div").classes("items"):
            for call in calls:
                _call_row(office, site, call=call, refresh=refresh)
        if is_open:
            more = ui.expansion("呼叫派驻执法力量").classes("inner w-full").props("dense")
            with more, ui.element("div").classes("stack"):
                _call_form(office, site, refresh=refresh)


def call_card(office: Office, file: RequestFile, *, number: str) -> None:
    """Show to a force what it is called for, by whom and how urgently."""
    call = next((call for call in file.enforcement_calls if call["enforcement_id"] == number), None)
    if call is None:
        return
    with card("执法呼叫"):
        facts(
            [
                ("呼叫单", number),
                ("呼叫单位", words.word(file.unit_names, call["called_by"])),
                ("呼叫时间", words.moment(call["called_at"], office.district.zone)),
                ("紧急程度", words.URGENCIES[call["urgency"]]),
                ("事由", masks.words(call["note"])),
                ("进展", joint_work.call_state(call)),
            ]
        )


def _call_row(office: Office, site: Site, *, call: dict[str, Any], refresh: Callable[[], Any]) -> None:
    with ui.element("div").classes("item asked call"):
        with ui.element("div"):
            ui.label(words.word(site.file.unit_names, call["force"]))
            at = words.moment(call["called_at"], office.district.zone)
            late = ui.label(joint_work.call_state(call)).classes("late" if call["far"] or call["refusal"] else "")
            late.style("font-size: 14px")
            muted(f"{at} 呼叫　{call['enforcement_id']}　{call['arrived_place'] or ''}")
        if call["ended_at"] is None:
            button = ui.button("收回呼叫", on_click=partial(_recall, office, site, call=call, refresh=refresh))
            button.props("outline dense padding='2px 10px'")


async def _recall(office: Office, site: Site, *, call: dict[str, Any], refresh: Callable[[], Any]) -> None:
    number = call["enforcement_id"]
    await office.attempt(
        lambda casebook, now: enforcement.recall(casebook, number, person=site.caller, now=now), done="呼叫已收回。"
    )
    refresh()


def _call_form(office: Office, site: Site, *, refresh: Callable[[], Any]) -> None:
    fields = WhistleFields.draw(site.forces, urgency=site.request["urgency"])

    async def call() -> None:
        whistle = fields.whistle(site.caller)
        if await office.attempt(
            lambda casebook, now: enforcement.call(casebook, site.request["request_id"], whistle, now=now),
            done="已呼叫，短信随即发出。",
        ):
            refresh()

    ui.button("呼叫到场", on_click=call).props("unelevated")


@dataclass(frozen=True, kw_only=True)
class WhistleFields:
    """The inputs of a call: which forces, how urgent, what for."""

    forces: dict[str, ui.checkbox]
    urgency: ui.radio
    note: ui.textarea

    @classmethod
    def draw(cls, forces: Sequence[dict[str, Any]], *, urgency: str) -> "WhistleFields":
        """Draw them where we stand now."""
        with ui.element("div").classes("choices"):
            boxes = {force["code"]: ui.checkbox(force["name"]) for force in forces}
        chosen = ui.radio(dict(words.URGENCIES), value=urgency).props("inline")
        note = ui.textarea("执法事由").props(f"outlined autogrow maxlength={LONGEST_NOTE}").classes("w-full")
        return cls(forces=boxes, urgency=chosen, note=note)

    def whistle(self, caller: str) -> Whistle:
        """Return what is filled in."""
        return Whistle(
            forces=tuple(code for code, box in self.forces.items() if box.value),
            called_by=caller,
            urgency=str(self.urgency.value),
            note=(self.note.value or "").replace("\x00", "").strip(),
        )
