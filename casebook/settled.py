"""What the engine still owes the casebook: facts that have been written and not been acted on."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, literal, select

from casebook import deadlines, facts, work_orders
from casebook.engine import AsyncConnection
from casebook.newest import deadlines_in_force
from casebook.requests import IS_OPEN
from casebook.schema import lights, messages, ratings, requests
from casebook.schema import work_orders as orders

INSTANTS = {"yellow": "yellow_at", "red": "red_at", "inspection": "inspect_at"}


async def owed(casebook: AsyncConnection, *, now: datetime) -> dict[str, int]:
    """Return what is still to be done by now, by kind; empty when everything waits for a person.

    A value that does not go down means that an incident stands or that a worker is missing.
    """
    counts = {
        "facts_not_published": await facts.pending(casebook),
        "deadlines_not_planned": await deadlines.not_planned_anew(casebook),
        "lights_not_raised": sum([await _dark(casebook, light, now=now) for light in INSTANTS]),
        "reports_not_taken_in": await _count(
            casebook, orders.c.reported_at.is_not(None) & orders.c.closed_at.is_(None)
        ),
        "ratings_not_closed": await _count(
            casebook, ratings.c.closed_at.is_(None) & ((ratings.c.due_at <= now) | ratings.c.rated_at.is_not(None))
        ),
        "messages_not_sent": await _count(
            casebook, messages.c.state.in_(("queued", "sending")) & (messages.c.send_after <= now)
        ),
        "requests_waiting_for_nobody": await _count(casebook, IS_OPEN & ~_waits_for_somebody()),
    }
    return {kind: count for kind, count in counts.items() if count}


async def _count(casebook: AsyncConnection, condition: ColumnElement[bool]) -> int:
    statement = select(func.count(literal(1))).where(condition)
    return int((await casebook.execute(statement)).scalar_one())


def _waits_for_somebody() -> ColumnElement[bool]:
    order = exists().where(orders.c.request_id == requests.c.request_id, work_orders.IS_OPEN)
    rating = exists().where(ratings.c.request_id == requests.c.request_id, ratings.c.closed_at.is_(None))
    return (order | rating) & requests.c.withdrawal_asked_at.is_(None)


async def _dark(casebook: AsyncConnection, light: str, *, now: datetime) -> int:
    newest = deadlines_in_force()
    raised = exists().where(
        and_(
            lights.c.work_order_id == newest.c.work_order_id,
            lights.c.light == light,
            lights.c.version == newest.c.version,
        )
    )
    statement = (
        select(func.count(literal(1)))
        .select_from(newest.join(orders, orders.c.work_order_id == newest.c.work_order_id))
        .where(work_orders.IS_OPEN, newest.c[INSTANTS[light]] <= now, ~raised)
    )
    return int((await casebook.execute(statement)).scalar_one())


async def first_due(casebook: AsyncConnection, *, after: datetime) -> datetime | None:
    """Return the next instant at which a light is due or a rating ends, or None."""
    newest = deadlines_in_force()
    is_open = (orders.c.work_order_id == newest.c.work_order_id) & work_orders.IS_OPEN
    due = [
        select(func.min(newest.c[name])).select_from(newest.join(orders, is_open)).where(newest.c[name] > after)
        for name in INSTANTS.values()
    ]
    due.append(select(func.min(ratings.c.due_at)).where(ratings.c.closed_at.is_(None), ratings.c.due_at > after))
    instants = [(await casebook.execute(statement)).scalar_one_or_none() for statement in due]
    return min((instant for instant in instants if instant), default=None)
