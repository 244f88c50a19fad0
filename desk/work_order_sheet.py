"""A work order's sheet: what is known of it, and the cards that only show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nicegui import ui

from casebook import (
    appeals,
    directory,
    dispatching,
    memory,
    memory_words,
    mutual_ratings,
    open311,
    requests,
    sentences,
    speed_ups,
    suspensions,
    views,
    words,
    work_orders,
)
from casebook.appeal_rules import Offers
from casebook.memory import Evidence
from casebook.views import RequestFile
from desk import masks
from desk.co_units_panel import Team, read_teams
from desk.enforcement_panel import Site, read_site
from desk.layout import card, facts, heading, light, muted, remaining
from desk.office import Office
from desk.supplement_rows import supplement_rows

STREETS_OWN = frozenset({"centre", "street_office"})


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the page shows of one work order."""

    order: dict[str, Any]
    file: RequestFile
    caller: dict[str, Any]
    units: dict[str, str]
    light: str
    teams: list[Team]
    site: Site | None
    earlier: list[Evidence]
    brought: dict[str, Any]
    standing: dict[str, Any] | None
    suspended: list[dict[str, Any]]
    shortened: list[dict[str, Any]]
    to_judge: list[str]
    offered: Offers

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a report."""
        return not (self.order["reported_at"] or self.order["closed_at"])

    @property
    def address_to_go_to(self) -> str:
        """The address, for as long as somebody has to get there."""
        return (self.caller["address"] or "") if self.is_open else ""

    def mine(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows that belong to this work order."""
        return [row for row in rows if row["work_order_id"] == self.order["work_order_id"]]


async def read_sheet(office: Office, work_order_id: str) -> Sheet:
    """Return what is known of a work order; RejectedInput when there is none of that number."""
    async with office.reading() as casebook:
        order = await work_orders.get(casebook, work_order_id)
        request_id = order["request_id"]
        file = await views.request_file(casebook, request_id)
        caller = await requests.caller_of(casebook, request_id)
        brought = await open311.brought_with(casebook, request_id)
        units = await dispatching.choices(casebook, request_id, now=office.clock())
        lit = (await views.lights_of_request(casebook, request_id)).get(work_order_id, "ended")
        standing = await suspensions.standing(casebook, work_order_id, now=office.clock())
        suspended = await suspensions.of_order(casebook, work_order_id)
        shortened = await speed_ups.of_order(casebook, work_order_id)
        offered = await appeals.offered_for(casebook, order)
        unit = await directory.unit(casebook, order["unit"], at=office.clock()) or {}
        to_judge = await mutual_ratings.to_judge(casebook, order)
        earlier = await memory.earlier(casebook, order) if order["kind"] in memory.DECIDING else []
    of_street = unit.get("level") == "street" and unit.get("kind") in STREETS_OWN
    return Sheet(
        order=order,
        file=file,
        caller=caller,
        units=units,
        light=lit,
        teams=await read_teams(office, file.request["community"]) if order["kind"] == work_orders.LEAD else [],
        site=await read_site(office, file, caller=order["unit"]) if of_street else None,
        earlier=earlier,
        brought=brought,
        standing=standing,
        suspended=suspended,
        shortened=shortened,
        to_judge=to_judge,
        offered=offered,
    )


def draw_head(office: Office, sheet: Sheet) -> None:
    """Draw the number, the kind and the light."""
    order = sheet.order
    with ui.element("div").classes("head"):
        with ui.element("div"):
            heading(f"{words.word(office.district.kinds, order['kind'])}工单", level=1)
            muted(order["work_order_id"]).classes("number")
        light(sheet.light)


def draw_matter(office: Office, sheet: Sheet) -> None:
    """Draw what is to be done, where and for whom."""
    request, district = sheet.file.request, office.district
    with card("办什么"):
        facts(
            [
                ("承办单位", words.word(sheet.file.unit_names, sheet.order["unit"])),
                ("类别", words.category(district, request["category"])),
                ("地点", words.place(district, request["community"])),
                ("详细地址", sheet.address_to_go_to),
                ("紧急程度", words.URGENCIES[request["urgency"]]),
                ("标题", masks.words(request["title"])),
                ("内容", masks.words(request["text"])),
                *supplement_rows(office, sheet.file),
            ]
        )
        ui.link("查看诉求卷宗", f"/requests/{request['request_id']}")


def draw_deadline(office: Office, sheet: Sheet) -> None:
    """Draw until when, and why."""
    zone, entries = office.district.zone, sheet.mine(sheet.file.deadlines)
    names = sentences.names_for(sheet.file.unit_names, office.district)
    with card("期限"):
        if not entries:
            muted("正在计算期限，请稍后刷新。")
            return
        newest = entries[-1]
        if sheet.is_open:
            late = newest["red_at"] <= office.clock()
            left = ui.label(remaining(newest["red_at"], now=office.clock())).classes("late" if late else "")
            left.style("font-size: 20px; font-weight: 650")
        ui.label(f"期限 {words.moment(newest['red_at'], zone)}")
        for entry in reversed(entries):
            muted(sentences.deadline_sentence(entry, zone=zone, names=names)).classes("sentence")
        for extension in sheet.mine(sheet.file.extensions):
            muted(_extension_sentence(office, extension, basis=newest["basis"]))
        for at, what, why in _why_moved(sheet):
            muted(f"{words.moment(at, zone)} {what}：{masks.words(why)}")


def _why_moved(sheet: Sheet) -> list[tuple[datetime, str, str]]:
    """Return when the clock was suspended or shortened, and the reason that was written."""
    moved = [(each["suspended_at"], "暂停计时", each["note"]) for each in sheet.suspended]
    moved += [(each["ordered_at"], "缩短时限", each["reason"]) for each in sheet.shortened]
    return sorted(moved)


def _extension_sentence(office: Office, extension: dict[str, Any], *, basis: str) -> str:
    verdict = {None: "等待批复", True: "已批准", False: "未批准"}[extension["granted"]]
    at = words.moment(extension["requested_at"], office.district.zone)
    return f"{at} 申请延期 {words.hours(extension['hours'])} {words.word(words.BASES, basis)}：{verdict}。"


def draw_earlier(office: Office, sheet: Sheet) -> None:
    """Show what was decided in alike cases; it proposes, the person decides."""
    if sheet.order["kind"] in memory.DECIDING:
        with card("同类事项以前怎么定的"):
            for evidence in sheet.earlier:
                ui.label(memory_words.evidence_sentence(evidence, office.district)).classes("sentence")
            if not sheet.earlier:
                muted("没有先例。")


def draw_reported(office: Office, sheet: Sheet) -> None:
    """Draw what was answered."""
    order, zone = sheet.order, office.district.zone
    at = words.moment(order["reported_at"] or order["closed_at"], zone)
    with card("回单"):
        facts(
            [
                ("结果", words.word(words.OUTCOMES, order["outcome"])),
                ("时间", at),
                ("理由", words.return_reason(office.district, order["reason_code"])),
                ("指定单位", words.word(sheet.file.unit_names, order["assigned_unit"])),
                ("说明", masks.words(order["note"] or "")),
            ]
        )
        ui.link("返回单位工单", f"/units/{order['unit']}")
