"""虚拟手机: what the loopback short-message centre received, as its telephones would show it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from nicegui import ui

from casebook import words
from desk.layout import heading, muted
from desk.office import Office

REFRESH_SECONDS = 2.0
MOST_BYTES = 4_000_000
MOST_BUBBLES = 100
LINK = re.compile(r"https?://[A-Za-z0-9.:\[\]_/?&=%#-]+")
EVERYONE = ""


async def build(office: Office) -> None:
    """Draw the handset; it follows the journal while the page is open."""
    heading("虚拟手机", level=1)
    journal = office.settings.smsc_journal
    if journal is None:
        muted("这个工作台没有接本机短信中心（MINHU_SMSC_JOURNAL 未设置），短信已发往真实网关。")
        return
    with ui.element("div").classes("handset"):
        chosen = ui.select({EVERYONE: "全部号码"}, value=EVERYONE, with_input=True).props(
            "outlined dense options-dense"
        )
        chosen.classes("w-full number-filter")

        @ui.refreshable
        def live() -> None:
            arrived = read_journal(journal)
            counts = Counter(message["destination"] for message in arrived)
            options = {EVERYONE: f"全部号码（{len(arrived)} 条）"}
            chosen.options = options | {number: f"{number}（{count} 条）" for number, count in counts.items()}
            chosen.update()
            _bubbles(office, [each for each in arrived if chosen.value in (EVERYONE, None, each["destination"])])

        live()
    chosen.on_value_change(live.refresh)
    seen = {"size": _size(journal)}

    def follow() -> None:
        if (size := _size(journal)) != seen["size"]:
            seen["size"] = size
            live.refresh()

    ui.timer(REFRESH_SECONDS, follow)


def read_journal(journal: Path) -> list[dict[str, Any]]:
    """Return the newest messages first; a line that is still being written is left for the next look."""
    if not journal.exists():
        return []
    with journal.open("rb") as lines:
        lines.seek(max(0, _size(journal) - MOST_BYTES))
        rest = lines.read().decode("utf-8", errors="replace")
    return list(reversed(list(_messages(rest.splitlines()))))


def _messages(lines: list[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            message = json.loads(line)
            yield {
                "at": datetime.fromisoformat(message["at"]),
                "destination": str(message["destination"]),
                "text": str(message["text"]),
            }
        except (ValueError, KeyError, TypeError):
            continue  # the torn first line of a long journal, or the last one while it is written


def _size(journal: Path) -> int:
    return journal.stat().st_size if journal.exists() else 0


def _bubbles(office: Office, arrived: list[dict[str, Any]]) -> None:
    if not arrived:
        muted("还没有收到短信。")
    for message in arrived[:MOST_BUBBLES]:
        with ui.element("div").classes("message"):
            with ui.element("div").classes("bubble-head"):
                muted(message["destination"]).classes("number")
                muted(words.moment(message["at"], office.district.zone))
            with ui.element("div").classes("bubble"):
                _text(message["text"])
    if len(arrived) > MOST_BUBBLES:
        muted(f"只显示最近 {MOST_BUBBLES} 条。")


def _text(text: str) -> None:
    end = 0
    for link in LINK.finditer(text):
        _piece(text[end : link.start()])
        ui.link(link.group(), link.group())
        end = link.end()
    _piece(text[end:])


def _piece(text: str) -> None:
    if text:
        with ui.element("span"):
            ui.label(text).style("display: inline")
