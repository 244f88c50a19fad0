"""What has moved a clock since it began: extensions, speed-ups, suspensions, a calendar or a limit that was changed.

Each change counts once (a resumption too), and each number of changes has its own entry in the ledger: so a job that
runs twice plans nothing twice. What the ledger keeps of a change is coded; free texts stay with the change itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select, update

from casebook.engine import AsyncConnection
from casebook.schema import extensions, replans, speed_ups, suspensions, work_orders
from casebook.working_calendar import Pause

LEAD = "handling"
LIMIT = ("limit_hours", "inspect_hours", "basis")
GRANTED = extensions.c.granted.is_(True)
RESUMED = suspensions.c.resumed_at.is_not(None)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """How often a clock was changed, and how: hours in the limit's own basis; `told` for the ledger, oldest first.

    `limit` has the hours and the basis by which the clock runs instead of those it began with, or is None.
    """

    times: int = 0
    extended_hours: float = 0.0
    shortened_hours: float = 0.0
    pauses: tuple[Pause, ...] = ()
    told: tuple[dict[str, Any], ...] = ()
    limit: dict[str, Any] | None = None


async def of_order(casebook: AsyncConnection, work_order_id: str) -> Changes:
    """Return what has changed the clock of a work order."""
    mine = work_orders.c.work_order_id == work_order_id
    return await _changes(casebook, mine, anew=replans.c.work_order_id == work_order_id)


async def of_request(casebook: AsyncConnection, request_id: str) -> Changes:
    """Return what has changed the total clock of a request: what changed the lead's handling, and nothing else."""
    mine = (work_orders.c.request_id == request_id) & (work_orders.c.kind == LEAD)
    anew = (replans.c.request_id == request_id) & replans.c.work_order_id.is_(None)
    return await _changes(casebook, mine, anew=anew)


def shortened(changes: Changes, *, hours: float) -> Changes:
    """Return what the changes would be after one more speed-up."""
    return replace(changes, times=changes.times + 1, shortened_hours=changes.shortened_hours + hours)


def by_the_first_limit(changes: Changes) -> Changes:
    """Return the changes without any other limit than the one that is asked about."""
    return replace(changes, limit=None)


def count_of(work_order_id: ColumnElement[str]) -> ColumnElement[int]:
    """Return how many changes of a work order's clock the ledger must know, as a part of a query."""
    counted = (
        (extensions, GRANTED),
        (speed_ups, speed_ups.c.speed_up_id.is_not(None)),
        (suspensions, suspensions.c.suspension_id.is_not(None)),
        (suspensions, RESUMED),
        (replans, replans.c.replan_id.is_not(None)),
    )
    counts = [
        select(func.count()).where(table.c.work_order_id == work_order_id, condition).scalar_subquery()
        for table, condition in counted
    ]
    return sum(counts[1:], start=counts[0])


async def _changes(casebook: AsyncConnection, mine: ColumnElement[bool], *, anew: ColumnElement[bool]) -> Changes:
    granted = [dict(row) for row in (await casebook.execute(_of(extensions, mine).where(GRANTED))).mappings()]
    shortened = [dict(row) for row in (await casebook.execute(_of(speed_ups, mine))).mappings()]
    suspended = [dict(row) for row in (await casebook.execute(_of(suspensions, mine))).mappings()]
    replanned = select(replans).where(anew).order_by(replans.c.replan_id)
    counted = [dict(row) for row in (await casebook.execute(replanned)).mappings()]
    limits = [{name: row[name] for name in LIMIT} for row in counted if row["basis"]]
    told = [
        *(_told("extension", row, at="decided_at", by="decided_by") | {"hours": row["hours"]} for row in granted),
        *(_told("speed_up", row, at="ordered_at", by="ordered_by") | {"hours": row["hours"]} for row in shortened),
        *(_suspension(row) for row in suspended),
        *(_told(_why(row), row, at="replanned_at", by="replanned_by") for row in counted),
    ]
    return Changes(
        times=len(told) + sum(row["resumed_at"] is not None for row in suspended),
        extended_hours=sum(float(row["hours"]) for row in granted),
        shortened_hours=sum(float(row["hours"]) for row in shortened),
        pauses=tuple(pause_of(row) for row in suspended),
        told=tuple(sorted(told, key=lambda change: str(change["at"]))),
        limit=limits[-1] if limits else None,
    )


async def end_with_work(casebook: AsyncConnection, work_order_id: str, *, person: str, now: datetime) -> None:
    """End a suspension with the work itself: the total clock must not stand still any longer."""
    mine = (suspensions.c.work_order_id == work_order_id) & ~RESUMED & (suspensions.c.until > now)
    await casebook.execute(update(suspensions).where(mine).values(resumed_at=now, resumed_by=person))


def pause_of(suspension: dict[str, Any]) -> Pause:
    """Return from when to when a clock stands still; without a resumption it goes on by itself at `until`."""
    resumed, until = suspension["resumed_at"], suspension["until"]
    return suspension["suspended_at"], min(resumed, until) if resumed else until


def _of(table: Table, mine: ColumnElement[bool]) -> Select[Any]:
    order = work_orders.c.work_order_id == table.c.work_order_id
    return select(table).join(work_orders, order).where(mine)


def _told(kind: str, row: dict[str, Any], *, at: str, by: str) -> dict[str, Any]:
    return {"kind": kind, "at": row[at].isoformat(), "by": row[by]}


def _why(row: dict[str, Any]) -> str:
    return "limits" if row["basis"] else "calendar"


def _suspension(row: dict[str, Any]) -> dict[str, Any]:
    begun = _told("suspension", row, at="suspended_at", by="suspended_by")
    ended = {"resumed_by": row["resumed_by"]} if row["resumed_by"] else {}
    return begun | {"until": pause_of(row)[1].isoformat(), "reason": row["reason_code"]} | ended
