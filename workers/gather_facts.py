"""Gather what happened in a round into one coded fact for each of the four degrees.

The codes are the inputs of `rating_outcome.dmn`; `casebook/round_facts.py` judges. From here on a rating of this round
no longer counts. Safe to run twice: it reads closed work orders and closes the invitation once.
"""

from datetime import datetime

from casebook import ratings, requests, round_facts, unit_scores
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "汇集评价事实"


class GatherFacts(Variables):
    """The request and its round."""

    request_id: str
    round: int


class Assessment(Variables):
    """One degree's aspect and the fact it will be judged by."""

    aspect: str
    fact: str


class FactsGathered(Variables):
    """One assessment for each of the four degrees."""

    assessments: list[Assessment]


async def gather_facts(
    read: GatherFacts, *, casebook: AsyncConnection, now: datetime, district: District
) -> FactsGathered:
    """Close the ratings and judge the round by its work orders and by what everybody who reported it says."""
    await ratings.close(casebook, read.request_id, round_=read.round, now=now)
    lead = (await requests.get(casebook, read.request_id))["lead_unit"]
    rows = await unit_scores.round_of(casebook, read.request_id, round_=read.round, lead=lead, district=district)
    facts = round_facts.of_lead(rows).facts
    return FactsGathered(assessments=[Assessment(aspect=aspect, fact=fact) for aspect, fact in facts.items()])
