"""What the engine still owes the casebook: facts that have been written and not been acted on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, and_, exists, func, literal, select

from casebook import clock_changes, work_orders
from casebook.engine import AsyncConnection
from casebook.newest import deadlines_in_force
from casebook.ratings import matter_of
from casebook.requests import IS_OPEN
from casebook.schema import (
    appeals,
    co_tasks,
    district_reports,
    enforcement_calls,
    fact_outbox,
    inspections,
    lights,
    merges,
    messages,
    ratings,
    report_versions,
    requests,
    supervision_orders,
)
from casebook.schema import deadlines as ledger
from casebook.schema import work_orders as orders

INSTANTS = {"yellow": "yellow_at", "red": "red_at", "inspection": "inspect_at"}


async def owed(casebook: AsyncConnection, *, now: datetime) -> dict[str, int]:
    """Return what is still to be done by now, by kind; empty when everything waits for a person.

    A value that does not go down means that an incident stands or that a worker is missing.
    """
    counts = {
        "facts_not_published": _count(fact_outbox, fact_outbox.c.published_at.is_(None)),
        "deadlines_not_planned": _not_planned(),
        **{f"{light}_lights_not_raised": _dark(light, now=now) for light in INSTANTS},
        "reports_not_taken_in": _count(orders, orders.c.reported_at.is_not(None) & orders.c.closed_at.is_(None)),
        "ratings_not_closed": _count(
            ratings, ratings.c.closed_at.is_(None) & ((ratings.c.due_at <= now) | _answered_by_all())
        ),
        "messages_not_sent": _count(
            messages, messages.c.state.in_(("queued", "sending")) & (messages.c.send_after <= now)
        ),
        "co_units_not_engaged": _count(co_tasks, _not_begun(co_tasks)),
        "enforcement_calls_not_opened": _count(enforcement_calls, _not_begun(enforcement_calls)),
        "supervision_orders_not_issued": _count(supervision_orders, _not_begun(supervision_orders)),
        "merges_not_carried_out": _count(merges, merges.c.taken_back_at.is_(None)),
        "inspections_not_opened": _count(inspections, _not_begun(inspections)),
        "appeals_not_acted_on": _count(appeals, appeals.c.ended_at.is_(None) & _is_the_engines_turn()),
        "reports_not_made_or_sent": _count(district_reports, _report_on_its_way()),
        "requests_waiting_for_nobody": _count(requests, IS_OPEN & ~_waits_for_somebody()),
    }
    statement = select(*(count.label(kind) for kind, count in counts.items()))
    found = (await casebook.execute(statement)).mappings().one()
    return {kind: count for kind, count in found.items() if count}


def _count(rows: FromClause, condition: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(func.count(literal(1))).select_from(rows).where(condition).scalar_subquery()


def _not_planned() -> ScalarSelect[Any]:
    """Count open work orders whose clock was changed in a way that is not in the ledger yet."""
    return _count(
        orders,
        work_orders.IS_OPEN & (func.coalesce(_version(), 0) < clock_changes.count_of(orders.c.work_order_id) + 1),
    )


def _version() -> ScalarSelect[Any]:
    """Return the version in force of a work order's deadline; cheap as long as few work orders are asked about."""
    versions = ledger.alias()
    mine = versions.c.work_order_id == orders.c.work_order_id
    return select(func.max(versions.c.version)).where(mine).correlate(orders).scalar_subquery()


def _not_begun(matters: FromClause) -> ColumnElement[bool]:
    """Match what was called for and has no process of the engine's yet."""
    of_request = requests.c.request_id == matters.c.request_id
    not_taken_back = requests.c.withdrawal_asked_at.is_(None) & requests.c.merged_into.is_(None)
    goes_on = exists().where(of_request, not_taken_back)
    return matters.c.ended_at.is_(None) & matters.c.process_instance_key.is_(None) & goes_on


def _is_the_engines_turn() -> ColumnElement[bool]:
    """Match an appeal that no process has taken up yet, or whose decision does not count yet."""
    return appeals.c.process_instance_key.is_(None) | appeals.c.decision.is_not(None)


def _report_on_its_way() -> ColumnElement[bool]:
    """Match an open report of which no version waits for a person's decision."""
    undecided = exists().where(
        report_versions.c.report_id == district_reports.c.report_id, report_versions.c.decision.is_(None)
    )
    return district_reports.c.sent_at.is_(None) & district_reports.c.dropped_at.is_(None) & ~undecided


def _answered_by_all() -> ColumnElement[bool]:
    """Match a given rating when nobody else of the same matter and round is awaited."""
    other = ratings.alias("other")
    main_id = matter_of(ratings)
    own = (other.c.request_id == main_id) & other.c.main_id.is_(None)
    same = (own | (other.c.main_id == main_id)) & (other.c.round == ratings.c.round)
    awaited = other.c.awaited & other.c.rated_at.is_(None) & other.c.closed_at.is_(None)
    return ratings.c.rated_at.is_not(None) & ~exists().where(same, awaited)


def _waits_for_somebody() -> ColumnElement[bool]:
    order = exists().where(orders.c.request_id == requests.c.request_id, work_orders.IS_OPEN)
    rating = exists().where(ratings.c.request_id == requests.c.request_id, ratings.c.closed_at.is_(None))
    return (order | rating) & requests.c.withdrawal_asked_at.is_(None)


def _dark(light: str, *, now: datetime) -> ScalarSelect[Any]:
    """Count open work orders over which a light should burn by now and does not."""
    raised = exists().where(
        and_(
            lights.c.work_order_id == ledger.c.work_order_id,
            lights.c.light == light,
            lights.c.version == ledger.c.version,
        )
    )
    in_force = (ledger.c.work_order_id == orders.c.work_order_id) & (ledger.c.version == _version())
    due = work_orders.IS_OPEN & (ledger.c[INSTANTS[light]] <= now)
    return _count(orders.join(ledger, in_force), due & ~raised)


async def first_due(casebook: AsyncConnection, *, after: datetime) -> datetime | None:
    """Return the next instant at which a light is due, a rating ends or a text may leave, or None."""
    newest = deadlines_in_force()
    is_open = (orders.c.work_order_id == newest.c.work_order_id) & work_orders.IS_OPEN
    due = [
        select(func.min(newest.c[name])).select_from(newest.join(orders, is_open)).where(newest.c[name] > after)
        for name in INSTANTS.values()
    ]
    due.append(select(func.min(ratings.c.due_at)).where(ratings.c.closed_at.is_(None), ratings.c.due_at > after))
    due.append(
        select(func.min(messages.c.send_after)).where(messages.c.state == "queued", messages.c.send_after > after)
    )
    instants = [(await casebook.execute(statement)).scalar_one_or_none() for statement in due]
    return min((instant for instant in instants if instant), default=None)
