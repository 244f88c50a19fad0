"""诉求进度: the caller's own page behind the link in the SMS. No log-in, nothing personal but what is added here."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from casebook import citizen_links, citizen_view, supplements, words
from casebook.citizen_view import CitizenView
from casebook.errors import RejectedInput
from desk.layout import card, heading, muted
from desk.office import Office


async def build(office: Office, token: str) -> None:
    """Draw the page of one request."""

    @ui.refreshable
    async def live() -> None:
        async with office.reading() as casebook:
            view = await citizen_view.behind(casebook, token, now=office.clock())
        _standing(office, view)
        _steps(office, view)
        if view.is_open:
            _supplement(office, token, refresh=live.refresh)

    await live()


def _standing(office: Office, view: CitizenView) -> None:
    heading(view.standing, level=1)
    request, district = view.request, office.district
    with card():
        ui.label(f"诉求编号 {request['request_id']}").classes("number")
        ui.label(f"{words.category(district, request['category'])}　{words.place(district, request['community'])}")
        if view.is_open and view.promised_at:
            promised = words.moment(view.promised_at, district.zone)
            if view.promised_at > office.clock():
                ui.label(f"承诺 {promised} 前办结")
            else:
                ui.label(f"已超过承诺的 {promised}，正在督促办理，请谅解。").classes("late")
        if view.rating_token:
            ui.button("请您评价", on_click=lambda: ui.navigate.to(f"/r/{view.rating_token}")).props("unelevated")


def _steps(office: Office, view: CitizenView) -> None:
    with card("经过"), ui.element("div").classes("items"):
        for at, sentence in view.steps:
            with ui.element("div").classes("item event"):
                muted(words.moment(at, office.district.zone)).classes("number")
                ui.label(sentence)


def _supplement(office: Office, token: str, *, refresh: Callable[[], Any]) -> None:
    with card("有补充的情况"):
        text = ui.textarea(placeholder="例如：现在更严重了；具体在几号门口。").props(
            f'outlined autogrow maxlength={supplements.WORDS_MOST} aria-label="补充内容"'
        )
        text.classes("w-full")

        async def send() -> None:
            async def deed(casebook: Any, now: Any) -> None:
                view = await citizen_view.behind(casebook, token, now=now)
                if not view.is_open:
                    raise RejectedInput("这件诉求已经结束，不能再补充。请通过原来的渠道再次反映。")
                request = await citizen_links.request_behind(casebook, token)
                words_added = text.value or ""
                await supplements.add_words(casebook, request["request_id"], words_added, now=now)

            if await office.attempt(deed, done="已收到您的补充，办理单位会看到。"):
                refresh()

        ui.button("提交补充", on_click=send).props("unelevated")
        muted("请不要写身份证号、银行卡号。")
