"""How far each source of a platform was read; moved in the transaction that takes a row in.

A source is a file of a folder or a feed. Its content is known by a digest: of a file or page that has changed nothing
counts as read, which costs time only, since every row is taken in once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.schema import intake_cursors


@dataclass(frozen=True, kw_only=True)
class Page:
    """One content of a source: a whole file (position empty), or the page of a feed at a position."""

    platform: str
    source: str
    position: str
    digest: str


async def position_of(casebook: AsyncConnection, platform: str, source: str) -> str:
    """Return where to go on reading a feed; empty at its beginning."""
    found = (
        await casebook.execute(select(intake_cursors.c.position).where(_of(platform, source)))
    ).scalar_one_or_none()
    return str(found or "")


async def rows_done(casebook: AsyncConnection, page: Page, *, now: datetime) -> int:
    """Return how many rows of a page are in, and hold the cursor until the transaction ends."""
    fresh = {"digest": page.digest, "position": page.position, "rows": 0, "moved_at": now, "finished_at": None}
    await casebook.execute(
        upsert(intake_cursors).values(platform=page.platform, source=page.source, **fresh).on_conflict_do_nothing()
    )
    rows = await casebook.execute(select(intake_cursors).where(_of(page.platform, page.source)).with_for_update())
    known = rows.mappings().one()
    if (known["digest"], known["position"]) == (page.digest, page.position):
        return int(known["rows"])
    await casebook.execute(update(intake_cursors).where(_of(page.platform, page.source)).values(fresh))
    return 0


async def is_finished(casebook: AsyncConnection, page: Page) -> bool:
    """Tell whether all rows of exactly this content are in."""
    same = (intake_cursors.c.digest == page.digest) & (intake_cursors.c.position == page.position)
    rows = await casebook.execute(
        select(intake_cursors.c.rows).where(
            _of(page.platform, page.source), same, intake_cursors.c.finished_at.is_not(None)
        )
    )
    return rows.first() is not None


async def move(casebook: AsyncConnection, page: Page, *, rows: int, now: datetime) -> None:
    """Note that all rows of a page up to one are in; who comes later with less moves nothing."""
    same = (intake_cursors.c.digest == page.digest) & (intake_cursors.c.position == page.position)
    await casebook.execute(
        update(intake_cursors)
        .where(_of(page.platform, page.source), same, intake_cursors.c.rows < rows)
        .values(rows=rows, moved_at=now)
    )


async def finish(casebook: AsyncConnection, page: Page, *, then: str = "", now: datetime) -> None:
    """Note that a page is in as a whole; a feed goes on at `then`."""
    values: dict[str, Any] = {"finished_at": now, "moved_at": now}
    if then and then != page.position:
        values |= {"position": then, "digest": "", "rows": 0}
    same = (intake_cursors.c.digest == page.digest) & (intake_cursors.c.position == page.position)
    await casebook.execute(update(intake_cursors).where(_of(page.platform, page.source), same).values(values))


async def overview(casebook: AsyncConnection, *, most: int = 50) -> list[dict[str, Any]]:
    """Return the sources that were read last."""
    rows = await casebook.execute(select(intake_cursors).order_by(intake_cursors.c.moved_at.desc()).limit(most))
    return [dict(row) for row in rows.mappings()]


def _of(platform: str, source: str) -> Any:
    return (intake_cursors.c.platform == platform) & (intake_cursors.c.source == source)
