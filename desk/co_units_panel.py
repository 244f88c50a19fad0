"""牵头与协办: what a lead sees of its co-units and does about them; what a centre sees of a disagreement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from casebook import co_units, joint_work, words
from casebook.co_units import Invitation
from casebook.views import RequestFile
from desk import masks
from desk.layout import card, facts, muted
from desk.office import Office

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Team:
    """A response team with its standing members by code and name."""

    code: str
    name: str
    members: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A lead's open work order with all that its panel shows."""

    order: dict[str, Any]
    file: RequestFile
    units: dict[str, str]
    teams: Sequence[Team]


async def read_teams(office: Office, community: str) -> list[Team]:
    """Return the response teams that may be called to a community."""
    now = office.clock()
    async with office.reading() as casebook:
        found = await co_units.teams_for(casebook, community, at=now)
        members = {team["code"]: await co_units.team_members(casebook, team["code"], at=now) for team in found}
    return [
        Team(
            code=team["code"], name=team["name"], members={unit["code"]: unit["name"] for unit in members[team["code"]]}
        )
        for team in found
    ]


def lead_panel(office: Office, lead: Lead, *, refresh: Callable[[], Any]) -> None:
    """Draw the co-units of a lead's work order, and the ways to call one in or to release one."""
    with card(f"协办（{len(lead.file.co_tasks)}）"):
        if not lead.file.co_tasks:
            muted("没有协办单位。")
        with ui.element("div").classes("items"):
            for task in lead.file.co_tasks:
                _task(office, lead, task=task, refresh=refresh)
        with ui.expansion("请单位协办").classes("inner w-full").props("dense"), ui.element("div").classes("stack"):
            _call_unit(office, lead, refresh=refresh)
        if lead.teams:
            with (
                ui.expansion("请响应专项组").classes("inner w-full").props("dense"),
                ui.element("div").classes("stack"),
            ):
                _call_team(office, lead, refresh=refresh)


def _task(office: Office, lead: Lead, *, task: dict[str, Any], refresh: Callable[[], Any]) -> None:
    with ui.element("div").classes("item asked co-task"):
        with ui.element("div"):
            ui.label(words.word(lead.file.unit_names, task["unit"]))
            origin = words.word(words.CO_TASK_ORIGINS, task["origin"])
            muted(f"{joint_work.task_state(task)}　{origin}")
        if task["ended_at"] is None:
            release = ui.button("请其退出", on_click=lambda: _release_dialog(office, task["co_task_id"], after=refresh))
            release.props("outline dense padding='2px 10px'")


def _call_unit(office: Office, lead: Lead, *, refresh: Callable[[], Any]) -> None:
    unit = ui.select(lead.units, label="协办单位（可按名称查找）", with_input=True).props(
        "outlined dense options-dense"
    )
    unit.classes("w-full co-unit")
    reason = _reason("请其协办的理由")

    async def call() -> None:
        invitation = Invitation(units=(unit.value,) if unit.value else (), reason=_text(reason))
        await _call(office, lead, invitation=invitation, refresh=refresh)

    ui.button("请其协办", on_click=call).props("outline")


def _call_team(office: Office, lead: Lead, *, refresh: Callable[[], Any]) -> None:
    teams = {team.code: team for team in lead.teams}
    chosen = ui.select({code: team.name for code, team in teams.items()}, label="响应专项组")
    chosen.props("outlined dense options-dense").classes("w-full team")
    boxes: dict[str, ui.checkbox] = {}

    @ui.refreshable
    def members() -> None:
        boxes.clear()
        if chosen.value:
            muted("本案需要哪些成员单位（逐一下达协办工单）：")
            with ui.element("div").classes("choices"):
                for code, name in teams[chosen.value].members.items():
                    boxes[code] = ui.checkbox(name, value=True)

    members()
    chosen.on_value_change(members.refresh)
    reason = _reason("请其协办的理由")

    async def call() -> None:
        wanted = tuple(code for code, box in boxes.items() if box.value)
        invitation = Invitation(units=wanted, reason=_text(reason), team=chosen.value)
        await _call(office, lead, invitation=invitation, refresh=refresh)

    ui.button("请所选成员协办", on_click=call).props("outline")


async def _call(office: Office, lead: Lead, *, invitation: Invitation, refresh: Callable[[], Any]) -> None:
    number = lead.order["work_order_id"]
    if await office.attempt(
        lambda casebook, now: co_units.call_in(casebook, number, invitation, now=now),
        done="已请其协办，协办工单随后下达。",
    ):
        refresh()


def _release_dialog(office: Office, co_task_id: str, *, after: Callable[[], Any]) -> None:
    with ui.context.client.content, ui.dialog() as dialog, ui.card().style("width: 420px; max-width: 92vw"):
        ui.label("请这家单位退出协办？它未回的工单随即收回，不计它的得失。")
        reason = _reason("退出的理由")

        async def release() -> None:
            if await office.attempt(
                lambda casebook, now: co_units.release(casebook, co_task_id, reason=_text(reason), now=now),
                done="已请其退出协办。",
            ):
                dialog.close()
                after()

        with ui.element("div").classes("buttons"):
            ui.button("确认退出", on_click=release).props("unelevated")
            ui.button("取消", on_click=dialog.close).props("flat")
    dialog.open()


def dispute_panel(order: dict[str, Any], file: RequestFile) -> None:
    """Show to the centre that rules: which co-unit disagrees and why, and who called it."""
    task = next((task for task in file.co_tasks if task["co_task_id"] == order["about"]), None)
    if task is None:
        return
    reports = [other for other in file.work_orders if other["about"] == order["about"] and other["reported_at"]]
    words_of_unit = next((other["note"] for other in reports if other["outcome"] == "disagrees"), None)
    with card("要裁定的异议"):
        facts(
            [
                ("协办单位", words.word(file.unit_names, task["unit"])),
                ("由谁请来", words.word(file.unit_names, task["called_by"]) or words.CO_TASK_ORIGINS["rule"]),
                ("请其协办的理由", masks.words(task["call_reason"] or "")),
                ("异议", words.word(words.JOINT_REASONS, task["disagreement"])),
                ("说明", masks.words(words_of_unit or "")),
            ]
        )


def _reason(label: str) -> ui.textarea:
    return ui.textarea(label).props(f"outlined autogrow maxlength={LONGEST_REASON}").classes("w-full")


def _text(field: ui.textarea) -> str:
    return (field.value or "").replace("\x00", "").strip()
