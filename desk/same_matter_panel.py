"""Same matter: what may be it beside this request's own words, and who reported it already; a clerk decides."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui

from casebook import merges, same_matter, words
from casebook.merges import SameMatter
from casebook.same_matter import Proposal
from casebook.views import RequestFile
from desk import masks
from desk.layout import card, muted
from desk.office import Office

Refresh = Callable[[], Any]


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is known about others who reported the same: joined already, or perhaps."""

    joined: list[dict[str, Any]]
    perhaps: list[Proposal]


async def read_matter(office: Office, request: dict[str, Any]) -> Matter:
    """Read who joined a request and, while it is open, what may be the same matter."""
    over = request["closed_at"] or request["withdrawal_asked_at"] or request["merged_into"]
    async with office.reading() as casebook:
        joined = await merges.reporters(casebook, request["request_id"])
        if over:
            return Matter(joined=joined, perhaps=[])
        told = await same_matter.told_of(casebook, request["request_id"])
        perhaps = await same_matter.proposals(casebook, told, district=office.district)
    return Matter(joined=joined, perhaps=perhaps)


def same_matter_panel(office: Office, file: RequestFile, *, matter: Matter, refresh: Refresh) -> None:
    """Draw the merge this request is in, the reporters who joined it, and what may be the same matter."""
    request = file.request
    if request["merged_into"]:
        _merged(office, request, refresh=refresh)
    if matter.joined:
        _joined(office, matter, refresh=refresh)
    if matter.perhaps:
        with card(f"可能是同一件事（{len(matter.perhaps)}）"), ui.element("div").classes("items"):
            muted("系统只按地点、类别、时间和用词提出，是不是同一件事由您判断。")
            for proposal in matter.perhaps:
                _proposal(office, file.request, proposal=proposal, refresh=refresh)


def _merged(office: Office, request: dict[str, Any], *, refresh: Refresh) -> None:
    with card("并案"):
        ui.link(f"已并入 {request['merged_into']}", f"/requests/{request['merged_into']}")
        muted("主诉求办结时，本件的诉求人同样收到评价邀请。并错了可以撤销，本件按原编号重新办理，总时限不变。")
        part = partial(_part, office, request["request_id"], after=refresh)
        with ui.element("div").classes("buttons"):
            ui.button("撤销合并", on_click=part).props("outline")


def _joined(office: Office, matter: Matter, *, refresh: Refresh) -> None:
    rule, count = office.district.same_matter, 1 + len(matter.joined)
    with card(f"多人反映同一件事（共 {count} 次）"), ui.element("div").classes("items"):
        muted(f"满 {rule.urgent_from} 次按紧急办理；满 {'、'.join(map(str, rule.tell_at))} 次各提醒承办单位一次。")
        for row in matter.joined:
            with ui.element("div").classes("item asked"):
                with ui.element("div"):
                    ui.link(row["request_id"], f"/requests/{row['request_id']}").classes("number")
                    muted(f"{words.moment(row['received_at'], office.district.zone)}　{masks.words(row['text'])}")
                part = partial(_part, office, row["request_id"], after=refresh)
                ui.button("撤销合并", on_click=part).props("flat dense")


def _proposal(office: Office, mine: dict[str, Any], *, proposal: Proposal, refresh: Refresh) -> None:
    theirs = proposal.request
    with ui.element("div").classes("item"):
        with ui.element("div").classes("head"):
            ui.link(theirs["request_id"], f"/requests/{theirs['request_id']}").classes("number")
            if theirs["closed_at"]:
                ui.label("已办结，只供参考").classes("tag")
        muted(proposal.why).classes("sentence")
        with ui.element("div").classes("two"):
            for name, row in (("本件", mine), ("这一件", theirs)):
                with ui.element("div"):
                    muted(f"{name}　{words.moment(row['received_at'], office.district.zone)}")
                    ui.label(masks.words(row["text"])).style("white-space: pre-wrap")
        pair = (mine["request_id"], theirs["request_id"])
        with ui.element("div").classes("buttons"):
            if not theirs["closed_at"]:
                merge = partial(_merge, office, pair, after=refresh)
                ui.button("合并", on_click=merge).props("unelevated")
            no = partial(_different, office, pair, after=refresh)
            ui.button("不是同一件事", on_click=no).props("outline")


async def _merge(office: Office, pair: tuple[str, str], *, after: Refresh) -> None:
    """Ask once more; the main request is the one that others joined already, else the earlier one."""
    async with office.reading() as casebook:
        joined = {each: len(await merges.reporters(casebook, each)) for each in sorted(pair)}
    main_id = max(joined, key=lambda each: joined[each])
    [request_id] = set(pair) - {main_id}
    _merge_dialog(office, SameMatter(request_id=request_id, main_id=main_id, person=office.centre), after=after)


def _merge_dialog(office: Office, decided: SameMatter, *, after: Refresh) -> None:
    with ui.context.client.content, ui.dialog() as dialog, ui.card().style("max-width: 92vw"):
        ui.label(
            f"把 {decided.request_id} 并入 {decided.main_id}？前者的工单随即收回；办结时每位诉求人都会收到评价邀请。"
        )

        async def merge() -> None:
            await office.attempt(
                lambda casebook, now: merges.merge(casebook, decided, district=office.district, now=now),
                done="已并案，工单随后收回；并错了可以撤销。",
            )
            dialog.close()
            after()

        with ui.element("div").classes("buttons"):
            ui.button("确认合并", on_click=merge).props("unelevated")
            ui.button("取消", on_click=dialog.close).props("flat")
    dialog.open()


async def _different(office: Office, pair: tuple[str, str], *, after: Refresh) -> None:
    await office.attempt(
        lambda casebook, now: merges.judge_different(casebook, pair, person=office.centre, now=now),
        done="已记下，不再提出这一件。",
    )
    after()


async def _part(office: Office, request_id: str, *, after: Refresh) -> None:
    await office.attempt(
        lambda casebook, now: merges.part(casebook, request_id, person=office.centre, now=now),
        done=f"已撤销，{request_id} 重新开始办理。",
    )
    after()
