"""The caller's own page: a link that nobody can guess, of which the casebook keeps a digest only.

128 bits from the system's random numbers; found by the SHA-256 of the token, so that neither a dump nor the time an
answer takes gives a link away. A link ends when its request is erased.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import citizen_links, requests

TOKEN_BYTES = 16


async def make(casebook: AsyncConnection, request_id: str, *, now: datetime) -> str | None:
    """Make the link of a request and return its token; None when it has one already, which nobody can tell again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = await casebook.execute(
        upsert(citizen_links)
        .values(request_id=request_id, token_sha256=_digest(token), made_at=now)
        .on_conflict_do_nothing()
        .returning(citizen_links.c.request_id)
    )
    return token if made.first() else None


async def request_behind(casebook: AsyncConnection, token: str) -> dict[str, Any]:
    """Return the request behind a link; RejectedInput when there is none (any more)."""
    rows = await casebook.execute(
        select(requests)
        .join(citizen_links, citizen_links.c.request_id == requests.c.request_id)
        .where(citizen_links.c.token_sha256 == _digest(token), requests.c.erased_at.is_(None))
    )
    row = rows.mappings().one_or_none()
    if row is None:
        raise RejectedInput("查询链接无效或已过期。请使用短信中的完整链接。")
    return dict(row)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
