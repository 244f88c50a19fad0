"""The way to the city's platform: an outbox that is written with the work order, and the signature both sides use.

At least once, under the work order's number as idempotency key. What goes over is the matter and its place; the caller
stays with the district, which goes on answering to them.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.newest import in_force, nearest_version
from casebook.schema import city_hand_overs, requests, units, work_orders

WAKE_UP_CHANNEL = "city_outbox"
REPORTED = "city_report"
FRESH = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """One matter in the hands of the sender."""

    work_order_id: str
    attempts: int
    matter: dict[str, Any]


def signature(secret: str, *, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the HMAC-SHA256 (hex) of timestamp, nonce and body, as both sides compute it."""
    return hmac.new(secret.encode(), f"{timestamp}.{nonce}.".encode() + body, hashlib.sha256).hexdigest()


def is_authentic(secret: str, headers: dict[str, str], *, body: bytes, now: datetime) -> bool:
    """Tell whether a message was signed with our secret, and lately; nothing is while there is no secret."""
    timestamp, nonce = headers.get("x-minhu-timestamp", ""), headers.get("x-minhu-nonce", "")
    expected = signature(secret, timestamp=timestamp, nonce=nonce, body=body)
    if not (secret and nonce) or not hmac.compare_digest(
        expected.encode(), headers.get("x-minhu-signature", "").encode()
    ):
        return False
    try:
        return abs(now - datetime.fromisoformat(timestamp)) <= FRESH
    except (ValueError, TypeError):
        return False


async def hand_over(casebook: AsyncConnection, work_order_id: str, *, request_id: str, now: datetime) -> None:
    """Put a matter into the outbox, once for its work order, and wake the sender when the transaction commits."""
    row = {"work_order_id": work_order_id, "request_id": request_id, "written_at": now, "send_after": now}
    await casebook.execute(upsert(city_hand_overs).values(row).on_conflict_do_nothing())
    await casebook.execute(text(f"notify {WAKE_UP_CHANNEL}"))


async def due(casebook: AsyncConnection, *, most: int, now: datetime) -> list[HandOver]:
    """Return what is to be sent now, oldest first."""
    columns = ("category", "community", "urgency", "title", "text", "received_at")
    rows = await casebook.execute(
        select(city_hand_overs, work_orders.c.kind, *(requests.c[name] for name in columns))
        .join(requests, requests.c.request_id == city_hand_overs.c.request_id)
        .join(work_orders, work_orders.c.work_order_id == city_hand_overs.c.work_order_id)
        .where(city_hand_overs.c.delivered_at.is_(None), city_hand_overs.c.send_after <= now)
        .order_by(city_hand_overs.c.written_at)
        .limit(most)
    )
    return [
        HandOver(
            work_order_id=row["work_order_id"],
            attempts=row["attempts"],
            matter={name: row[name] for name in ("request_id", *columns[:-1])}
            | {"key": row["work_order_id"], "again": row["kind"] != REPORTED}
            | {"received_at": row["received_at"].isoformat()},
        )
        for row in rows.mappings()
    ]


async def note_delivered(casebook: AsyncConnection, work_order_id: str, *, now: datetime) -> None:
    """Note that the city has the matter."""
    mine = city_hand_overs.c.work_order_id == work_order_id
    await casebook.execute(update(city_hand_overs).where(mine).values(delivered_at=now))


async def put_off(casebook: AsyncConnection, sent: HandOver, *, now: datetime) -> None:
    """Try again later, each time after twice as long, up to LONGEST_WAIT; never given up."""
    wait = min(FIRST_WAIT * 2 ** min(sent.attempts, 10), LONGEST_WAIT)
    mine = city_hand_overs.c.work_order_id == sent.work_order_id
    await casebook.execute(
        update(city_hand_overs).where(mine).values(attempts=sent.attempts + 1, send_after=now + wait)
    )


async def waiting(casebook: AsyncConnection) -> int:
    """Count the matters that the city does not have yet."""
    statement = select(func.count()).where(city_hand_overs.c.delivered_at.is_(None))
    return int((await casebook.execute(statement)).scalar_one())


async def platform(casebook: AsyncConnection, *, at: datetime) -> str | None:
    """Return the unit that stands for the city's platform in the directory."""
    rows = await casebook.execute(
        select(units.c.code).where(units.c.level == "city", in_force(units, at)).order_by(units.c.code).limit(1)
    )
    found: str | None = rows.scalar_one_or_none()
    return found


async def is_the_city(casebook: AsyncConnection, unit: str) -> bool:
    """Tell whether a unit stands for the city."""
    rows = await casebook.execute(
        select(units.c.level).where(units.c.code == unit).order_by(*nearest_version(None)).limit(1)
    )
    return bool(rows.scalar_one_or_none() == "city")
