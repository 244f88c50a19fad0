"""请您评价: the page behind the link in the SMS, without log-in and without anything personal; and a calling unit's."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from casebook import directory, rating_links, ratings, requests, views, words
from casebook.errors import RejectedInput
from desk import masks
from desk.layout import card, facts, heading, muted
from desk.office import Deed, Office
from desk.rating_form import answer_of, rating_view

Read = Callable[[Any], Awaitable[dict[str, Any]]]
Write = Callable[[dict[str, Any]], Deed]


async def build(office: Office, token: str) -> None:
    """Draw the rating page of one invitation: open, done or expired."""
    async with office.reading() as casebook:
        invitation = await rating_links.behind(casebook, token)
        request = await requests.get(casebook, invitation["request_id"])
    heading("诉求办理评价", level=1)
    with card():
        ui.label(f"诉求编号 {invitation['request_id']}").classes("number")
        muted(words.category(office.district, request["category"]))
        muted(words.place(office.district, request["community"]))

    def rate(answer: dict[str, Any]) -> Deed:
        return lambda casebook, now: ratings.rate(casebook, token, answer, now=now)

    await _live(office, lambda casebook: rating_links.behind(casebook, token), write=rate)


async def build_at_desk(office: Office, rating_id: str) -> None:
    """Draw what a unit that called is asked to rate: the matter, what was reported, the form."""
    async with office.reading() as casebook:
        invitation = await ratings.get(casebook, rating_id)
        unit = await directory.unit(casebook, invitation["unit"] or "", at=office.clock())
        request_id = invitation["main_id"] or invitation["request_id"]
        file = await views.request_file(casebook, request_id)
    if invitation["way"] != "desk" or unit is None:
        raise RejectedInput("这一次评价不在单位工作台进行。")
    heading("评价办理结果", level=1)
    ui.link(f"返回{unit['name']}", f"/units/{unit['code']}")
    reported = [order for order in file.work_orders if order["kind"] == "handling" and order["reported_at"]]
    with card("本单位提出的诉求"):
        facts(
            [
                ("诉求编号", invitation["request_id"]),
                ("类别", words.category(office.district, file.request["category"])),
                ("地点", words.place(office.district, file.request["community"])),
                ("内容", masks.words(file.request["text"])),
                ("承办单位", words.word(file.unit_names, file.request["lead_unit"])),
                ("办理结果", masks.words(reported[-1]["note"] or "") if reported else ""),
            ]
        )

    def rate(answer: dict[str, Any]) -> Deed:
        return lambda casebook, now: ratings.rate_at_desk(casebook, rating_id, answer, by=unit["code"], now=now)

    await _live(office, lambda casebook: ratings.get(casebook, rating_id), write=rate)


async def to_rate_at_desk(office: Office, unit: str) -> None:
    """Draw the card of a unit's page that leads to what it is asked to rate; nothing when there is nothing."""
    async with office.reading() as casebook:
        invited = await ratings.at_desk_of(casebook, unit, now=office.clock())
    if not invited:
        return
    with card(f"请本单位评价（{len(invited)}）"), ui.element("div").classes("items"):
        for each in invited:
            with ui.element("div").classes("item to-rate"):
                ui.link(each["request_id"], f"/ratings/{each['rating_id']}").classes("number")
                ui.label(words.category(office.district, each["category"]))
                muted(words.place(office.district, each["community"]))
                muted(f"{words.moment(each['due_at'], office.district.zone)} 截止")


async def _live(office: Office, read: Read, *, write: Write) -> None:
    @ui.refreshable
    async def live() -> None:
        async with office.reading() as casebook:
            _answer(office, await read(casebook), write=write, refresh=live.refresh)

    await live()


def _answer(office: Office, invitation: dict[str, Any], *, write: Write, refresh: Callable[[], Any]) -> None:
    due = words.moment(invitation["due_at"], office.district.zone)
    with card():
        if invitation["rated_at"]:
            heading("谢谢您的评价")
            muted("您的评价已经记入办理单位的得分。")
        elif invitation["closed_at"] or invitation["due_at"] <= office.clock():
            heading("评价已经截止")
            muted(f"本次评价在 {due} 截止。如果问题还没有解决，请通过原来的渠道再次反映。")
        else:
            view = rating_view(office)

            async def submit() -> None:
                async def deed(casebook: Any, now: Any) -> None:
                    await write(answer_of(view))(casebook, now)

                if view.is_complete() and await office.attempt(deed, done="评价已提交，谢谢您。"):
                    refresh()

            ui.button("提交评价", on_click=submit).props("unelevated").classes("submit")
            muted(f"请在 {due} 前提交，只能提交一次。")
