"""The link to a rating page: signed for one invitation and its limit; the casebook keeps nothing but a digest of it.

96 bits of an HMAC by the district's key, so that the text of the SMS stays short: nobody can guess one, or make one
from what stands in the casebook. Links sent before there were signed ones are found as they were written.
"""

import base64
import hashlib
import hmac
from typing import Any

from sqlalchemy import or_, select

from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import ratings
from casebook.schema.sealed import sealer_of

TOKEN_BYTES = 12


def made_for(casebook: AsyncConnection, invitation: dict[str, Any]) -> str:
    """Return the token of a new invitation (`rating_id`, `due_at`)."""
    return _signed(casebook, invitation)[0]


def token_of(casebook: AsyncConnection, invitation: dict[str, Any]) -> str | None:
    """Return the token of an invitation's link; None when it has none, or its key is gone."""
    if invitation["token"]:
        return str(invitation["token"])
    signed = _signed(casebook, invitation)
    return next((token for token in signed if digest(token) == invitation["token_sha256"]), None)


async def behind(casebook: AsyncConnection, token: str) -> dict[str, Any]:
    """Return the invitation behind a link; RejectedInput when the link is forged or of nobody."""
    found = or_(ratings.c.token_sha256 == digest(token), ratings.c.token == token)
    row = (await casebook.execute(select(ratings).where(found))).mappings().one_or_none()
    right = token_of(casebook, dict(row)) if row else None
    if row is None or right is None or not hmac.compare_digest(right.encode(), token.encode()):
        raise RejectedInput("评价链接无效。请使用短信中的完整链接；链接不全、改动过都打不开。")
    return dict(row)


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _signed(casebook: AsyncConnection, invitation: dict[str, Any]) -> list[str]:
    said = f"rating {invitation['rating_id']} until {invitation['due_at'].timestamp():.0f}"
    signatures = sealer_of(casebook.dialect).signatures(said)
    return [base64.urlsafe_b64encode(each[:TOKEN_BYTES]).decode() for each in signatures]
