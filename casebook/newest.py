"""Newest of each: the deadline in force of every work order, the last score of every request, a unit's name."""

from datetime import datetime

from sqlalchemy import ColumnElement, Label, Subquery, Table, case, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from casebook.schema import deadlines, scores, total_deadlines, units


def deadlines_in_force() -> Subquery:
    """Return the newest entry of the ledger for each work order."""
    order = deadlines.c.work_order_id
    return select(deadlines).ext(distinct_on(order)).order_by(order, deadlines.c.version.desc()).subquery()


def totals_in_force() -> Subquery:
    """Return the newest entry of the total clock for each request."""
    request = total_deadlines.c.request_id
    newest = select(total_deadlines).ext(distinct_on(request))
    return newest.order_by(request, total_deadlines.c.version.desc()).subquery()


def last_scores() -> Subquery:
    """Return the score of the last round of each request."""
    request = scores.c.request_id
    return select(scores).ext(distinct_on(request)).order_by(request, scores.c.round.desc()).subquery()


def in_force(table: Table, at: datetime | ColumnElement[datetime] | None) -> ColumnElement[bool]:
    """Return the condition that a version is in force at an instant; without one, that it has not been ended.

    Without an instant the answer is what was decided last, also when that begins or ends only later.
    """
    not_ended = table.c.valid_to.is_(None)
    return not_ended if at is None else (table.c.valid_from <= at) & or_(not_ended, table.c.valid_to > at)


def nearest_version(at: datetime | ColumnElement[datetime] | None) -> tuple[ColumnElement[object], ...]:
    """Return the order in which a unit's versions answer for an instant: that of then, else the next one after it.

    Never nobody: what was issued to a unit before it began or after it ended still shows a name.
    """
    if at is None:
        return (units.c.valid_from.desc(), units.c.version_id.desc())
    begun = case((units.c.valid_from <= at, units.c.valid_from))
    return (begun.desc().nulls_last(), units.c.valid_from, units.c.version_id.desc())


def unit_name(code: ColumnElement[str], *, at: ColumnElement[datetime] | None = None) -> Label[str]:
    """Return the column `unit_name`: what a unit was called at an instant, or is called now."""
    statement = select(units.c.name).where(units.c.code == code).order_by(*nearest_version(at)).limit(1)
    return statement.correlate_except(units).scalar_subquery().label("unit_name")
