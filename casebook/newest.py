"""Newest of each: the deadline in force of every work order, the last score of every request, a unit's name."""

from sqlalchemy import ColumnElement, Label, Subquery, select
from sqlalchemy.dialects.postgresql import distinct_on

from casebook.schema import deadlines, scores, units


def deadlines_in_force() -> Subquery:
    """Return the newest entry of the ledger for each work order."""
    order = deadlines.c.work_order_id
    return select(deadlines).ext(distinct_on(order)).order_by(order, deadlines.c.version.desc()).subquery()


def last_scores() -> Subquery:
    """Return the score of the last round of each request."""
    request = scores.c.request_id
    return select(scores).ext(distinct_on(request)).order_by(request, scores.c.round.desc()).subquery()


def unit_name(code: ColumnElement[str]) -> Label[str]:
    """Return the column `unit_name`: what a unit is called."""
    statement = select(units.c.name).where(units.c.code == code).limit(1)
    return statement.correlate_except(units).scalar_subquery().label("unit_name")
