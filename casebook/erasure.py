"""Personal data is erased when its term is over; what is counted stays as it was.

Erased is what `personal.py` names, of requests that ended long enough ago. Codes, instants, units, deadlines, ratings'
stars and scores stay, so that every statistic is the same afterwards. One transaction for each batch: whoever is
stopped goes on where it stood. A request is erased once (`erased_at`), and says so in the audit trail without saying
what was erased.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, case, delete, func, insert, null, or_, select, update

from casebook.engine import AsyncConnection, AsyncEngine
from casebook.personal import PERSONAL
from casebook.schema import (
    audit_trail,
    messages,
    metadata,
    picture_contents,
    pictures,
    rejected_rows,
    requests,
    work_orders,
)

BATCH = 500
ACTOR, ERASED_ROW = "retention", "erased"
UNDER_WAY = ("queued", "sending")
Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Erased:
    """How many requests and refused rows were erased, or would be."""

    requests: int = 0
    rejected_rows: int = 0


async def due(casebook: AsyncConnection, *, before: datetime) -> Erased:
    """Count what ended, or was refused, before an instant and is not erased yet."""
    rows = await casebook.execute(select(func.count()).where(_is_due(before)))
    refused = await casebook.execute(select(func.count()).where(_is_refused(before)))
    return Erased(requests=rows.scalar_one(), rejected_rows=refused.scalar_one())


async def erase(casebook: AsyncEngine, *, before: datetime, now: datetime) -> Erased:
    """Erase all that is due, batch by batch; return how much it was."""
    done = refused = 0
    last = ""
    while True:
        async with casebook.begin() as connection:
            numbers = await _next(connection, before=before, after=last)
            if not numbers:
                break
            await erase_requests(connection, numbers, now=now)
        done, last = done + len(numbers), numbers[-1]
    async with casebook.begin() as connection:
        refused = await _erase_refused(connection, before=before, now=now)
        await erase_notices(connection, before=before)
    return Erased(requests=done, rejected_rows=refused)


async def erase_requests(casebook: AsyncConnection, request_ids: list[str], *, now: datetime) -> None:
    """Erase what is personal of these requests, which must have ended."""
    for table in metadata.sorted_tables:
        if values := _left(table):
            await casebook.execute(update(table).where(_belongs(table, request_ids)).values(values))
    await _remove_pictures(casebook, request_ids)
    await casebook.execute(update(requests).where(requests.c.request_id.in_(request_ids)).values(erased_at=now))
    entry = {"at": now, "actor": ACTOR, "action": "erased", "details": {}}
    await casebook.execute(insert(audit_trail), [entry | {"request_id": number} for number in request_ids])


def _left(table: Table) -> Values:
    """Return what stands in a table's personal columns afterwards; a column in which nothing stood stays so."""
    values: Values = {}
    for column in table.columns:
        personal = PERSONAL.get(f"{table.name}.{column.name}")
        if personal and personal.term == "closing" and table is not picture_contents:
            left = bindparam(None, personal.left, type_=column.type)
            values[column.name] = null() if personal.left is None else case((column.is_not(None), left))
    return values


def _belongs(table: Table, request_ids: list[str]) -> ColumnElement[bool]:
    if "request_id" in table.c:
        return table.c.request_id.in_(request_ids)
    of_orders = select(work_orders.c.work_order_id).where(work_orders.c.request_id.in_(request_ids))
    return table.c.work_order_id.in_(of_orders)


async def _remove_pictures(casebook: AsyncConnection, request_ids: list[str]) -> None:
    """Remove the pictures of requests, and contents that no other request shows."""
    mine = pictures.c.request_id.in_(request_ids)
    removed = await casebook.execute(delete(pictures).where(mine).returning(pictures.c.sha256))
    digests = list({row.sha256 for row in removed})
    still_shown = select(pictures.c.sha256).where(pictures.c.sha256.in_(digests))
    await casebook.execute(
        delete(picture_contents).where(
            picture_contents.c.sha256.in_(digests), picture_contents.c.sha256.not_in(still_shown)
        )
    )


async def _next(casebook: AsyncConnection, *, before: datetime, after: str) -> list[str]:
    rows = await casebook.execute(
        select(requests.c.request_id)
        .where(_is_due(before), requests.c.request_id > after)
        .order_by(requests.c.request_id)
        .limit(BATCH)
        .with_for_update(of=requests)
    )
    return list(rows.scalars())


def _is_due(before: datetime) -> ColumnElement[bool]:
    """Match requests that ended before an instant; one that was merged ends with the one that it is part of.

    As long as a text about it is still to be sent, a request waits.
    """
    other = requests.alias("other")
    merged = select(func.coalesce(other.c.closed_at, other.c.withdrawn_at))
    ended = func.coalesce(
        requests.c.closed_at,
        requests.c.withdrawn_at,
        merged.where(other.c.request_id == requests.c.merged_into).scalar_subquery(),
    )
    unsent = select(messages.c.message_id).where(
        messages.c.request_id == requests.c.request_id, messages.c.state.in_(UNDER_WAY)
    )
    return (ended < before) & requests.c.erased_at.is_(None) & ~unsent.exists()


def _is_refused(before: datetime) -> ColumnElement[bool]:
    fresh = or_(rejected_rows.c.settled_by.is_(None), rejected_rows.c.settled_by != ERASED_ROW)
    return (rejected_rows.c.rejected_at < before) & fresh


async def erase_notices(casebook: AsyncConnection, *, before: datetime) -> None:
    """Erase the telephones and words of messages about reports, which belong to no request, by their own age."""
    old = messages.c.request_id.is_(None) & (messages.c.queued_at < before) & messages.c.state.not_in(UNDER_WAY)
    fresh = messages.c.phone_index.is_not(None)
    await casebook.execute(update(messages).where(old, fresh).values(_left(messages)))


async def _erase_refused(casebook: AsyncConnection, *, before: datetime, now: datetime) -> int:
    values = {"record": PERSONAL["rejected_rows.record"].left, "settled_by": ERASED_ROW}
    rows = await casebook.execute(
        update(rejected_rows)
        .where(_is_refused(before))
        .values(values | {"settled_at": func.coalesce(rejected_rows.c.settled_at, now)})
        .returning(rejected_rows.c.rejected_id)
    )
    return len(rows.all())
