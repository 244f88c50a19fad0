"""收件: what came from the platforms and could not be taken in, why, and how far each source was read."""

import csv
import io
from typing import Any

from nicegui import ui

from casebook import intake_cursors, quarantine, words
from desk import masks
from desk.intake.records import UNREADABLE
from desk.intake.register import Door
from desk.layout import card, heading, muted
from desk.office import Office

SHOWN_MOST = 200
COLUMNS = ("platform", "source", "row", "field", "reason")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def build(office: Office) -> None:
    """Draw the refused rows with what may be done about them, and the sources."""

    @ui.refreshable
    async def live() -> None:
        async with office.reading() as casebook:
            count = await quarantine.count(casebook)
            rows = await quarantine.waiting(casebook, most=SHOWN_MOST)
            cursors = await intake_cursors.overview(casebook)
        heading("收件", level=1)
        with card(f"没有收下的行（{count}）"):
            muted("改好 config/platforms 里的对应关系并重启工作台后，按“重新收取”；内容有错的，请平台更正后再发一次。")
            _buttons(office, rows, refresh=live.refresh)
            with ui.element("div").classes("items"):
                for row in rows:
                    _row(office, row)
            if count > len(rows):
                muted(f"这里显示最早的 {len(rows)} 行，其余见 ./minhu intake --rejected。")
        with card("收取到哪里"), ui.element("div").classes("items"):
            if not cursors:
                muted("还没有用 --pull 收取过。")
            for cursor in cursors:
                _source(office, cursor)

    await live()


def _buttons(office: Office, rows: list[dict[str, Any]], *, refresh: Any) -> None:
    if not rows:
        muted("都收下了。")
        return

    async def retake() -> None:
        taken = 0
        for row in rows:
            taken += await _retaken(office, row)
        ui.notify(f"重读 {len(rows)} 行：收下 {taken} 行，仍退回 {len(rows) - taken} 行。", type="positive")
        refresh()

    with ui.element("div").classes("buttons"):
        ui.button("重新收取", on_click=retake).props("unelevated")
        ui.button("下载清单", on_click=lambda: ui.download.content(_as_csv(rows), "没有收下的行.csv")).props("outline")


async def _retaken(office: Office, row: dict[str, Any]) -> bool:
    """Read one row again in a transaction of its own; tell whether it was taken in."""
    platform = office.district.platforms.get(row["platform"])
    if platform is None:
        return False
    door = Door(platform=platform, source=row["source"], district=office.district)
    async with office.casebook.begin() as casebook:
        return await door.retake(casebook, row["rejected_id"], now=office.clock()) != "rejected"


def _row(office: Office, row: dict[str, Any]) -> None:
    platform = office.district.platforms.get(row["platform"])
    with ui.element("div").classes("item"):
        with ui.element("div").classes("head"):
            ui.label(f"{platform.name if platform else row['platform']}　{row['source']}　第 {row['row']} 行")
            muted(words.moment(row["rejected_at"], office.district.zone)).classes("number")
        ui.label(row["reason"])
        if row["external_id"]:
            muted(f"平台编号 {masks.words(row['external_id'])}")
        if set(row["record"]) == {UNREADABLE}:
            muted("这一行分不出字段，不能重新收取。")


def _source(office: Office, cursor: dict[str, Any]) -> None:
    platform = office.district.platforms.get(cursor["platform"])
    with ui.element("div").classes("item event"):
        muted(words.moment(cursor["moved_at"], office.district.zone)).classes("number")
        state = "已读完" if cursor["finished_at"] else f"读到第 {cursor['rows']} 行"
        source = "接口" if cursor["source"] == "feed" else cursor["source"]
        ui.label(f"{platform.name if platform else cursor['platform']}　{source}　{state}")


def _as_csv(rows: list[dict[str, Any]]) -> bytes:
    """Return the list without what people wrote; nothing in it is a formula to a spreadsheet."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["平台", "文件", "行", "字段", "原因"])
    table.writerows([[_plain(row[name]) for name in COLUMNS] for row in rows])
    return written.getvalue().encode("utf-8-sig")


def _plain(cell: object) -> str:
    said = str(cell)
    return f"'{said}" if said.startswith(FORMULA) else said
