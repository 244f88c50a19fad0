"""The books of a simulated year: what was asked of whom, what people did to its clock, and which lights must burn.

Kept by the bench itself from what its people did; the deadline ledger is never asked.
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from launcher.bench.second_opinion import Pause, after, first_match, rows_of

SPREAD = timedelta(seconds=60)
NEAR = timedelta(seconds=90)
LIGHTS = ("yellow", "red", "inspection")
MoveKind = Literal["extension", "speed_up", "suspension", "resumption"]
Key = tuple[str, str, int]  # work order, light, version of its deadline


@dataclass(frozen=True, kw_only=True)
class Move:
    """Something that was done to a running clock: hours for extension and speed-up, `until` for a suspension."""

    kind: MoveKind
    at: datetime
    hours: float = 0.0
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Hours until red and until inspection, and what they count."""

    red: float
    inspection: float
    basis: str


@dataclass(kw_only=True)
class Order:
    """A work order; `ended` between which two instants nobody waited for it any more, None while somebody does."""

    number: str
    request_id: str
    kind: str
    unit: str
    issued_at: datetime
    limit: Limit
    moves: list[Move] = field(default_factory=list)
    ended: Pause | None = None


@dataclass(frozen=True, kw_only=True)
class Burning:
    """A light that burns between two instants, if it is `certain`; `told`: None when the seconds decide."""

    light: str
    version: int
    due: datetime
    begins: datetime
    ends: datetime
    certain: bool
    told: bool | None


class Limits:
    """The table of limits, read anew by `second_opinion`."""

    def __init__(self, table: Path) -> None:
        self._rows = rows_of(table)

    def of(self, kind: str, level: str, *, urgency: str) -> Limit:
        """Return the limit of a kind of work order; a limit has its kind's name."""
        red, inspection, basis = first_match(self._rows, kind, level, urgency)
        return Limit(red=float(red), inspection=float(inspection), basis=basis)


def due_instants(order: Order, moves: list[Move]) -> dict[str, datetime]:
    """Return when each light is due after these moves, on a whole second, without the spread."""
    moved = sum(move.hours * {"extension": 1, "speed_up": -1}.get(move.kind, 0) for move in moves)
    limit = order.limit
    hours = {"yellow": (limit.red + moved) / 2, "red": limit.red + moved, "inspection": limit.inspection + moved}
    pauses = _pauses(moves)
    return {
        light: _whole(after(order.issued_at, count, basis=limit.basis, pauses=pauses)) for light, count in hours.items()
    }


def _pauses(moves: list[Move]) -> list[Pause]:
    pauses: list[Pause] = []
    for move in moves:
        if move.kind == "suspension" and move.until:
            pauses.append((move.at, move.until))
        elif move.kind == "resumption":
            begun, until = pauses.pop()
            pauses.append((begun, min(move.at, until)))
    return pauses


def _whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0) + timedelta(seconds=math.ceil(instant.microsecond / 1_000_000))


def burning(order: Order, *, until: datetime) -> Iterator[Burning]:
    """Yield the lights of a work order up to an instant: those that must burn, and those whose seconds decide it.

    Each version of the deadline has its own; one that lies in the past when a version begins burns at once. A light
    that burnt before is told again only when its new instant was still to come, and inspection once for all.
    """
    before: dict[str, bool | None] = dict.fromkeys(LIGHTS, False)
    beginnings = [order.issued_at, *(move.at for move in order.moves)]
    for version, since in enumerate(beginnings, 1):
        over = order.ended or (until, until)
        till = (beginnings[version],) * 2 if version < len(beginnings) else over
        for light, due in due_instants(order, order.moves[: version - 1]).items():
            begins, ends = max(due, since), max(due + SPREAD, since)
            if begins > till[1]:
                continue
            told = _told(before[light], _passed(due, since), light=light)
            certain = ends < till[0]
            yield Burning(
                light=light, version=version, due=due, begins=begins, ends=ends, certain=certain, told=told
            )  # fmt: skip
            before[light] = True if certain or before[light] else None


def _passed(due: datetime, since: datetime) -> bool | None:
    """Tell whether an instant lay in the past when its version was planned; None when the seconds decide."""
    if due + SPREAD <= since:
        return True
    return None if due <= since + NEAR else False


def _told(before: bool | None, passed: bool | None, *, light: str) -> bool | None:  # noqa: FBT001 - three answers each
    quiet = (before, True if light == "inspection" else passed)
    if False in quiet:
        return True
    return None if None in quiet else False


class Books:
    """The work orders of the year that are open or not judged yet, and when their lights are due."""

    def __init__(self, limits: Limits) -> None:
        self.orders: dict[str, Order] = {}
        self.known = 0
        self._limits = limits
        self._due: list[tuple[datetime, Key]] = []

    def issued(self, row: dict[str, object], *, urgency: str, issued_at: datetime) -> Order:
        """Open a page for a work order that somebody has been given."""
        kind, level = str(row["kind"]), str(row["level"])
        order = Order(
            number=str(row["work_order_id"]),
            request_id=str(row["request_id"]),
            kind=kind,
            unit=str(row["unit"]),
            issued_at=issued_at,
            limit=self._limits.of(kind, level, urgency=urgency),
        )
        self.orders[order.number] = order
        self.known += 1
        self._await(order)
        return order

    def moved(self, order: Order, move: Move) -> None:
        """Note that a clock was changed."""
        order.moves.append(move)
        self._await(order)

    def _await(self, order: Order) -> None:
        for light, due in due_instants(order, order.moves).items():
            heapq.heappush(self._due, (due, (order.number, light, len(order.moves) + 1)))

    def next_lights(self, now: datetime, *, together: timedelta) -> datetime | None:
        """Return the instant at which the next lights burn for sure: those that are due within `together`."""
        while self._due and (self._due[0][0] + SPREAD < now or not self._is_awaited(self._due[0][1])):
            heapq.heappop(self._due)
        if not self._due:
            return None
        group = [self._due[0][0]]
        group += [due for due, key in self._due if group[0] < due <= group[0] + together and self._is_awaited(key)]
        return max(group) + SPREAD + timedelta(seconds=1)

    def _is_awaited(self, key: Key) -> bool:
        order = self.orders.get(key[0])
        return order is not None and order.ended is None and key[2] == len(order.moves) + 1

    def is_near_a_light(self, order: Order, at: datetime) -> bool:
        """Tell whether a light of a work order burns so near that an act at this instant might come before or after."""
        instants = due_instants(order, order.moves).values()
        return any(due - NEAR < at < due + SPREAD + NEAR for due in instants)

    def take_ended(self, *, before: datetime) -> list[Order]:
        """Tear out the pages of all work orders that ended before an instant."""
        ended = [order for order in self.orders.values() if order.ended and order.ended[1] < before]
        for order in ended:
            del self.orders[order.number]
        return ended
