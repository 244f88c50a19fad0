"""On what occasion something is told, once: a rating, a supervision order, a version of a deadline, a round."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casebook import appeal_sentences, appeals, deadlines, rating_links, ratings, reporters
from casebook.district import District
from casebook.engine import AsyncConnection

if TYPE_CHECKING:
    from workers.send_sms import SendSms

RATING_INVITED, APPEAL_DECIDED = "rating_invited", "appeal_decided"
BY_LINK = (None, "link")  # None: invited before there were other ways


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One telling: about which request, by what it is known again, and what only it can fill into the text."""

    request_id: str
    key: str
    fields: dict[str, Any]


async def occasions(casebook: AsyncConnection, read: "SendSms", *, district: District, base_url: str) -> list[Occasion]:
    """Return the one occasion of an event; an invitation to rate has one for each reporter who gets a link."""
    if read.event == RATING_INVITED:
        own = await ratings.of_round(casebook, read.request_id, round_=read.round) or {}
        others = await reporters.invited(casebook, read.request_id, round_=read.round)
        asked = [rating for rating in (own, *others) if rating["way"] in BY_LINK]
        links = [f"{base_url}/r/{rating_links.token_of(casebook, rating)}" for rating in asked]
        return [_invitation(*each, district=district) for each in zip(asked, links, strict=True)]
    if read.supervision_id:
        shown = await _result(casebook, read.supervision_id) if read.event == APPEAL_DECIDED else {}
        return [Occasion(request_id=read.request_id, key=read.supervision_id, fields=shown)]
    deadline = await deadlines.newest(casebook, read.work_order_id or "")
    if deadline is None:
        return [Occasion(request_id=read.request_id, key=f"{read.work_order_id}/{read.round}", fields={})]
    shown = {"deadline": _moment(deadline["red_at"], district)}
    return [Occasion(request_id=read.request_id, key=f"{read.work_order_id}/{deadline['version']}", fields=shown)]


async def _result(casebook: AsyncConnection, appeal_id: str) -> dict[str, Any]:
    appeal = await appeals.get(casebook, appeal_id)
    score, reached = await appeals.score_of(casebook, appeal), await appeals.corrected_score(casebook, appeal)
    return {"result": appeal_sentences.result(appeal, score=score["score"], reached=reached.score if reached else None)}


def _invitation(rating: dict[str, Any], link: str, *, district: District) -> Occasion:
    fields = {"link": link, "deadline": _moment(rating["due_at"], district)}
    return Occasion(request_id=rating["request_id"], key=rating["rating_id"], fields=fields)


def _moment(instant: datetime, district: District) -> str:
    return f"{instant.astimezone(district.zone):%m月%d日%H:%M}"
