"""What the casebook knew at an instant, as statements that the figures of a report are counted from.

Everything that happened later is left out: what came in, ended, was issued, reported, planned or moved after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Label, Subquery, and_, case, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.selectable import LateralFromClause

from casebook.report_periods import Name, Window
from casebook.schema import deadlines, places, redispatched_orders, requests, units, work_orders

LEAD = "handling"


@dataclass(frozen=True, kw_only=True)
class Known:
    """The stretches that are counted, and the instant whose knowledge counts."""

    windows: Mapping[Name, Window]
    as_of: datetime

    @property
    def now(self) -> Window:
        """The period itself."""
        return self.windows["now"]

    def within(self, column: ColumnElement[datetime], name: Name = "now") -> ColumnElement[bool]:
        """Return the condition that something happened in a stretch, and was known."""
        window = self.windows[name]
        return and_(column >= window.begins, column < window.ends, column <= self.as_of)

    def within_any(self, column: ColumnElement[datetime]) -> ColumnElement[bool]:
        """Return the condition that something happened in one of the three stretches."""
        return or_(*(self.within(column, name) for name in self.windows))

    def happened(self, column: ColumnElement[datetime]) -> ColumnElement[bool]:
        """Return the condition that something had happened by the end of the period, as far as it was known."""
        return and_(column.is_not(None), column < self.now.ends, column <= self.as_of)

    def taken_in(self) -> ColumnElement[bool]:
        """Return the condition that a request was in the register."""
        return requests.c.taken_in_at <= self.as_of

    def lead_order(self) -> LateralFromClause:
        """Return the newest order of the lead of one request, with the unit that then had it; join it to requests."""
        known = work_orders.c
        return (
            select(known.level, self._unit())
            .where(known.request_id == requests.c.request_id)
            .where(known.kind == LEAD, known.issued_at <= self.as_of)
            .order_by(known.issued_at.desc(), known.work_order_id.desc())
            .limit(1)
            .lateral("lead")
        )

    def orders(self) -> Subquery:
        """Return every work order with a deadline, with what was known of it: issued, reported, taken back, due."""
        planned, known = self._deadline(), work_orders.c
        return (
            select(
                known.work_order_id,
                known.request_id,
                known.kind,
                known.issued_at,
                self._unit(),
                case((known.reported_at <= self.as_of, known.reported_at)).label("reported_at"),
                case((known.closed_at <= self.as_of, known.closed_at)).label("closed_at"),
                planned.c.yellow_at,
                planned.c.red_at,
            )
            .select_from(work_orders)
            .join(planned, true())
            .where(known.issued_at <= self.as_of)
            .subquery("orders")
        )

    def unit_names(self) -> Subquery:
        """Return what each unit was called; one that began later has its first name."""
        begun = case((units.c.valid_from <= self.as_of, units.c.valid_from))
        named = select(units.c.code, units.c.name).ext(distinct_on(units.c.code))
        order = (units.c.code, begun.desc().nulls_last(), units.c.valid_from, units.c.version_id.desc())
        return named.order_by(*order).subquery("unit_names")

    def place_names(self) -> Subquery:
        """Return what each community and street was called, and the street of each community."""
        begun = case((places.c.valid_from <= self.as_of, places.c.valid_from))
        named = select(places.c.code, places.c.name, places.c.street).ext(distinct_on(places.c.code))
        order = (places.c.code, begun.desc().nulls_last(), places.c.valid_from, places.c.version_id.desc())
        return named.order_by(*order).subquery("place_names")

    def _deadline(self) -> LateralFromClause:
        """Return the deadline of one order that was in force; looked up order by order, for few are asked for."""
        newest = select(deadlines.c.yellow_at, deadlines.c.red_at)
        known = newest.where(
            deadlines.c.work_order_id == work_orders.c.work_order_id, deadlines.c.planned_at <= self.as_of
        )
        return known.order_by(deadlines.c.version.desc()).limit(1).lateral("planned")

    def _unit(self) -> Label[str]:
        """Return the unit that had an order: before the first re-dispatch, or undoing of one, that came later."""
        move = redispatched_orders.c
        forth = move.moved_at > self.as_of
        unit, at = case((forth, move.from_unit), else_=move.to_unit), case((forth, move.moved_at), else_=move.undone_at)
        first = (
            select(unit)
            .where(move.work_order_id == work_orders.c.work_order_id, or_(forth, move.undone_at > self.as_of))
            .order_by(at)
            .limit(1)
            .correlate(work_orders)
            .scalar_subquery()
        )
        return func.coalesce(first, work_orders.c.unit).label("unit")


def open_at_end(orders: Subquery, window: Window) -> ColumnElement[bool]:
    """Return the condition that an order was issued and neither reported nor taken back by the end of a stretch."""
    later = [or_(column.is_(None), column >= window.ends) for column in (orders.c.reported_at, orders.c.closed_at)]
    return and_(orders.c.issued_at < window.ends, *later)


def reported_in(orders: Subquery, window: Window) -> ColumnElement[bool]:
    """Return the condition that an order was reported in a stretch."""
    return and_(orders.c.reported_at >= window.begins, orders.c.reported_at < window.ends)


def judged(orders: Subquery, window: Window) -> ColumnElement[bool]:
    """Return the condition that an order is judged (应办结): reported in a stretch, or overdue at its end."""
    reported, still_open = reported_in(orders, window), open_at_end(orders, window)
    asked_for = or_(reported, still_open)  # says nothing new, but lets the deadline be looked up for these alone
    return and_(asked_for, or_(reported, and_(still_open, orders.c.red_at < window.ends)))


def on_time(orders: Subquery, window: Window) -> ColumnElement[bool]:
    """Return the condition that an order was reported in a stretch, and by its red light."""
    return and_(reported_in(orders, window), orders.c.reported_at <= orders.c.red_at)


def stretch_of(column: ColumnElement[datetime], known: Known) -> ColumnElement[str]:
    """Return the column that says in which stretch an instant lies; use it with `within_any`."""
    return case(*((known.within(column, name), literal(name)) for name in known.windows)).label("stretch")
