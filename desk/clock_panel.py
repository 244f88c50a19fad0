"""What may be done to a work order's clock: more time, a standstill, less time. Each says who, why and until when."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from nicegui import ui

from casebook import extensions, speed_ups, suspensions, words, work_orders
from casebook.engine import AsyncConnection
from desk.layout import muted
from desk.office import Office

LONGEST_REASON = 500
Refresh = Callable[[], Any]


def clock_panel(office: Office, order: dict[str, Any], *, standing: dict[str, Any] | None, refresh: Refresh) -> None:
    """Draw what this kind of work order allows; `standing`: the suspension under which its clock stands still."""
    rules = office.district.clock
    _extension(office, order, refresh=refresh)
    if standing:
        _resumption(office, order, standing=standing, refresh=refresh)
    elif order["kind"] in rules.suspension.kinds:
        _suspension(office, order, refresh=refresh)
    if order["kind"] in rules.speed_up.kinds:
        _speed_up(office, order, refresh=refresh)


def _extension(office: Office, order: dict[str, Any], *, refresh: Refresh) -> None:
    with ui.expansion("申请延期").classes("card").props("dense"), ui.element("div").classes("stack"):
        hours = _hours("延长几个小时", most=office.district.clock.extension.hours_most)
        reason = _reason("理由")

        async def ask() -> None:
            wish = extensions.MoreTime(hours=float(hours.value or 0), reason=_text(reason))
            if not hours.value or not wish.reason:
                ui.notify("请填写延长的小时数和理由。", type="warning")
                return

            async def deed(casebook: AsyncConnection, now: datetime) -> None:
                await extensions.ask(casebook, order["work_order_id"], wish, district=office.district, now=now)

            if await office.attempt(deed, done="延期申请已提交，等指挥中心批复。"):
                refresh()

        ui.button("提交延期申请", on_click=ask).props("outline")


def _suspension(office: Office, order: dict[str, Any], *, refresh: Refresh) -> None:
    rule = office.district.clock.suspension
    with ui.expansion("暂停计时").classes("card").props("dense"), ui.element("div").classes("stack"):
        code = ui.select(dict(rule.reasons), label="为什么暂停").props("outlined dense").classes("w-full")
        note = _reason("情况说明")
        days = ui.number("最多暂停几天", min=1, max=rule.days_most, step=1).props("outlined dense").classes("w-full")
        muted("到期自动恢复计时，也可随时恢复；暂停期间不计时，剩下的时间原样保留。")

        async def suspend() -> None:
            if not code.value or not _text(note) or not days.value:
                ui.notify("请选择理由，写明情况和最多暂停几天。", type="warning")
                return

            async def deed(casebook: AsyncConnection, now: datetime) -> None:
                wish = suspensions.Standstill(
                    reason_code=code.value,
                    note=_text(note),
                    until=now + timedelta(days=float(days.value or 0)),
                    person=order["unit"],
                )
                mine = await work_orders.get_in_turn(casebook, order["work_order_id"])
                await suspensions.suspend(casebook, mine, wish, district=office.district, now=now)

            if await office.attempt(deed, done="已暂停计时，期限正在重新计算。"):
                refresh()

        ui.button("暂停计时", on_click=suspend).props("outline")


def _resumption(office: Office, order: dict[str, Any], *, standing: dict[str, Any], refresh: Refresh) -> None:
    reason = words.word(office.district.clock.suspension.reasons, standing["reason_code"])

    async def deed(casebook: AsyncConnection, now: datetime) -> None:
        mine = await work_orders.get_in_turn(casebook, order["work_order_id"])
        await suspensions.resume(casebook, mine, person=order["unit"], now=now)

    async def resume() -> None:
        if await office.attempt(deed, done="已恢复计时，期限正在重新计算。"):
            refresh()

    with ui.element("section").classes("card standing"):
        ui.label(f"正在暂停计时：{reason}")
        muted(f"{words.moment(standing['until'], office.district.zone)} 自动恢复。")
        ui.button("恢复计时", on_click=resume).props("unelevated")


def _speed_up(office: Office, order: dict[str, Any], *, refresh: Refresh) -> None:
    with ui.expansion("缩短时限（领导）").classes("card").props("dense"), ui.element("div").classes("stack"):
        hours, reason = _hours("缩短几个小时", most=2000), _reason("缩短的理由")

        async def shorten() -> None:
            haste = speed_ups.Haste(hours=float(hours.value or 0), reason=_text(reason), person=office.centre)

            async def deed(casebook: AsyncConnection, now: datetime) -> None:
                mine = await work_orders.get_in_turn(casebook, order["work_order_id"])
                await speed_ups.shorten(casebook, mine, haste, district=office.district, now=now)

            if await office.attempt(deed, done="时限已缩短，期限正在重新计算。"):
                refresh()

        ui.button("缩短时限", on_click=shorten).props("outline")


def _hours(label: str, *, most: int) -> ui.number:
    return ui.number(label, min=1, max=most, step=1).props("outlined dense").classes("w-full")


def _reason(label: str) -> ui.textarea:
    return ui.textarea(label).props(f"outlined autogrow maxlength={LONGEST_REASON}").classes("w-full")


def _text(field: ui.textarea) -> str:
    return (field.value or "").replace("\x00", "").strip()
