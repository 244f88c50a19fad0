"""Open the rating of a round: who called scores whoever responded (谁呼谁评).

Whoever was merged into the request is invited with its caller, each in the way that `rating.toml` says for the kind of
caller. Where nobody can be asked nobody is waited for. Safe to run twice: a round has one invitation for each, with the
way and the limit of the first run.
"""

from datetime import datetime, timedelta

from casebook import asking, ratings, reporters
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.rating_rules import NOBODY
from workers.variables import Variables

CHINESE_NAME = "邀请评价"


class InviteRating(Variables):
    """The request and its round."""

    request_id: str
    round: int


class RatingInvited(Variables):
    """The key that a rating of this round is matched by, and until when it counts."""

    rating_id: str
    rating_due_at: str


async def invite_rating(
    read: InviteRating, *, casebook: AsyncConnection, now: datetime, district: District
) -> RatingInvited:
    """Write the invitations; a signed link, a clerk's call or a unit's desk leads to each."""
    own, *others = await asking.everybody(casebook, read.request_id, ways=district.rating.ways, now=now)
    somebody = any(each.way != NOBODY for each in (own, *others))
    invitation = await ratings.invite(
        casebook,
        {
            "rating_id": f"{read.request_id}-R{read.round}",
            "request_id": read.request_id,
            "round": read.round,
            "way": own.way,
            "unit": own.unit,
            "awaited": own.way != NOBODY,
            "due_at": now + timedelta(days=district.limits.rating_days) if somebody else now,
        },
        now=now,
    )
    await reporters.invite(casebook, invitation, others, now=now)
    due_at = invitation["due_at"].astimezone(district.zone).isoformat(timespec="seconds")
    return RatingInvited(rating_id=invitation["rating_id"], rating_due_at=due_at)
