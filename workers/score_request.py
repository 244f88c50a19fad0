"""Score a round: the four degrees by their weights (响应 10 %, 配合 20 %, 办结 30 %, 满意 40 %), for every unit.

The lead's degrees come from `rating_outcome.dmn` as the engine evaluated it; the co-units' from the kept rules of the
same version (`casebook/score_rules.py`). Safe to run twice: a unit has one score a round.
"""

from datetime import datetime
from decimal import Decimal

from casebook import requests, round_facts, score_arithmetic, score_rules, scores, unit_scores
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.score_arithmetic import ASPECTS
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "计算得分"


class Degree(Variables):
    """One row of the decision table: 0 to 100, and whether it asks for reopening."""

    aspect: str
    fact: str
    degree: Decimal | None = None
    reopen: bool | None = None


class ScoreRequest(Variables):
    """The degrees of one round."""

    request_id: str
    round: int
    degrees: list[Degree]


class RequestScored(Variables):
    """The score (0 to 100, two decimals) and whether the matter is taken up again."""

    score: float
    reopen: bool


async def score_request(
    read: ScoreRequest, *, casebook: AsyncConnection, now: datetime, district: District
) -> RequestScored:
    """Weigh the degrees, keep the scores with their facts, decide on reopening within its bound."""
    weights = {aspect: Decimal(str(getattr(district.weights, aspect))) for aspect in ASPECTS}
    read = await _completed(read, casebook=casebook, version=district.rules_version)
    score = weigh(read, weights)
    reopen = any(degree.reopen for degree in read.degrees) and read.round <= district.limits.reopenings_most
    row = {
        "request_id": read.request_id,
        "round": read.round,
        "unit": (await requests.get(casebook, read.request_id))["lead_unit"],
        "score": score,
        "degrees": [degree.model_dump(mode="json") for degree in read.degrees],
        "weights": {aspect: str(weight) for aspect, weight in weights.items()},
        "rules_version": district.rules_version,
    }
    await scores.record(casebook, row | {"reopen": reopen}, now=now)
    await _score_units(read, row, district=district, casebook=casebook, now=now)
    return RequestScored(score=float(score), reopen=reopen)


async def _completed(read: ScoreRequest, *, casebook: AsyncConnection, version: str) -> ScoreRequest:
    """Complete the degrees of facts that a table deployed earlier did not tell apart: the kept rules judge them."""
    if all(degree.degree is not None or degree.fact not in score_rules.FORMERLY for degree in read.degrees):
        return read
    try:
        rules = await score_rules.get(casebook, version)
        degrees = [
            degree
            if degree.degree is not None or degree.fact not in score_rules.FORMERLY
            else degree.model_copy(update={"degree": rules.degree(degree.aspect, degree.fact), "reopen": False})
            for degree in read.degrees
        ]
    except RejectedInput as refusal:
        raise NeedsOperator(f"诉求 {read.request_id}：{refusal}") from refusal
    return read.model_copy(update={"degrees": degrees})


async def _score_units(
    read: ScoreRequest, row: dict[str, object], *, district: District, casebook: AsyncConnection, now: datetime
) -> None:
    """Score everybody who responded; the lead by the very degrees that the engine gave."""
    try:
        rules = await score_rules.get(casebook, str(row["rules_version"]))
        lead_unit = str(row["unit"])
        rows = await unit_scores.round_of(
            casebook, read.request_id, round_=read.round, lead=lead_unit, district=district
        )
        lead, *co_units = round_facts.of_units(rows)
        told = {degree.aspect: degree.fact for degree in read.degrees}
        of_lead = {
            **{name: row[name] for name in ("unit", "score", "degrees", "weights", "rules_version")},
            **told,
            "part": lead.part,
            "grounds": lead.grounds,
            "person": lead.person,
        }
        scored = [of_lead, *(unit_scores.row_of(each, shared=told, rules=rules) for each in co_units)]
    except RejectedInput as refusal:
        raise NeedsOperator(f"诉求 {read.request_id}：{refusal}") from refusal
    ids = {"request_id": read.request_id, "round": read.round, "scored_at": now}
    await unit_scores.record(casebook, [ids | each for each in scored])


def weigh(read: ScoreRequest, weights: dict[str, Decimal]) -> Decimal:
    """Return the weighted sum, rounded half up to two decimals."""
    degrees = {degree.aspect: degree for degree in read.degrees}
    for aspect in ASPECTS:
        if aspect not in degrees or degrees[aspect].degree is None:
            fact = degrees[aspect].fact if aspect in degrees else "无"
            raise NeedsOperator(
                f"诉求 {read.request_id}：rating_outcome.dmn 没有“{aspect}”情形“{fact}”的得分。"
                "请补一行并重新部署，再把本实例迁移到新版本后重试。"
            )
    return score_arithmetic.weigh({aspect: degrees[aspect].degree or Decimal(0) for aspect in ASPECTS}, weights)
