"""A rating in a sentence: how somebody was asked, and what they said; nothing about who they are."""

from collections.abc import Iterator, Mapping
from typing import Any

from casebook import words
from casebook.district import District
from casebook.joint_work import Event
from casebook.rating_rules import NOBODY
from casebook.views import RequestFile

ASKED = {"call": "由回访员打电话请诉求人"}


def way(rating: dict[str, Any], names: Mapping[str, str]) -> str:
    """Return the way in which somebody is asked; nothing for an invitation from before there were several."""
    if rating["way"] == "desk":
        return f"工作台（{words.word(names, rating['unit'])}）"
    return words.word(words.RATING_WAYS, rating["way"])


def events_of(file: RequestFile, district: District) -> Iterator[Event]:
    """Yield a request's ratings by callers, by units of each other, and what came of calls, with their instants."""
    for rating in file.ratings:
        yield from events(rating, file.unit_names, district=district)
    for said in file.mutual_ratings:
        yield said["rated_at"], f"{mutual(said, file.unit_names, district=district)}。"
    for call in file.callback_calls:
        yield call["called_at"], f"{called_back(call, district)}。"


def events(rating: dict[str, Any], names: Mapping[str, str], *, district: District) -> Iterator[Event]:
    """Yield what happened with one invitation, with its instants."""
    number = rating["round"]
    if rating["way"] == NOBODY:
        yield rating["invited_at"], f"第 {number} 轮办理无人可问，不等待评价。"
        return
    due = words.moment(rating["due_at"], district.zone)
    at_desk = f"请提出诉求的{words.word(names, rating['unit'])}在工作台" if rating["unit"] else "请诉求人"
    yield rating["invited_at"], f"{ASKED.get(rating['way'], at_desk)}评价第 {number} 轮办理，{due} 截止。"
    if rating["rated_at"]:
        yield rating["rated_at"], f"诉求人评价：{answer(rating, district)}。"
    elif rating["closed_at"]:
        yield rating["closed_at"], f"第 {number} 轮评价截止，诉求人没有评价。"


def answer(said: Mapping[str, Any], district: District) -> str:
    """Return what somebody said, as they rate or when they are called back."""
    reason = words.rating_reason(district, said["reason"])
    told = f"{words.word(words.RESOLVED, said['resolved'])}，满意程度 {said['satisfaction']}/5"
    return f"{told}，{reason}" if reason else told


def mutual(said: Mapping[str, Any], names: Mapping[str, str], *, district: District) -> str:
    """Return what one unit says of another's cooperation."""
    by, about = (words.word(names, said[side]) for side in ("by_unit", "about_unit"))
    reason = words.word(district.rating.mutual.reasons, said["reason"])
    return f"{by}评价{about}{words.word(words.COOPERATION, said['outcome'])}{f'：{reason}' if reason else ''}"


def called_back(call: Mapping[str, Any], district: District) -> str:
    """Return what came of a call to a caller."""
    sample = "" if call["rating_id"] else "抽样"
    told = f"：{answer(call, district)}" if call["outcome"] == "reached" else ""
    return f"{sample}电话回访{words.word(words.CALLBACKS, call['outcome'])}{told}"
