"""What a caller sees of their request: where it is in plain words, until when it is promised, what they may do.

Codes and instants only, and which unit has it; nobody's name, no notes of units.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from casebook import citizen_links, open311_views, rating_links, ratings, requests, total_deadlines
from casebook.engine import AsyncConnection
from casebook.newest import unit_name
from casebook.open311_views import Wanted
from casebook.schema import requests as register

Step = tuple[datetime, str]
OUTCOMES = {"done": "办理单位报告已办理，正在核查", "not_possible": "办理单位说明暂时不能解决，正在核查"}


@dataclass(frozen=True, kw_only=True)
class CitizenView:
    """One request as its caller may see it: `steps` oldest first, `standing` where it is now."""

    request: dict[str, Any]
    standing: str
    steps: tuple[Step, ...]
    promised_at: datetime | None
    rating_token: str | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it."""
        return not any(self.request[name] for name in ("closed_at", "withdrawn_at", "withdrawal_asked_at"))


async def behind(casebook: AsyncConnection, token: str, *, now: datetime) -> CitizenView:
    """Return what the link shows; RejectedInput when it leads nowhere."""
    request = await citizen_links.request_behind(casebook, token)
    followed = request if not request["merged_into"] else await requests.get(casebook, request["merged_into"])
    number = followed["request_id"]
    wanted = Wanted(page=1, page_size=100, request_ids=(number,))
    happened = await open311_views.updates(casebook, wanted)
    named = select(unit_name(register.c.responsible_unit)).where(register.c.request_id == number)
    unit = str((await casebook.execute(named)).scalar_one() or "")
    promise = await total_deadlines.newest(casebook, number)
    rating = await ratings.of_round(casebook, request["request_id"], round_=request["round"])
    asked = rating and not rating["rated_at"] and not rating["closed_at"] and rating["due_at"] > now
    rating_token = rating_links.token_of(casebook, rating) if rating and asked else None
    return CitizenView(
        request=request,
        standing=_standing(followed, happened, unit=unit),
        steps=_steps(request, happened),
        promised_at=promise["red_at"] if promise else None,
        rating_token=rating_token,
    )


def _standing(request: dict[str, Any], happened: list[dict[str, Any]], *, unit: str) -> str:
    if request["withdrawn_at"] or request["withdrawal_asked_at"]:
        return "您已撤回，不再办理"
    if request["closed_at"]:
        return "已办结"
    words = {
        "accepted": f"正在办理：{unit}",
        "handled": f"已办理，正在核查：{unit}",
        "reopened": f"正在重新办理：{unit}",
    }
    last = next((each["event"] for each in reversed(happened) if each["event"] in words), None)
    return words[last] if last else f"正在转办：{unit}"


def _steps(request: dict[str, Any], happened: list[dict[str, Any]]) -> tuple[Step, ...]:
    words = {
        "received": "收到您的诉求",
        "merged": "收到您的诉求",
        "accepted": "办理单位已接单",
        "reopened": "根据您的评价重新办理",
        "closed": "办结",
        "withdrawn": "您撤回了诉求",
    }
    told: list[Step] = []
    if request["merged_into"]:
        told.append((request["taken_in_at"], "您反映的问题已有人在办，合并办理"))
    for each in happened:
        known = OUTCOMES.get(each["outcome"]) if each["event"] == "handled" else words.get(each["event"])
        if known:
            told.append((each["at"], known))
    return tuple(sorted(told, key=lambda step: step[0]))
