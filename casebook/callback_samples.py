"""The drawn samples of months: drawn once, kept, and the same ever after; who of them was reached."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, insert, select

from casebook import callback_draw, directory, one_at_a_time
from casebook.callback_draw import Closed
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import unit_name
from casebook.periods import Period
from casebook.schema import callback_calls, callback_samples, callbacks, callers
from casebook.schema import requests as register

FINAL = ("reached", "refused")
SAMPLES = "callback_samples"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One month's draw: of `closed` requests `callable` have a number, `rows` were drawn."""

    month: str
    share: Decimal
    closed: int
    callable: int
    rows: list[dict[str, Any]]


async def draw(casebook: AsyncConnection, period: Period, *, share: Decimal, now: datetime) -> Sample:
    """Draw a month's sample and keep it, or return the one that was drawn; RejectedInput before the month is over."""
    if now < period.ends:
        raise RejectedInput(f"{period.name}还没有结束，办结的诉求还会增加。请在月末之后抽样。")
    await one_at_a_time.hold(casebook, {SAMPLES})
    drawn = await of_month(casebook, period.code)
    if drawn is None:
        closed, found = await _closed(casebook, period)
        if not closed:
            raise RejectedInput(f"{period.name}没有办结的诉求，没有可回访的。请换一个月份。")
        count = callback_draw.size(closed, share=share, callable_=len(found))
        kept = {"month": period.code, "share": share, "closed": closed, "callable": len(found), "drawn_at": now}
        await casebook.execute(insert(callback_samples).values(kept))
        rows = [
            {"month": period.code, "request_id": each.request_id, "round": each.round, "unit": each.unit}
            | {"stratum": each.street}
            for each in callback_draw.draw(period.code, found, count=count)
        ]
        if rows:
            await casebook.execute(insert(callbacks), rows)
        drawn = await of_month(casebook, period.code)
    if drawn is None or drawn.share != share:
        said = f"{drawn.share:.1%}" if drawn else ""
        raise RejectedInput(f"{period.name}已经按 {said} 抽过样，不再重抽。请用同样的比例查看。")
    return drawn


async def of_month(casebook: AsyncConnection, month: str) -> Sample | None:
    """Return a month's draw with what came of each; None when nothing was drawn yet."""
    kept = (await casebook.execute(select(callback_samples).where(callback_samples.c.month == month))).mappings()
    row = kept.one_or_none()
    if row is None:
        return None
    told = {name: row[name] for name in ("month", "share", "closed", "callable")}
    return Sample(**told, rows=await _rows(casebook, month))


async def months(casebook: AsyncConnection) -> list[str]:
    """Return the months that were drawn, the newest first."""
    rows = await casebook.execute(select(callback_samples.c.month).order_by(callback_samples.c.month.desc()))
    return list(rows.scalars())


async def _rows(casebook: AsyncConnection, month: str) -> list[dict[str, Any]]:
    calls = callback_calls.c.callback_id == callbacks.c.callback_id
    last = select(callback_calls.c.outcome).where(calls).order_by(callback_calls.c.call_id.desc()).limit(1)
    count = select(func.count()).where(calls)
    rows = await casebook.execute(
        select(
            callbacks,
            register.c.category,
            register.c.community,
            register.c.closed_at,
            unit_name(callbacks.c.unit),
            last.scalar_subquery().label("outcome"),
            count.scalar_subquery().label("calls"),
        )
        .join(register, register.c.request_id == callbacks.c.request_id)
        .where(callbacks.c.month == month)
        .order_by(callbacks.c.callback_id)
    )
    return [dict(row) for row in rows.mappings()]


async def _closed(casebook: AsyncConnection, period: Period) -> tuple[int, list[Closed]]:
    """Return how many requests were closed in a period, and those of them whose callers can be rung."""
    streets = await directory.streets_of(casebook, at=period.ends)
    has_number = exists().where(callers.c.request_id == register.c.request_id, callers.c.phone.is_not(None))
    rows = await casebook.execute(
        select(
            register.c.request_id,
            register.c.round,
            register.c.lead_unit,
            register.c.community,
            has_number.label("rings"),
        )
        .where(register.c.closed_at >= period.begins, register.c.closed_at < period.ends)
        .where(register.c.merged_into.is_(None), register.c.withdrawn_at.is_(None))
        .order_by(register.c.request_id)
    )
    closed = rows.all()
    found = [
        Closed(request_id=row.request_id, round=row.round, street=streets.get(row.community, ""), unit=row.lead_unit)
        for row in closed
        if row.rings
    ]
    return len(closed), found


async def pending(casebook: AsyncConnection, request_id: str, *, calls_most: int) -> dict[str, Any] | None:
    """Return a drawn request that is still to be rung; None when it was not drawn, or nothing is left to do."""
    found = await casebook.execute(
        select(callbacks).where(callbacks.c.request_id == request_id).order_by(callbacks.c.callback_id.desc()).limit(1)
    )
    row = found.mappings().one_or_none()
    if row is None:
        return None
    made = select(callback_calls.c.outcome).where(callback_calls.c.callback_id == row["callback_id"])
    outcomes = list((await casebook.execute(made)).scalars())
    return None if set(outcomes) & set(FINAL) or len(outcomes) >= calls_most else dict(row)
