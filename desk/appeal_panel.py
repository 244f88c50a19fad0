"""申诉: the key beside a score with its form, where an appeal stands, and what the one who decides looks at."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui

from casebook import appeal_rules, appeal_sentences, appeals, inspection_sentences, score_rules, score_sentences, words
from casebook.appeal_rules import Offers
from casebook.appeals import LONGEST_GROUNDS, Appeal
from casebook.views import RequestFile
from desk import masks
from desk.layout import card, facts, muted
from desk.office import Office


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What may be appealed against now, by round and unit, and what draws the page anew afterwards."""

    offers: dict[tuple[int, str], Offers]
    refresh: Callable[[], Any]


async def read_keys(office: Office, file: RequestFile, *, refresh: Callable[[], Any]) -> Keys:
    """Return the scores of a request that can still be appealed against."""
    found: dict[tuple[int, str], Offers] = {}
    async with office.reading() as casebook:
        kept = await score_rules.versions(casebook)
        for score in inspection_sentences.units_scored(file):
            if "part" not in score or score["rules_version"] not in kept:
                continue  # scored before units were, or by rules that nobody kept
            if not await appeals.why_not(casebook, score, district=office.district, now=office.clock()):
                found[score["round"], score["unit"]] = await appeals.offers(casebook, score)
    return Keys(offers={key: offered for key, offered in found.items() if offered}, refresh=refresh)


def appeal_line(office: Office, file: RequestFile, *, unit: dict[str, Any], keys: Keys | None) -> None:
    """Draw beside a score what was appealed and decided, or the key to appeal."""
    if appeal := appeal_sentences.of_score(unit, file.appeals):
        _standing(office, file, appeal=appeal)
    elif keys and (offered := keys.offers.get((unit["round"], unit["unit"]))):
        ask = partial(_dialog, office, unit, offered=offered, refresh=keys.refresh)
        ui.button("申诉", on_click=ask).props("outline dense padding='2px 10px'").classes("appeal-key")


def _standing(office: Office, file: RequestFile, *, appeal: dict[str, Any]) -> None:
    with ui.element("div").classes("appeal"):
        at = words.moment(appeal["filed_at"], office.district.zone)
        what = f"{appeal_sentences.contested(appeal)}，{appeal_sentences.reason(appeal, office.district)}"
        ui.label(f"申诉 {appeal['appeal_id']}：{appeal_sentences.state(appeal)}").classes("appeal-state")
        muted(f"{at}　{what}　{masks.words(appeal['grounds'])}").classes("sentence")
        if order := inspection_sentences.decided_by(file, about=appeal["appeal_id"], kind=appeals.KIND):
            who = words.word(file.unit_names, order["person"])
            muted(f"{who}：{masks.words(order['note'] or '')}").classes("sentence")


def _dialog(office: Office, score: dict[str, Any], *, offered: Offers, refresh: Callable[[], Any]) -> None:
    district = office.district
    with ui.context.client.content, ui.dialog() as dialog, ui.card().style("width: 460px; max-width: 92vw"):
        ui.label(f"对第 {score['round']} 轮得分 {score['score']:f} 分申诉").style("font-weight: 600")
        muted(f"申诉期到 {appeal_rules.last_day(score['scored_at'], district)}为止，同一个得分只能申诉一次。")
        with _field("对哪一项有异议"):
            boxes = {each["aspect"]: _box(each) for each in score["degrees"] if each["aspect"] in offered}
        with _field("申诉理由"):
            reason = ui.radio(dict(district.scoring.appeal.reasons)).props("dense").classes("reason")
        with _field("事实和依据"):
            grounds = ui.textarea().props(f"outlined autogrow counter maxlength={LONGEST_GROUNDS}")

        async def hand_in() -> None:
            wish = Appeal(
                request_id=score["request_id"],
                round=score["round"],
                unit=score["unit"],
                reason_code=reason.value or "",
                contested=tuple(aspect for aspect, box in boxes.items() if box.value),
                grounds=(grounds.value or "").replace("\x00", ""),
                person=score["unit"],
            )
            done = "申诉已提交，决定后会短信告知。"
            deed = partial(appeals.file, appeal=wish, district=district)
            if await office.attempt(lambda casebook, now: deed(casebook, now=now), done=done):
                dialog.close()
                refresh()

        grounds.classes("w-full grounds")
        with ui.element("div").classes("buttons"):
            ui.button("提交申诉", on_click=hand_in).props("unelevated")
            ui.button("取消", on_click=dialog.close).props("flat")
    dialog.open()


@contextmanager
def _field(name: str) -> Iterator[None]:
    with ui.element("div").classes("field w-full"):
        ui.label(name).classes("label must")
        yield


def _box(degree: dict[str, Any]) -> ui.checkbox:
    name, fact = words.word(words.ASPECTS, degree["aspect"]), words.word(words.FACTS, degree["fact"])
    return ui.checkbox(f"{name} {degree['degree']} 分（{fact}）").props("dense")


def appeal_card(office: Office, file: RequestFile, *, number: str) -> None:
    """Show to the one who decides: whose score, how it came about, what is contested and why."""
    appeal = next((each for each in file.appeals if each["appeal_id"] == number), None)
    if appeal is None:
        return
    units = inspection_sentences.units_scored(file)
    score = next(each for each in units if appeal_sentences.of_score(each, [appeal]))
    with card("得分申诉"):
        facts(
            [
                ("申诉", number),
                ("申诉单位", words.word(file.unit_names, appeal["unit"])),
                ("提出时间", words.moment(appeal["filed_at"], office.district.zone)),
                ("有异议的", appeal_sentences.contested(appeal)),
                ("申诉理由", appeal_sentences.reason(appeal, office.district)),
                ("单位的说明", masks.words(appeal["grounds"])),
                ("得分", score_sentences.with_grounds(score, office.district)),
                ("改定", appeal_sentences.corrected(appeal["corrected"])),
            ]
        )
        if appeal["ended_at"]:
            ui.label(inspection_sentences.effective_sentence(score, file.score_adjustments)).classes("effective")
        ui.link("查看依据的工单和经过", f"/requests/{file.request['request_id']}")
