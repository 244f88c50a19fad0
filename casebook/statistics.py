"""The district in numbers: what a run, a day or a month looked like."""

from typing import Any

from sqlalchemy import func, literal, select

from casebook import messages, requests, scores
from casebook.engine import AsyncConnection
from casebook.schema import extensions, inspections, lights, reopenings, returns
from casebook.schema import requests as register


async def summary(casebook: AsyncConnection) -> dict[str, Any]:
    """Return the books and what happened on the way; yellow and red count work orders."""
    levels = dict.fromkeys("ABCD", 0)
    rows = await casebook.execute(
        select(register.c.level, func.count()).where(register.c.level.is_not(None)).group_by(register.c.level)
    )
    levels |= {row[0]: row[1] for row in rows}
    return {
        **await requests.account(casebook),
        "by_level": levels,
        "yellow": await _orders_with(casebook, "yellow"),
        "red": await _orders_with(casebook, "red"),
        "pushed_to_inspection": await _count(casebook, select(inspections)),
        "returned": await _count(casebook, select(returns)),
        "arbitrated": await _count(casebook, select(returns).where(returns.c.arbitration)),
        "extended": await _count(casebook, select(extensions).where(extensions.c.granted.is_(True))),
        "reopened": await _count(casebook, select(reopenings)),
        "sms": await _sms(casebook),
        **await scores.summary(casebook),
    }


async def _orders_with(casebook: AsyncConnection, light: str) -> int:
    statement = select(func.count(lights.c.work_order_id.distinct())).where(lights.c.light == light)
    return int((await casebook.execute(statement)).scalar_one())


async def _count(casebook: AsyncConnection, rows: Any) -> int:
    return int((await casebook.execute(select(func.count(literal(1))).select_from(rows.subquery()))).scalar_one())


async def _sms(casebook: AsyncConnection) -> dict[str, int]:
    counts = await messages.counts(casebook)
    sent = counts["sent"] + counts["delivered"]
    return {
        "queued": sum(counts.values()),
        "sent": sent,
        "delivered": counts["delivered"],
        "failed": counts["failed"],
        "uncertain": counts["uncertain"],
    }


async def size_bytes(casebook: AsyncConnection) -> int:
    """Return how much room the whole casebook takes on its disk."""
    return int((await casebook.execute(select(func.pg_database_size(func.current_database())))).scalar_one())
