"""诉求卷宗: everything about one request, told in order, with what may be done about it."""

from functools import partial
from typing import Any

from nicegui import ui

from casebook import explain, open311, requests, score_sentences, sentences, views, words
from casebook.views import RequestFile
from casebook.whereabouts import Place, whereabouts
from desk import masks
from desk.brought_panel import brought_panel
from desk.caller_panel import caller_panel
from desk.enforcement_panel import enforcement_panel, read_site
from desk.layout import card, facts, heading, light, muted, remaining
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
        _head(office, file, refresh=live.refresh)
        same_matter_panel(office, file, matter=matter, refresh=live.refresh)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                _facts(office, file, address=caller["address"])
                caller_panel(office, file.request, caller=caller, by=office.centre)
                brought_panel(office, brought)
                _total(office, file)
                _scores(office, file)
                _ratings(office, file)
                _messages(office, file)
            with ui.element("div").classes("stack"):
                _work_orders(office, file, lit=lit)
                if site:
                    enforcement_panel(office, site, refresh=live.refresh)
        with card("经过"), ui.element("div").classes("items"):
            for sentence in explain.tell(file, office.district):
                _event(*sentence.split("　", 1))
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


def _work_orders(office: Office, file: RequestFile, *, lit: dict[str, str]) -> None:
    with card(f"工单（{len(file.work_orders)}）"):
        if not file.work_orders:
            muted("还没有下达工单。")
        with ui.element("div").classes("items"):
            for order in reversed(file.work_orders):
                _work_order(office, file, order=order, lit=lit)


def _work_order(office: Office, file: RequestFile, *, order: dict[str, Any], lit: dict[str, str]) -> None:
    number, zone = order["work_order_id"], office.district.zone
    with ui.element("div").classes("item"):
        with ui.element("div").classes("head"):
            ui.link(sentences.work_order_name(office.district, number, kind=order["kind"]), f"/work-orders/{number}")
            if number in lit:
                light(lit[number])
            else:
                ui.label(words.word(words.OUTCOMES, order["outcome"]) or "已结束").classes("tag")
        ui.label(words.word(file.unit_names, order["unit"]))
        if ended := order["reported_at"] or order["closed_at"]:
            muted("　".join(part for part in (words.moment(ended, zone), masks.words(order["note"] or "")) if part))
        for entry in file.deadlines:
            if entry["work_order_id"] == number:
                names = sentences.names_for(file.unit_names, office.district)
                muted(sentences.deadline_sentence(entry, zone=zone, names=names)).classes("sentence")


def _event(at: str, sentence: str) -> None:
    with ui.element("div").classes("item event"):
        muted(at).classes("number")
        ui.label(sentence)


def _ratings(office: Office, file: RequestFile) -> None:
    if not file.ratings:
        return
    with card("诉求人评价"):
        for rating in file.ratings:
            if rating["rated_at"]:
                stars = "★" * rating["satisfaction"] + "☆" * (5 - rating["satisfaction"])
                ui.label(f"第 {rating['round']} 轮　{words.word(words.RESOLVED, rating['resolved'])}　{stars}")
                if rating["comment"]:
                    muted(masks.words(rating["comment"]))
            elif rating["closed_at"]:
                ui.label(f"第 {rating['round']} 轮　到期没有评价")
            else:
                due = words.moment(rating["due_at"], office.district.zone)
                ui.label(f"第 {rating['round']} 轮　等待评价，{due} 截止")


def _scores(office: Office, file: RequestFile) -> None:
    if not file.scores:
        return
    with card("得分"):
        for score in file.scores:
            for unit in score["units"] or [score | {"part": "lead"}]:
                part = score_sentences.PARTS[unit["part"]]
                with ui.element("div").classes("head"):
                    ui.label(f"第 {score['round']} 轮　{words.word(file.unit_names, unit['unit'])}（{part}）")
                    ui.label(f"{unit['score']:f} 分").classes("number").style("font-weight: 650; font-size: 20px")
                told = score_sentences.with_grounds({"grounds": {}} | unit, office.district)
                muted(told).classes("sentence")
            muted(f"评分规则 {score['rules_version']}")


def _messages(office: Office, file: RequestFile) -> None:
    if not file.messages:
        return
    with card(f"短信（{len(file.messages)}）"), ui.element("div").classes("items"):
        for message in file.messages:
            with ui.element("div").classes("item event"):
                muted(words.moment(message["queued_at"], office.district.zone)).classes("number")
                with ui.element("div"):
                    state = sentences.message_state(message, zone=office.district.zone)
                    who = f"{explain.recipient(message, file)} {masks.phone(message['phone'])}"
                    ui.label(f"{who}　{state}")
                    muted(masks.words(message["text"]))


def _audit(office: Office, file: RequestFile) -> None:
    title = f"操作记录（{len(file.audit)}）"
    with ui.expansion(title).classes("card").props("dense"), ui.element("div").classes("items"):
        for entry in file.audit:
            _event(words.moment(entry["at"], office.district.zone), _audit_sentence(file, entry))


def _audit_sentence(file: RequestFile, entry: dict[str, Any]) -> str:
    actor = words.ACTORS.get(entry["actor"]) or words.word(file.unit_names, entry["actor"])
    order = f"（{entry['work_order_id']}）" if entry["work_order_id"] else ""
    field = entry["details"].get("field") if entry["action"] == SHOWN else None
    shown = f"（{words.word(words.CALLER_FIELDS, field)}）" if field else ""
    return f"{actor}：{words.word(words.ACTIONS, entry['action'])}{shown}{order}"
