"""What may leave the casebook through the Open311 door: coded facts for everybody, a client's own words for itself.

The public statements select no personal column and no free text, so that nothing of it can leave by mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from casebook import pictures
from casebook.engine import AsyncConnection
from casebook.newest import unit_name
from casebook.requests import IS_OPEN
from casebook.schema import callers, merges, open311_reports, reopenings, requests, total_deadlines, work_orders

Rows = list[dict[str, Any]]
SIGNED_IN, HANDLED = "sign_in", "handling"
OUTCOMES = ("done", "not_possible")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which requests or updates: by number, or by category, time and state; `page` counts from 1."""

    page: int
    page_size: int
    request_ids: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_open: bool | None = None


async def listed(casebook: AsyncConnection, wanted: Wanted) -> Rows:
    """Return the public facts of requests, the newest first."""
    statement = _public().where(*_conditions(wanted))
    newest = (requests.c.received_at.desc(), requests.c.request_id.desc())
    offset = (wanted.page - 1) * wanted.page_size
    rows = await casebook.execute(statement.order_by(*newest).limit(wanted.page_size).offset(offset))
    return [dict(row) for row in rows.mappings()]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.request_ids is not None:
        return [requests.c.request_id.in_(wanted.request_ids)]
    found: list[ColumnElement[bool]] = []
    if wanted.categories is not None:
        found.append(requests.c.category.in_(wanted.categories))
    if wanted.since:
        found.append(requests.c.received_at >= wanted.since)
    if wanted.until:
        found.append(requests.c.received_at <= wanted.until)
    if wanted.is_open is not None:
        found.append(IS_OPEN if wanted.is_open else not_(IS_OPEN))
    return found


def _public() -> Select[Any]:
    mine = work_orders.c.request_id == requests.c.request_id
    reported = and_(mine, work_orders.c.reported_at.is_not(None))
    accepted = and_(reported, work_orders.c.kind == SIGNED_IN, work_orders.c.outcome == "accepted")
    handled = and_(reported, work_orders.c.kind == HANDLED, work_orders.c.outcome.in_(OUTCOMES))
    of_last = select(work_orders.c.outcome, work_orders.c.reported_at).where(
        handled, work_orders.c.round == requests.c.round
    )
    last = of_last.order_by(work_orders.c.reported_at.desc()).limit(1).lateral("last")
    last_accepted = select(func.max(work_orders.c.reported_at)).where(accepted).scalar_subquery()
    promised = (
        select(total_deadlines.c.red_at)
        .where(total_deadlines.c.request_id == requests.c.request_id)
        .order_by(total_deadlines.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    ends = (requests.c.closed_at, requests.c.withdrawn_at, requests.c.merged_into)
    return select(
        *(requests.c[name] for name in ("request_id", "category", "community", "received_at", "taken_in_at")),
        *ends,
        unit_name(requests.c.responsible_unit),
        last_accepted.label("accepted_at"),
        last.c.outcome,
        last.c.reported_at.label("handled_at"),
        promised.label("promised_at"),
    ).outerjoin(last, literal(value=True))


async def own_words(casebook: AsyncConnection, request_ids: Sequence[str], *, platform: str) -> dict[str, Any]:
    """Return what a client itself sent with some requests, by number; of others' requests nothing."""
    rows = await casebook.execute(
        select(
            *(requests.c[name] for name in ("request_id", "text", "lat", "lon")),
            callers.c.address,
            open311_reports.c.media_urls,
        )
        .join(callers, callers.c.request_id == requests.c.request_id)
        .join(open311_reports, open311_reports.c.request_id == requests.c.request_id)
        .where(requests.c.request_id.in_(request_ids), requests.c.platform == platform)
    )
    words = {row["request_id"]: dict(row) for row in rows.mappings()}
    kept = await pictures.of_requests(casebook, tuple(words))
    return {number: row | {"pictures": kept.get(number, [])} for number, row in words.items()}


async def updates(casebook: AsyncConnection, wanted: Wanted) -> Rows:
    """Return what happened to requests, as coded facts, the oldest first: update_id, request_id, at, event, outcome."""
    happened = _happened().subquery("happened")
    conditions = [
        happened.c.at >= wanted.since if wanted.since else None,
        happened.c.at <= wanted.until if wanted.until else None,
        happened.c.request_id.in_(wanted.request_ids) if wanted.request_ids is not None else None,
    ]
    statement = select(happened).where(*(each for each in conditions if each is not None))
    offset = (wanted.page - 1) * wanted.page_size
    rows = await casebook.execute(
        statement.order_by(happened.c.at, happened.c.update_id).limit(wanted.page_size).offset(offset)
    )
    return [dict(row) for row in rows.mappings()]


def _happened() -> Any:
    number = requests.c.request_id
    nothing = null().cast(String).label("outcome")
    last = (
        select(work_orders.c.outcome)
        .where(work_orders.c.request_id == number, work_orders.c.kind == HANDLED, work_orders.c.outcome.in_(OUTCOMES))
        .order_by(work_orders.c.reported_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    order = work_orders.c
    told = or_(
        and_(order.kind == SIGNED_IN, order.outcome == "accepted"),
        and_(order.kind == HANDLED, order.outcome.in_(OUTCOMES)),
    )
    step = case((order.kind == SIGNED_IN, "accepted"), else_="handled")
    again = reopenings.c

    def of_request(event: str, *, at: Any, outcome: Any) -> Select[Any]:
        update_id = (number + f"-{event}").label("update_id")
        return select(update_id, number, at.label("at"), literal(event).label("event"), outcome).where(at.is_not(None))

    return union_all(
        _arrivals(),
        select(order.work_order_id, order.request_id, order.reported_at, step, order.outcome).where(
            told, order.reported_at.is_not(None)
        ),
        select(
            again.request_id + "-reopened-" + again.round.cast(String),
            again.request_id,
            again.reopened_at,
            literal("reopened"),
            nothing,
        ),
        _of_merges("merged", at=merges.c.merged_at),
        _of_merges("parted", at=merges.c.undone_at),
        of_request("closed", at=requests.c.closed_at, outcome=last.label("outcome")),
        of_request("withdrawn", at=requests.c.withdrawn_at, outcome=nothing),
    )


def _arrivals() -> Select[Any]:
    number, taken_in = requests.c.request_id, requests.c.taken_in_at
    at_the_door = exists().where(merges.c.request_id == number, merges.c.merged_at == taken_in)
    event = case((at_the_door, "merged"), else_="received").label("event")
    nothing = null().cast(String).label("outcome")
    return select((number + "-received").label("update_id"), number, taken_in.label("at"), event, nothing)


def _of_merges(event: str, *, at: Any) -> Select[Any]:
    """Return what people merged and parted; what was merged as it came in is told with its arrival."""
    update_id = merges.c.request_id + f"-{event}-" + merges.c.merge_id.cast(String)
    later = select(update_id, merges.c.request_id, at, literal(event), null().cast(String))
    taken_in = requests.c.taken_in_at
    joined = later.join(requests, requests.c.request_id == merges.c.request_id)
    return joined.where(at.is_not(None), at != taken_in)
