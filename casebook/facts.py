"""The fact outbox: what happened, waiting for the relay to tell the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update

from casebook.engine import AsyncConnection
from casebook.schema import fact_outbox

WAKE_UP_CHANNEL = "fact_outbox"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact as a message for the engine: its name, which request it concerns (if any), what it carries."""

    name: str
    request_id: str | None
    correlation_key: str
    variables: dict[str, Any]
    fact_id: int = 0
    written_at: datetime | None = None

    @property
    def matter(self) -> str:
        """What it is about: facts of one matter are told in order."""
        return self.request_id or self.correlation_key


def deadline_changed(order: dict[str, Any], **variables: Any) -> Fact:
    """Return the fact that lets the engine plan a work order's deadline again and arm its lights anew."""
    return Fact(
        name="deadline_changed",
        request_id=order["request_id"],
        correlation_key=order["work_order_id"],
        variables=variables,
    )


async def append(casebook: AsyncConnection, fact: Fact, *, now: datetime) -> None:
    """Write a fact in the caller's transaction and wake the relay when it commits."""
    await append_all(casebook, [fact], now=now)


async def append_all(casebook: AsyncConnection, those: Sequence[Fact], *, now: datetime) -> None:
    """Write facts in this order in the caller's transaction, and wake the relay once when it commits."""
    if not those:
        return
    rows = [
        {
            "request_id": fact.request_id,
            "name": fact.name,
            "correlation_key": fact.correlation_key,
            "variables": fact.variables,
            "written_at": now,
        }
        for fact in those
    ]
    await casebook.execute(insert(fact_outbox).returning(fact_outbox.c.fact_id), rows)
    await casebook.execute(text(f"notify {WAKE_UP_CHANNEL}"))


async def unpublished(casebook: AsyncConnection, *, most: int) -> list[Fact]:
    """Return the oldest facts that the engine has not been told of, in order."""
    rows = await casebook.execute(
        select(fact_outbox).where(fact_outbox.c.published_at.is_(None)).order_by(fact_outbox.c.fact_id).limit(most)
    )
    return [
        Fact(
            fact_id=row.fact_id,
            name=row.name,
            request_id=row.request_id,
            correlation_key=row.correlation_key,
            variables=row.variables,
            written_at=row.written_at,
        )
        for row in rows
    ]


async def mark_published(casebook: AsyncConnection, fact_ids: list[int], *, now: datetime) -> None:
    """Note that the engine has accepted these facts."""
    await casebook.execute(update(fact_outbox).where(fact_outbox.c.fact_id.in_(fact_ids)).values(published_at=now))


async def pending(casebook: AsyncConnection) -> int:
    """Count the facts that the engine has not been told of."""
    count = select(func.count()).where(fact_outbox.c.published_at.is_(None))
    return int((await casebook.execute(count)).scalar_one())
