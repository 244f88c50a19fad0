"""Rows that could not be taken in: kept as the platform wrote them, with the reason, until they can be.

A row is known by its content: the same file taken in ten times leaves it here once. It is settled when it was taken in
after the mapping was mended, or when the platform sent it again, corrected.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.schema import rejected_rows

RETAKEN, CORRECTED = "retaken", "corrected"
MOST = 1_000
OPEN = rejected_rows.c.settled_at.is_(None)
NOT_STORED = str.maketrans({0: "\ufffd"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))


class RefusedRow(BaseModel):
    """A row that was refused: where it stood, which field is wrong and why, and all it said."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    platform: str
    source: str
    row: int
    field: str
    reason: str
    external_id: str | None
    record: Mapping[str, str]


async def keep(casebook: AsyncConnection, refused: Sequence[RefusedRow], *, now: datetime) -> None:
    """Keep refused rows; one that is here already gets the newest reason, unless it is settled."""
    if refused:
        await casebook.execute(KEEP, [_kept(row, now=now) for row in refused])


def _kept(refused: RefusedRow, *, now: datetime) -> dict[str, Any]:
    record = {_storable(name): _storable(cell) for name, cell in refused.record.items()}
    written = json.dumps(record, ensure_ascii=False, sort_keys=True)
    values = refused.model_dump(exclude={"record", "external_id"})
    values |= {"record": record, "external_id": refused.external_id and _storable(refused.external_id)[:80]}
    return values | {"digest": hashlib.sha256(written.encode()).hexdigest(), "rejected_at": now}


def _keeping() -> Insert:
    statement = upsert(rejected_rows)
    newest = {name: statement.excluded[name] for name in ("source", "row", "field", "reason")}
    return statement.on_conflict_do_update(index_elements=["platform", "digest"], set_=newest, where=OPEN)


KEEP = _keeping()


async def settle_corrected(
    casebook: AsyncConnection, platform: str, external_ids: Collection[str], *, state: str, now: datetime
) -> None:
    """Settle what was refused under numbers that the platform has now sent in good order.

    A withdrawal (refused because of its `state` field) that overtook its report has still to take effect.
    """
    mine = (rejected_rows.c.platform == platform) & rejected_rows.c.external_id.in_(external_ids)
    mine &= rejected_rows.c.field != state
    await casebook.execute(update(rejected_rows).where(mine, OPEN).values(settled_at=now, settled_by=CORRECTED))


async def settle(casebook: AsyncConnection, rejected_id: int, *, now: datetime) -> None:
    """Settle a row that has just been taken in after all."""
    await casebook.execute(
        update(rejected_rows)
        .where(rejected_rows.c.rejected_id == rejected_id)
        .values(settled_at=now, settled_by=RETAKEN)
    )


async def note_reason(casebook: AsyncConnection, rejected_id: int, *, field: str, reason: str) -> None:
    """Write down why a row is still refused."""
    mine = rejected_rows.c.rejected_id == rejected_id
    await casebook.execute(update(rejected_rows).where(mine).values(field=field, reason=reason))


async def waiting(
    casebook: AsyncConnection, *, platform: str | None = None, after: int = 0, most: int = MOST
) -> list[dict[str, Any]]:
    """Return the rows that are still refused, oldest first, from the one `after` which to go on."""
    mine = OPEN if platform is None else OPEN & (rejected_rows.c.platform == platform)
    rows = await casebook.execute(
        select(rejected_rows)
        .where(mine, rejected_rows.c.rejected_id > after)
        .order_by(rejected_rows.c.rejected_id)
        .limit(most)
    )
    return [dict(row) for row in rows.mappings()]


async def hold(casebook: AsyncConnection, rejected_id: int) -> dict[str, Any] | None:
    """Return a row that is still refused and keep others from taking it meanwhile; None when it is settled."""
    rows = await casebook.execute(
        select(rejected_rows).where(rejected_rows.c.rejected_id == rejected_id, OPEN).with_for_update()
    )
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def count(casebook: AsyncConnection) -> int:
    """Count the rows that are still refused."""
    return int((await casebook.execute(select(func.count()).select_from(rejected_rows).where(OPEN))).scalar_one())


def _storable(text: str) -> str:
    return text.translate(NOT_STORED)
