"""短信文本: every text as it arrives at its longest, counted in characters and parts while somebody rewords it.

Nothing is saved here: texts belong to `config/texts.toml`, where `./minhu check` sees them. The page gives the line.
"""

import json

from nicegui import ui

from casebook import words
from casebook.text_length import EACH_OF_SEVERAL, ONE_PART, PARTS_MOST, measure
from desk.layout import card, heading, muted
from desk.office import Office

WHERE = "改好后把这一行写进 config/texts.toml，运行 ./minhu check，再重启作业进程。"


async def build(office: Office) -> None:
    """Draw a card for each text."""
    heading("短信文本", level=1)
    muted(
        f"字数按本区最长的单位、类别、社区名称填满后计算，含签名。{ONE_PART} 个字以内是一条；"
        f"更长的每条 {EACH_OF_SEVERAL} 个字，最多 {PARTS_MOST} 条。在这里试写，不会保存。"
    )
    for name, template in office.district.texts.templates.items():
        with card(words.word(words.TEXTS, name)):
            _text(office, name, template=template)


def _text(office: Office, name: str, *, template: str) -> None:
    field = ui.textarea(name, value=template).props("outlined autogrow").classes("w-full")

    @ui.refreshable
    def shown() -> None:
        wording = (field.value or "").replace("\n", "").replace("\x00", "")
        try:
            found = measure(wording, district=office.district)
        except ValueError as error:
            ui.label(str(error)).classes("late")
            return
        too_long = found.parts > PARTS_MOST
        room = f"，这一条还可写 {found.room} 个字" if not too_long else f"，超过 {PARTS_MOST} 条，请缩短"
        ui.label(f"{found.length} 个字，{found.parts} 条{room}").classes("late" if too_long else "")
        with ui.element("div").classes("bubble"):
            ui.label(found.text)
        if wording != template:
            ui.code(f"{name} = {json.dumps(wording, ensure_ascii=False)}", language="toml").classes("w-full")
            muted(WHERE)

    field.on_value_change(shown.refresh)
    shown()
