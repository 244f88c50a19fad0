"""登记诉求: staff take a call down and see, while they write, what may be the same matter and if the place agrees."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from nicegui import ui
from pydantic import ValidationError

from casebook import audit, collecting, requests, same_matter, suggestions, words
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.platforms import DESK
from casebook.reports import RequestReport
from casebook.rules import Level
from casebook.same_matter import Proposal, Told
from casebook.suggestions import CategoryModel, Suggestion
from casebook.whereabouts import Place, whereabouts
from desk import masks
from desk.layout import card, heading, muted
from desk.office import Office

LEVEL: Level = "district"  # whoever reaches this page acts as the district's command centre
TITLE_LETTERS, SHORTEST_TEXT = 30, 4
NAMES = {"text": "内容", "address": "地址", "caller_name": "姓名", "caller_phone": "电话", "channel": "渠道"}


async def build(office: Office) -> None:
    """Draw the form, and beside it what is found while it is filled in."""
    heading("登记诉求", level=1)
    form: dict[str, Any] = {}
    async with office.reading() as casebook:
        model = await suggestions.newest(casebook, office.district)
    with ui.element("div").classes("two"):
        with card("诉求"):
            _fields(office, form)
            ui.button("登记并派单", on_click=lambda: _register(office, form, model=model)).props("unelevated").classes(
                "submit"
            )
        found = ui.element("div").classes("stack found")

    async def look() -> None:
        async with office.redrawing():
            await _look(office, form, model=model, into=found)

    for field in form.values():
        field.on_value_change(look)
    await look()


def _fields(office: Office, form: dict[str, Any]) -> None:
    district = office.district
    categories = {code: f"{code} {each.minor}·{each.name}" for code, each in district.catalogue.items()}
    communities = {code: words.place(district, code) for code in district.communities}
    channels = collecting.open_to(district, LEVEL)
    form["text"] = ui.textarea("内容（不要写身份证号）").props("outlined autogrow debounce=600").classes("w-full text")
    form["address"] = ui.input("地址，例如 保成社区3栋").props("outlined dense debounce=600").classes("w-full address")
    form["community"] = _choice(communities, "社区").classes("w-full community")
    form["category"] = _choice(categories, "事项类别").classes("w-full category")
    form["channel"] = ui.select(channels, label="渠道", value=next(iter(channels), None)).props("outlined dense")
    form["caller_kind"] = ui.select(words.CALLER_KINDS, label="诉求人", value="citizen").props("outlined dense")
    form["caller_name"] = ui.input("姓名或单位全称（可不填）").props("outlined dense").classes("w-full")
    form["caller_phone"] = ui.input("电话（不填就收不到答复）").props("outlined dense").classes("w-full phone")


def _choice(options: dict[str, str], label: str) -> ui.select:
    return ui.select(options, label=label, with_input=True).props("outlined dense clearable")


async def _look(office: Office, form: dict[str, Any], *, model: CategoryModel, into: ui.element) -> None:
    """Look up the place, the categories and the like matters of what is written so far."""
    text, address = _written(form, "text"), _written(form, "address")
    category, community = form["category"].value, form["community"].value
    place = whereabouts(Place(community=community, address=address), district=office.district)
    proposals: list[Proposal] = []
    if category and community and len(text) >= SHORTEST_TEXT:
        told = Told(category=category, community=community, at=office.clock(), text=text, address=address)
        async with office.reading() as casebook:
            proposals = await same_matter.proposals(casebook, told, district=office.district)
    into.clear()
    with into:
        if place.doubts:
            with card("地点"):
                for doubt in place.doubts:
                    ui.label(doubt).classes("late")
        if place.by_address and not community:
            _named(office, place.by_address, choose=form["community"].set_value)
        if len(text) >= SHORTEST_TEXT and not category:
            _suggested(office, model.suggest(text), choose=form["category"].set_value)
        _same(proposals)


def _named(office: Office, named: tuple[str, ...], *, choose: Callable[[str], None]) -> None:
    """Offer the communities that the address names; a person presses the right one."""
    with card("地址里写的是"), ui.element("div").classes("buttons"):
        for code in named:
            ui.button(words.place(office.district, code), on_click=partial(choose, code)).props("outline")


def _suggested(office: Office, found: list[Suggestion], *, choose: Callable[[str], None]) -> None:
    """Offer the likeliest categories with their shares; whoever writes chooses, these or another."""
    if not found:
        return
    with card("类别建议"):
        muted("按用词和以往的诉求推算，只供参考；也可以另选。")
        with ui.element("div").classes("buttons"):
            for each in found:
                name = f"{words.category(office.district, each.category)}　{each.share:.0%}"
                ui.button(name, on_click=partial(choose, each.category)).props("outline")


def _same(proposals: list[Proposal]) -> None:
    with card(f"可能是同一件事（{len(proposals)}）"), ui.element("div").classes("items"):
        if not proposals:
            muted("选好社区、类别并写下内容后，这里列出已有的相似诉求。")
            return
        muted("请念给诉求人听。是同一件事也照样登记，再在诉求卷宗里合并：每位诉求人都会收到答复。")
        for proposal in proposals:
            row = proposal.request
            with ui.element("div").classes("item"):
                with ui.element("div").classes("head"):
                    ui.link(row["request_id"], f"/requests/{row['request_id']}", new_tab=True).classes("number")
                    ui.label("已办结" if row["closed_at"] else "在办").classes("tag")
                muted(proposal.why)
                ui.label(masks.words(row["text"]))


async def _register(office: Office, form: dict[str, Any], *, model: CategoryModel) -> None:
    taken: list[str] = []

    async def deed(casebook: AsyncConnection, now: datetime) -> None:
        report = _report(office, form, now=now)
        taken.append((await requests.receive(casebook, report, now=now, district=office.district)).request_id)
        found = [each.category for each in model.suggest(report.text)]
        told = {"request_id": taken[0], "suggested": found, "chosen": report.category}
        await audit.note(casebook, "category_suggested", actor=office.centre, now=now, **told)

    if await office.attempt(deed, done="已登记，正在派单。"):
        ui.navigate.to(f"/requests/{taken[0]}")


def _report(office: Office, form: dict[str, Any], *, now: datetime) -> RequestReport:
    """Return what was written as a report; RejectedInput names the first field that cannot stand."""
    if not form["category"].value or not form["community"].value or not _written(form, "text"):
        raise RejectedInput("请写下内容，并选择社区和事项类别，然后再登记。")
    collecting.must_be_open_to(office.district, LEVEL, channel=_written(form, "channel"))
    values: dict[str, Any] = {name: _written(form, name) or None for name in form}
    values |= {"title": values["text"].splitlines()[0][:TITLE_LETTERS], "received_at": now, "platform": DESK}
    values |= {"urgency": office.district.catalogue[values["category"]].urgency, "external_id": secrets.token_hex(8)}
    try:
        return RequestReport.model_validate(values)
    except ValidationError as error:
        field = str(error.errors(include_url=False, include_input=False)[0]["loc"][0])
        raise RejectedInput(f"“{NAMES.get(field, field)}”的长度或写法不对。请更正后再登记。") from error


def _written(form: dict[str, Any], name: str) -> str:
    return str(form[name].value or "").strip()
