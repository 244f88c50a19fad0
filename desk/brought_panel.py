"""What a report brought beside its words: answers to the category's questions, pictures, what was added later."""

from typing import Any

from nicegui import ui

from casebook import words
from desk import masks
from desk.layout import card, facts, muted
from desk.office import Office


def brought_panel(office: Office, brought: dict[str, Any]) -> None:
    """Draw it, when there is anything; pictures elsewhere are only linked, never fetched for the reader."""
    if not any(brought.values()):
        return
    with card("随诉求提交"):
        if brought["answers"]:
            facts([(answer["question"], masks.words(answer["answer"])) for answer in brought["answers"]])
        for picture in brought["pictures"]:
            ui.html(f'<img src="/open311/v2/media/{picture}" alt="诉求图片" class="picture">', sanitize=False)
        _links(brought["media_urls"])
        for addition in brought["additions"]:
            muted(f"{words.moment(addition['received_at'], office.district.zone)}　诉求人补充")
            ui.label(masks.words(addition["text"]))
            _links(addition["media_urls"])


def _links(addresses: list[str]) -> None:
    for number, address in enumerate(addresses, 1):
        ui.link(f"外部图片 {number}", address, new_tab=True).props('rel="noopener noreferrer"')
