"""Score a round: the four degrees by their weights (响应 10 %, 配合 20 %, 办结 30 %, 满意 40 %).

The degrees come from `rating_outcome.dmn`, the weights and the bound of reopenings from
`config/district.toml`. Safe to run twice: a round has one score.
"""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from casebook import requests, scores
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "计算得分"
ASPECTS = ("response", "cooperation", "completion", "satisfaction")


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
    """Weigh the degrees, keep the score with its facts, decide on reopening within its bound."""
    weights = {aspect: Decimal(str(getattr(district.weights, aspect))) for aspect in ASPECTS}
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
        "reopen": reopen,
    }
    await scores.record(casebook, row, now=now)
    return RequestScored(score=float(score), reopen=reopen)


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
    total = sum((weights[aspect] * (degrees[aspect].degree or 0) for aspect in ASPECTS), Decimal(0))
    return total.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
