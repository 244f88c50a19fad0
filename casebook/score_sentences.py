"""A score in a sentence: its arithmetic, and the facts with the work orders they rest on; no personal data."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from casebook import rating_sentences, sentences, words
from casebook.district import District
from casebook.joint_work import Event
from casebook.views import RequestFile

PARTS = {"lead": "牵头", "co_unit": "协办"}
SHOWN_MOST = 3


def arithmetic(score: dict[str, Any]) -> str:
    """Return each degree, its fact, its weight, and the sum; where degrees are left out, what it is divided by."""
    whole = sum((Decimal(score["weights"][degree["aspect"]]) for degree in score["degrees"]), Decimal(0))
    parts = [_term(degree, Decimal(score["weights"][degree["aspect"]])) for degree in score["degrees"]]
    total = " + ".join(parts)
    if whole != 1:
        total = f"（{total}）÷ {_percent(whole)}"
    return f"{total} = {score['score']:f} 分"


def with_grounds(score: dict[str, Any], district: District) -> str:
    """Return a unit's arithmetic and what each degree rests on."""
    grounds = [
        f"{words.word(words.ASPECTS, degree['aspect'])}{words.word(words.FACTS, degree['fact'])}{shown}"
        for degree in score["degrees"]
        if (shown := _shown(score["grounds"].get(degree["aspect"], []), district))
    ]
    return arithmetic(score) + (f"，依据：{'；'.join(grounds)}" if grounds else "")


def events_of(file: RequestFile, district: District) -> Iterator[Event]:
    """Yield the scores of a request, round by round and unit by unit, with their instants."""
    for score in file.scores:
        for told in of_round(score, file.unit_names, district=district):
            yield score["scored_at"], told


def of_round(score: dict[str, Any], names: dict[str, str], *, district: District) -> list[str]:
    """Return one sentence for each unit of a round; a round that was scored before units were has one for its lead."""
    verdict = "，需要重办" if score["reopen"] else ""
    if not score["units"]:
        return [f"{words.word(names, score['unit'])}得分：{arithmetic(score)}{verdict}。"]
    return [
        f"{words.word(names, unit['unit'])}（{PARTS[unit['part']]}）得分：{with_grounds(unit, district)}"
        f"{verdict if unit['part'] == 'lead' else ''}。"
        for unit in score["units"]
    ]


def _term(degree: dict[str, Any], weight: Decimal) -> str:
    aspect, fact = words.word(words.ASPECTS, degree["aspect"]), words.word(words.FACTS, degree["fact"])
    return f"{aspect} {Decimal(degree['degree']):f}（{fact}）× {_percent(weight)}"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _shown(grounds: list[dict[str, Any]], district: District) -> str:
    told = [_ground(ground, district) for ground in grounds[:SHOWN_MOST]]
    more = f"、另 {len(grounds) - SHOWN_MOST} 张" if len(grounds) > SHOWN_MOST else ""
    return f"（{'、'.join(told)}{more}）" if told else ""


def _ground(ground: dict[str, Any], district: District) -> str:
    if "co_task_id" in ground:
        return f"协办任务 {ground['co_task_id'].rpartition('-')[2]}"
    if "rating_id" in ground:
        return f"{_at(ground['rated_at'], district.zone)} 的评价"
    if "by" in ground:
        names = {unit.code: unit.name for unit in district.units}
        return rating_sentences.mutual(
            ground | {"by_unit": ground["by"], "about_unit": ground["about"]}, names, district=district
        )
    name = sentences.work_order_name(district, ground["work_order_id"], kind=ground["kind"])
    due = f"，期限 {_at(ground['red_at'], district.zone)}" if ground["red_at"] else ""
    reported = f"，回单 {_at(ground['reported_at'], district.zone)}" if ground["reported_at"] else "，没有回单"
    return f"{name}{due}{reported}"


def _at(instant: str, zone: tzinfo) -> str:
    return words.moment(datetime.fromisoformat(instant), zone)
