"""得分申诉: what units appealed, until when it is decided, and what came of it."""

from typing import Any

from nicegui import ui

from casebook import appeal_sentences, appeals, score_sentences, words
from desk.layout import card, heading, muted, remaining
from desk.office import Office

MOST = 300


async def build(office: Office) -> None:
    """Draw the open appeals, then the decided ones, each with the score before and after."""
    async with office.reading() as casebook:
        rows = await appeals.listed(casebook, most=MOST)
    heading("得分申诉", level=1)
    rule = office.district.scoring.appeal
    muted(
        f"得分给出后 {rule.working_days} 个工作日内可以申诉，在诉求卷宗的“得分”里提出；原得分不改动，改定的记在旁边。"
    )
    ui.link("返回考核", "/assessment")
    _rows(office, [row for row in rows if not row["ended_at"]], title="待决定")
    _rows(office, [row for row in rows if row["ended_at"]], title="已决定")


def _rows(office: Office, rows: list[dict[str, Any]], *, title: str) -> None:
    with card(f"{title}（{len(rows)}）"):
        if not rows:
            muted("没有。")
        with ui.element("div").classes("items"):
            for row in rows:
                with ui.element("div").classes("item asked appeal-row"):
                    _what(office, row)
                    _standing(office, row)


def _what(office: Office, row: dict[str, Any]) -> None:
    with ui.element("div"):
        ui.link(row["appeal_id"], f"/requests/{row['request_id']}").classes("number")
        ui.label(f"{row['unit_name']}（{score_sentences.PARTS[row['part']]}）　第 {row['round']} 轮")
        reason = appeal_sentences.reason(row, office.district)
        muted(f"{words.moment(row['filed_at'], office.district.zone)}　{appeal_sentences.contested(row)}，{reason}")


def _standing(office: Office, row: dict[str, Any]) -> None:
    with ui.element("div"):
        ui.label(appeal_sentences.state(row))
        if row["ended_at"]:
            muted(appeal_sentences.scores_of(row)).classes("number")
            return
        muted(f"得分 {row['score']:f} 分").classes("number")
        if row["work_order_id"]:
            late = row["red_at"] is not None and row["red_at"] <= office.clock()
            ui.label(remaining(row["red_at"], now=office.clock())).classes("late" if late else "muted")
            ui.link(row["work_order_id"], f"/work-orders/{row['work_order_id']}").classes("number")
