"""Pictures of requests: each content once, found by an address that nobody can guess."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.schema import picture_contents, pictures

TOKEN_BYTES = 24


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture as it was made anew at the door, with the type that its content has."""

    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest by which its content is kept."""
        return hashlib.sha256(self.content).hexdigest()


async def keep(casebook: AsyncConnection, request_id: str, *, found: Sequence[Picture], now: datetime) -> None:
    """Keep pictures with a request, each once."""
    for position, picture in enumerate(found, 1):
        content = {"sha256": picture.sha256, "media_type": picture.media_type, "content": picture.content}
        await casebook.execute(upsert(picture_contents).values(content).on_conflict_do_nothing())
        row = {"picture_id": secrets.token_urlsafe(TOKEN_BYTES), "request_id": request_id, "sha256": picture.sha256}
        await casebook.execute(
            upsert(pictures).values(row | {"position": position, "added_at": now}).on_conflict_do_nothing()
        )


async def get(casebook: AsyncConnection, picture_id: str) -> Picture | None:
    """Return a picture by the unguessable part of its address, or None."""
    rows = await casebook.execute(
        select(picture_contents.c.media_type, picture_contents.c.content)
        .join(pictures, pictures.c.sha256 == picture_contents.c.sha256)
        .where(pictures.c.picture_id == picture_id)
    )
    row = rows.one_or_none()
    return Picture(media_type=row.media_type, content=row.content) if row else None


async def of_requests(casebook: AsyncConnection, request_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the pictures of some requests, in the order in which they came."""
    rows = await casebook.execute(
        select(pictures.c.request_id, pictures.c.picture_id)
        .where(pictures.c.request_id.in_(request_ids))
        .order_by(pictures.c.added_at, pictures.c.position)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.request_id, []).append(row.picture_id)
    return found
