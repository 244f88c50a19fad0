"""Every figure of a report as one frozen model: what a renderer may print, and nothing that names a person.

Counts are requests or work orders. A rate keeps its part and its whole, so that a division by nothing stays visible.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from casebook.report_rules import Kind

TENTH = Decimal("0.1")
HUNDREDTH = Decimal("0.01")


class Figure(BaseModel):
    """A part of a report: frozen, with no other keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Trio(Figure):
    """A count in the period, in the one before (环比) and in that of last year (同比)."""

    now: int = 0
    before: int = 0
    year: int = 0

    def on_before(self) -> Decimal | None:
        """Return by how many percent it rose on the period before; None when that was nothing."""
        return _rise(self.now, self.before)

    def on_year(self) -> Decimal | None:
        """Return by how many percent it rose on the same period of last year; None when that was nothing."""
        return _rise(self.now, self.year)


class Rate(Figure):
    """A part of a whole."""

    part: int = 0
    whole: int = 0

    def percent(self) -> Decimal | None:
        """Return the share in percent with one decimal; None of nothing."""
        return quotient(self.part * 100, self.whole, to=TENTH)


class Group(Figure):
    """Requests of one channel, category, unit, level or place."""

    code: str
    name: str
    received: Trio
    closed: int


class Day(Figure):
    """One day of the period in the district's zone."""

    day: date
    received: int
    closed: int


class Standing(Figure):
    """One unit or street in a ranking; `score` is the mean of its scores, of `scored` requests."""

    code: str
    name: str
    on_time: Rate
    scored: int
    score: Decimal | None


class LateOrder(Figure):
    """One open work order on the yellow or the red list; `hours` are left until it is due, or gone since, in full."""

    work_order_id: str
    kind: str
    category: str
    unit: str
    due_at: AwareDatetime
    hours: int


class HotPlace(Figure):
    """One kind of matter in one community."""

    community: str
    category: str
    name: str
    category_name: str
    now: int
    before: int


class TypicalCase(Figure):
    """One request that stands for others, chosen by a rule; nothing of what its caller said or is."""

    why: str
    request_id: str
    category: str
    community: str
    unit: str
    days: Decimal
    score: Decimal | None
    times: int


class Lights(Figure):
    """How many work orders lit a light in the period, and how many stand on that light at its end."""

    yellow: Trio
    red: Trio
    yellow_open: int
    red_open: int
    yellow_list: tuple[LateOrder, ...]
    red_list: tuple[LateOrder, ...]


class Reason(Figure):
    """Why so many were not content."""

    name: str
    count: int


class Quality(Figure):
    """The rates of the period, and those of the one before."""

    on_time: Rate
    on_time_before: Rate
    right_first_time: Rate
    right_first_time_before: Rate
    returned: Rate
    returned_before: Rate
    resolved: Rate
    rated: int
    satisfaction: Decimal | None
    scored: int
    score: Decimal | None
    reasons: tuple[Reason, ...] = ()


class Volume(Figure):
    """What came in and what became of it."""

    received: Trio
    closed: Trio
    withdrawn: int
    merged: int
    open_at_end: int
    by_day: tuple[Day, ...]


class ReportFigures(Figure):
    """All figures of one report, from what the casebook knew at `as_of`."""

    kind: Kind
    label: str
    begins: AwareDatetime
    ends: AwareDatetime
    until: AwareDatetime
    as_of: AwareDatetime
    volume: Volume
    by_channel: tuple[Group, ...]
    by_category: tuple[Group, ...]
    by_matter: tuple[Group, ...]
    by_level: tuple[Group, ...]
    by_unit: tuple[Group, ...]
    by_street: tuple[Group, ...]
    quality: Quality
    lights: Lights
    units_ranked: tuple[Standing, ...]
    streets_ranked: tuple[Standing, ...]
    too_few: int
    hot_places: tuple[HotPlace, ...]
    cases: tuple[TypicalCase, ...]
    supervision_orders: Trio
    inspections: Trio
    extensions: Trio
    enforcement_calls: Trio


def quotient(part: int | Decimal, whole: int | Decimal, *, to: Decimal) -> Decimal | None:
    """Return a division rounded half up to a decimal place; None when it is by nothing."""
    return (Decimal(part) / Decimal(whole)).quantize(to, ROUND_HALF_UP) if whole else None


def _rise(now: int, then: int) -> Decimal | None:
    return quotient((now - then) * 100, then, to=TENTH)
