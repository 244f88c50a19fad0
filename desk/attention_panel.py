"""What only a person can settle, at the top of 指挥中心: messages that reached nobody, answers that contradict."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from nicegui import ui

from casebook import city_replies, district_reports, failed_messages, supervision_orders, words
from casebook.engine import AsyncConnection
from desk import masks
from desk.layout import card, muted
from desk.office import Office

MOST_MESSAGES = 50


class Settling(Protocol):
    """A deed of `failed_messages` by which a person settles a message."""

    async def __call__(self, casebook: AsyncConnection, message_id: int, *, person: str, now: datetime) -> None:
        """Settle it."""


async def needs_a_person(office: Office, *, refresh: Callable[[], Any]) -> None:
    """Draw a card for each kind of which there is something; nothing when all is well."""
    async with office.reading() as casebook:
        said = await city_replies.contradictions(casebook)
        unsettled = await failed_messages.for_a_person(casebook, most=MOST_MESSAGES)
        in_trouble = await supervision_orders.obstacles(casebook)
        unread = await district_reports.waiting(casebook)
    _reports(office, unread)
    zone = office.district.zone
    if in_trouble:
        with card(f"督办报告困难（{len(in_trouble)}）"), ui.element("div").classes("items"):
            muted("承办单位在督办回复里说有困难。请协调；再次督办或诉求办结后不再列出。")
            for row in in_trouble:
                at = words.moment(row["ended_at"], zone)
                _about(row["request_id"], f"{row['unit_name']}　{at}　{masks.words(row['reply'] or '')}")
    if said:
        with card(f"市级平台前后答复不一（{len(said)}）"), ui.element("div").classes("items"):
            muted("先到的答复已经采用，后到的没有采用。请与市级平台核实。")
            for row in said:
                first, later = words.CITY_SAYS[row["answer"]], words.CITY_SAYS[row["kind"]]
                at = words.moment(row["received_at"], zone)
                _about(row["request_id"], f"先答复“{first}”，{at} 又答复“{later}”")
    if unsettled:
        with card(f"没有送到的消息（{len(unsettled)}）"), ui.element("div").classes("items"):
            muted("失败或待核实的消息不会自动再发。请先打电话问对方收到没有，再选一项；内容见诉求卷宗。")
            for row in unsettled:
                _unsettled(office, row, refresh=refresh)


def _reports(office: Office, unread: list[district_reports.Report]) -> None:
    if not unread:
        return
    with card(f"通报等待审批（{len(unread)}）"), ui.element("div").classes("items"):
        for version in unread:
            with ui.element("div").classes("item asked"), ui.element("div"):
                ui.link(district_reports.document_number(version, district=office.district), _page(version))
                muted(f"第 {version['version']} 版　{words.moment(version['made_at'], office.district.zone)} 编好")


def _page(version: district_reports.Report) -> str:
    return f"/reports/{version['report_id']}"


def _unsettled(office: Office, row: dict[str, Any], *, refresh: Callable[[], Any]) -> None:
    """Draw a message of which nobody knows, or that failed, with what a person can do about it."""
    state, event = words.word(words.MESSAGE_STATES, row["state"]), words.word(words.EVENTS, row["event"])
    at, number = words.moment(row["queued_at"], office.district.zone), row["request_id"]
    with ui.element("div").classes("item asked unsettled"):
        with ui.element("div"):
            ui.link(number, f"/requests/{number}").classes("number")
            muted(f"{event}　{state}　{at}　{masks.phone(row['phone'])}")
        with ui.element("div").classes("buttons"):
            confirm = partial(_settle, office, failed_messages.confirm, row=row, refresh=refresh)
            ui.button("对方已知悉", on_click=confirm).props("outline dense padding='2px 10px'")
            again = partial(_settle, office, failed_messages.send_again, row=row, refresh=refresh)
            ui.button("再发一次", on_click=again).props("outline dense padding='2px 10px'")


async def _settle(office: Office, deed: Settling, *, row: dict[str, Any], refresh: Callable[[], Any]) -> None:
    again = deed is failed_messages.send_again
    await office.attempt(
        lambda casebook, now: deed(casebook, row["message_id"], person=office.centre, now=now),
        done="已重新发送，结果见诉求卷宗。" if again else "已记录：对方已知悉。",
    )
    refresh()


def _about(request_id: str, what: str) -> None:
    with ui.element("div").classes("item asked"), ui.element("div"):
        ui.link(request_id, f"/requests/{request_id}").classes("number")
        muted(what)
