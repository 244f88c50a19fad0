"""单位目录: look a unit up; who is above it, who is on duty now and why, what is open."""

from datetime import datetime
from typing import Any

from nicegui import ui

from casebook import unit_profile, views, words
from casebook.directory_words import KINDS, LEVELS
from casebook.unit_profile import Profile
from desk import masks
from desk.layout import card, facts, heading, muted
from desk.office import Office
from desk.work_rows import work_row

UNITS_MOST = 40


async def build_list(office: Office) -> None:
    """Draw the units in force, with a search by name or code."""
    heading("单位目录", level=1)
    muted("改动目录：./minhu directory export 导出表格，改好后 ./minhu directory import 导入。")
    with card():
        field = ui.input(placeholder="按单位名称或编码查找").props("outlined dense clearable").classes("w-full filter")

        @ui.refreshable
        async def matching() -> None:
            async with office.reading() as casebook:
                wanted = (field.value or "").strip()
                found = await unit_profile.find_units(casebook, wanted, at=office.clock(), most=UNITS_MOST + 1)
            _list(found)

        await matching()
        field.on_value_change(matching.refresh)


def _list(found: list[dict[str, Any]]) -> None:
    with ui.element("div").classes("items"):
        for unit in found[:UNITS_MOST]:
            with ui.element("div").classes("item unit"):
                ui.link(unit["name"], f"/directory/{unit['code']}")
                muted(f"{LEVELS[unit['level']]} · {KINDS[unit['kind']]}")
    if not found:
        muted("没有名称或编码里含这几个字的单位。")
    if len(found) > UNITS_MOST:
        muted(f"只列出前 {UNITS_MOST} 个，请输入名称查找。")


async def build_unit(office: Office, unit: str) -> None:
    """Draw one unit of the directory as it is now."""
    now = office.clock()
    async with office.reading() as casebook:
        found = await unit_profile.profile(casebook, unit, district=office.district, now=now)
        orders = await views.open_work(casebook, unit=unit)
    heading(found.unit["name"], level=1)
    if not found.in_force:
        ui.label("这个单位现在不在目录里（已撤销，或尚未设立）。").classes("late")
    _about(office, found)
    _duty(office, found)
    with card(f"在办工单（{len(orders)}）"):
        if not orders:
            muted("没有等待回单的工单。")
        with ui.element("div").classes("items"):
            for row in orders:
                work_row(office, row)
    _staff(found)
    _belonging(found)
    _changes(office, found, now=now)


def _about(office: Office, found: Profile) -> None:
    unit, places = found.unit, {place.code: place.name for place in office.district.places}
    with card():
        facts(
            [
                ("编码", unit["code"]),
                ("类型", f"{LEVELS[unit['level']]} · {KINDS[unit['kind']]}"),
                ("角色", words.word(office.district.roles, unit["role"])),
                ("服务地点", places.get(unit["area"], office.district.name)),
                ("工作时间", f"{found.hours}，现在{'是' if found.at_work else '不是'}工作时间"),
            ]
        )
        with ui.element("div").classes("chain"):
            muted("上级：")
            for code, name in found.above:
                ui.link(name, f"/directory/{code}")
            if not found.above:
                muted("没有上级")


def _duty(office: Office, found: Profile) -> None:
    with card(f"现在找谁（{words.moment(office.clock(), office.district.zone)}）"), ui.element("div").classes("items"):
        for duty, answer in found.on_duty.items():
            with ui.element("div").classes("item event"):
                ui.label(words.DUTIES[duty])
                with ui.element("div"):
                    if answer is None:
                        ui.label("找不到任何人。请在单位目录的表“人员”里补值班员。").classes("late")
                        continue
                    ui.label(f"{answer.person.name}　{masks.phone(answer.person.phone)}")
                    muted(answer.why).classes("late" if answer.climbed else "")


def _staff(found: Profile) -> None:
    with card(f"人员（{len(found.people)}）"):
        with ui.element("div").classes("items"):
            for person in found.people:
                with ui.element("div").classes("item unit"):
                    ui.label(person["name"])
                    muted(f"{words.DUTIES[person['duty']]}　{masks.phone(person['phone'])}")
        if not found.people:
            muted("没有人员，通知会转到上级。")
        for line in found.shifts:
            ui.label(f"值班：{line}").classes("sentence")


def _belonging(found: Profile) -> None:
    for title, rows in (("成员单位", found.members), ("所在专项组和中心", found.teams)):
        if rows:
            with card(f"{title}（{len(rows)}）"), ui.element("div").classes("items"):
                for row in rows:
                    with ui.element("div").classes("item unit"):
                        ui.link(row["unit_name"], f"/directory/{row['code']}")
                        muted(row["part"])


def _changes(office: Office, found: Profile, *, now: datetime) -> None:
    zone, places = office.district.zone, {place.code: place.name for place in office.district.places}
    with card("沿革"), ui.element("div").classes("items"):
        for version in found.versions:
            ends = version["valid_to"]
            with ui.element("div").classes("item event"):
                ui.label(f"{version['valid_from'].astimezone(zone):%Y-%m-%d} 起")
                where = places.get(version["area"], office.district.name)
                text = f"{version['name']}，上级：{version['unit_name'] or '无'}，服务地点：{where}"
                until = f"，至 {ends.astimezone(zone):%Y-%m-%d %H:%M} 止" if ends else ""
                ui.label(text + until + ("（尚未生效）" if version["valid_from"] > now else ""))
