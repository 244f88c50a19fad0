"""请您评价: the page behind the link in the SMS. No log-in, nothing personal."""

from typing import Any

from nicegui import ui

from casebook import ratings, requests, words
from casebook.errors import RejectedInput
from desk.form_file import read_form
from desk.form_view import FormView
from desk.layout import card, heading, muted
from desk.office import Office

FORM = "rating"


async def build(office: Office, token: str) -> None:
    """Draw the rating page of one invitation: open, done or expired."""
    async with office.reading() as casebook:
        invitation = await ratings.by_token(casebook, token)
        request = await requests.get(casebook, invitation["request_id"])
    heading("诉求办理评价", level=1)
    with card():
        ui.label(f"诉求编号 {invitation['request_id']}").classes("number")
        muted(words.category(office.district, request["category"]))
        muted(words.place(office.district, request["community"]))

    @ui.refreshable
    async def live() -> None:
        async with office.reading() as casebook:
            _answer(office, await ratings.by_token(casebook, token), refresh=live.refresh)

    await live()


def _answer(office: Office, invitation: dict[str, Any], *, refresh: Any) -> None:
    due = words.moment(invitation["due_at"], office.district.zone)
    with card():
        if invitation["rated_at"]:
            heading("谢谢您的评价")
            muted("您的评价已经记入办理单位的得分。")
        elif invitation["closed_at"] or invitation["due_at"] <= office.clock():
            heading("评价已经截止")
            muted(f"本次评价在 {due} 截止。如果问题还没有解决，请通过原来的渠道再次反映。")
        else:
            view = FormView(read_form(office.settings.bpmn, FORM), choices={})

            async def submit() -> None:
                if view.is_complete() and await _rate(office, invitation["token"], view=view):
                    refresh()

            ui.button("提交评价", on_click=submit).props("unelevated").classes("submit")
            muted(f"请在 {due} 前提交，只能提交一次。")


async def _rate(office: Office, token: str, *, view: FormView) -> bool:
    answers = view.answers()
    stars = str(answers.get("satisfaction") or "")

    async def deed(casebook: Any, now: Any) -> None:
        if not stars.isdecimal():
            raise RejectedInput("评价内容不完整。请选择满意程度。")
        answer = {
            "resolved": answers.get("resolved"),
            "satisfaction": int(stars),
            "comment": answers.get("comment") or "",
        }
        await ratings.rate(casebook, token, answer, now=now)

    return await office.attempt(deed, done="评价已提交，谢谢您。")
