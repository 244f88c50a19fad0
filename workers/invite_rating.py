"""Open the rating of a round: who called scores whoever responded (谁呼谁评).

Whoever was merged into the request is invited with its caller. Safe to run twice: a round has one invitation for each,
with the token and the limit of the first run.
"""

import secrets
from datetime import datetime, timedelta

from casebook import ratings, reporters
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "邀请评价"
TOKEN_BYTES = 6


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
    """Write the invitations; each one's token makes the link in its SMS."""
    invitation = await ratings.invite(
        casebook,
        {
            "rating_id": f"{read.request_id}-R{read.round}",
            "request_id": read.request_id,
            "round": read.round,
            "token": _token(),
            "due_at": now + timedelta(days=district.limits.rating_days),
        },
        now=now,
    )
    await reporters.invite(casebook, invitation, new_token=_token, now=now)
    due_at = invitation["due_at"].astimezone(district.zone).isoformat(timespec="seconds")
    return RatingInvited(rating_id=invitation["rating_id"], rating_due_at=due_at)


def _token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
