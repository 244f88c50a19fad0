"""诉求卷宗: everything about one request, told in order, with what may be done about it."""

from functools import partial
from typing import Any

from nicegui import ui

from casebook import audit_words, explain, open311, requests, sentences, views, words
from casebook.views import RequestFile
from casebook.whereabouts import Place, whereabouts
from desk import masks
from desk.appeal_panel import read_keys
from desk.brought_panel import brought_panel
from desk.caller_panel import caller_panel
from desk.enforcement_panel import enforcement_panel, read_site
from desk.file_panels import draw_event, draw_life, draw_messages, draw_ratings, draw_scores, draw_work_orders
from desk.layout import card, facts, heading, muted, remaining
from desk.office import Office
from desk.same_matter_panel import read_matter, same_matter_panel
from desk.supervision_panel import supervise_dialog
from desk.supplement_rows import supplement_rows

SHOWN = "personal_shown"


async def build(office: Office, request_id: str) -> None:
    """Draw the file of a request."""

    @ui.refreshable
    async def live() -> None:
        async with office.reading() as casebook:
            file = await views.request_file(casebook, request_id)
            caller = await requests.caller_of(casebook, request_id)
            lit = await views.lights_of_request(casebook, request_id)
            brought = await open311.brought_with(casebook, request_id)
        site = await read_site(office, file)
        matter = await read_matter(office, file.request)
        keys = await read_keys(office, file, refresh=live.refresh)
        _head(office, file, refresh=live.refresh)
        same_matter_panel(office, file, matter=matter, refresh=live.refresh)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                _facts(office, file, address=caller["address"])
                caller_panel(office, file.request, caller=caller, by=office.centre)
                brought_panel(office, brought)
                _total(office, file)
                draw_scores(office, file, keys=keys)
                draw_ratings(office, file)
                draw_messages(office, file)
            with ui.element("div").classes("stack"):
                draw_work_orders(office, file, lit=lit)
                if site:
                    enforcement_panel(office, site, refresh=live.refresh)
        draw_life(office, file)
        _audit(office, file)

    await live()


def _state(request: dict[str, Any]) -> str:
    ends = (("closed_at", "已办结"), ("withdrawn_at", "已撤回"), ("merged_into", "已并案"))
    return next((name for column, name in ends if request[column]), "在办")


def _head(office: Office, file: RequestFile, *, refresh: Any) -> None:
    request, state = file.request, _state(file.request)
    request_id = request["request_id"]
    with ui.element("div").classes("head"):
        with ui.element("div"):
            heading(request_id, level=1)
            ui.label(state).classes("tag")
        if state != "在办" or request["withdrawal_asked_at"]:
            return
        with ui.element("div").classes("buttons"):
            ask = partial(supervise_dialog, office, [request_id], after=refresh)
            ui.button("一键督办", on_click=ask).props("unelevated")
            withdraw = partial(_withdraw_dialog, office, request_id, after=refresh)
            ui.button("诉求人撤回", on_click=withdraw).props("outline")


def _withdraw_dialog(office: Office, request_id: str, *, after: Any) -> None:
    with ui.context.client.content, ui.dialog() as dialog, ui.card().style("max-width: 92vw"):
        ui.label("诉求人确实要撤回这件诉求吗？撤回后不再办理。")

        async def withdraw() -> None:
            await office.attempt(
                lambda casebook, now: requests.ask_withdrawal(casebook, request_id, now=now),
                done="已登记撤回，工单随后收回。",
            )
            dialog.close()
            after()

        with ui.element("div").classes("buttons"):
            ui.button("确认撤回", on_click=withdraw).props("unelevated color=negative")
            ui.button("取消", on_click=dialog.close).props("flat")
    dialog.open()


def _facts(office: Office, file: RequestFile, *, address: str | None) -> None:
    request, district = file.request, office.district
    channel = district.channels.get(request["channel"])
    with card("诉求"):
        facts(
            [
                ("类别", words.category(district, request["category"])),
                ("地点", words.place(district, request["community"])),
                ("地点存疑", _doubts(office, request, address=address)),
                ("紧急程度", words.URGENCIES[request["urgency"]]),
                ("来源", f"{district.platform_name(request['platform'])}　{channel.name if channel else ''}"),
                ("平台编号", request["external_id"]),
                ("收到", words.moment(request["received_at"], district.zone)),
                ("标题", masks.words(request["title"])),
                ("内容", masks.words(request["text"])),
                *supplement_rows(office, file),
                ("级别", words.word(words.LEVELS, request["level"])),
                ("牵头单位", words.word(file.unit_names, request["lead_unit"])),
                ("派单理由", explain.route_reason(file, district)),
            ]
        )


def _doubts(office: Office, request: dict[str, Any], *, address: str | None) -> str:
    """Return what disagrees about the place: registered community, address, coordinates; no address is shown."""
    place = Place(community=request["community"], address=address or "", lat=request["lat"], lon=request["lon"])
    return "".join(whereabouts(place, district=office.district).doubts)


def _total(office: Office, file: RequestFile) -> None:
    """Show the one clock that no return restarts; each stage's own stands with its work order."""
    if file.total_deadlines:
        newest, zone = file.total_deadlines[-1], office.district.zone
        with card("总时限"):
            if _state(file.request) == "在办":
                late = newest["red_at"] <= office.clock()
                ui.label(remaining(newest["red_at"], now=office.clock())).classes("late" if late else "")
            names = sentences.names_for(file.unit_names, office.district)
            muted(sentences.total_sentence(newest, zone=zone, names=names)).classes("sentence")


def _audit(office: Office, file: RequestFile) -> None:
    title = f"操作记录（{len(file.audit)}）"
    with ui.expansion(title).classes("card").props("dense"), ui.element("div").classes("items"):
        for entry in file.audit:
            draw_event(words.moment(entry["at"], office.district.zone), _audit_sentence(file, entry))


def _audit_sentence(file: RequestFile, entry: dict[str, Any]) -> str:
    actor = audit_words.ACTORS.get(entry["actor"]) or words.word(file.unit_names, entry["actor"])
    order = f"（{entry['work_order_id']}）" if entry["work_order_id"] else ""
    field = entry["details"].get("field") if entry["action"] == SHOWN else None
    shown = f"（{words.word(words.CALLER_FIELDS, field)}）" if field else ""
    return f"{actor}：{words.word(audit_words.ACTIONS, entry['action'])}{shown}{order}"
