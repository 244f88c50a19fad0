"""A second opinion on every figure of a report: lists and loops over the same rows, with no code of the casebook."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.casebook.report_life import Life, Row

Stretch = tuple[datetime, datetime]


def rounded(part: Decimal | int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else None


class Oracle:
    """Knows what was known at an instant, and counts it in three stretches of time."""

    def __init__(self, life: Life, stretches: dict[str, Stretch], as_of: datetime) -> None:
        self.life, self.stretches, self.as_of = life, stretches, as_of
        self.requests = {row["request_id"]: row for row in life["requests"] if row["taken_in_at"] <= as_of}
        self.orders = [self._seen(row) for row in life["work_orders"] if row["issued_at"] <= as_of]

    def known(self, at: datetime | None) -> datetime | None:
        return at if at is not None and at <= self.as_of else None

    def inside(self, at: datetime | None, name: str = "now") -> bool:
        begins, ends = self.stretches[name]
        return self.known(at) is not None and at is not None and begins <= at < ends

    def trio(self, instants: Iterable[datetime | None]) -> dict[str, int]:
        seen = list(instants)
        return {name: sum(self.inside(at, name) for at in seen) for name in self.stretches}

    def _seen(self, row: Row) -> Row:
        planned = [
            entry
            for entry in self.life["deadlines"]
            if entry["work_order_id"] == row["work_order_id"] and entry["planned_at"] <= self.as_of
        ]
        last = max(planned, key=lambda entry: int(entry["version"]), default=None)
        seen = row | {name: self.known(row[name]) for name in ("reported_at", "closed_at")}
        return seen | {
            "unit": self._unit(row),
            "red_at": last and last["red_at"],
            "yellow_at": last and last["yellow_at"],
        }

    def _unit(self, row: Row) -> str:
        """Return the unit that had an order at the instant, played forward from the unit it was issued to."""
        moves = [move for move in self.life["redispatched_orders"] if move["work_order_id"] == row["work_order_id"]]
        unit: str = moves[0]["from_unit"] if moves else row["unit"]
        for move in moves:
            unit = move["to_unit"] if move["moved_at"] <= self.as_of else unit
            unit = move["from_unit"] if self.known(move["undone_at"]) else unit
        return unit

    def lead(self, request_id: str) -> Row | None:
        mine = [row for row in self.orders if row["request_id"] == request_id and row["kind"] == "handling"]
        return max(mine, key=lambda row: (row["issued_at"], row["work_order_id"]), default=None)

    def groups(self, code_of: Callable[[Row], str]) -> dict[str, tuple[dict[str, int], int]]:
        by: dict[str, list[Row]] = defaultdict(list)
        for row in self.requests.values():
            by[code_of(row)].append(row)
        found = {}
        for code, rows in by.items():
            received = self.trio(row["received_at"] for row in rows)
            closed = self.trio(row["closed_at"] for row in rows)
            if any(received.values()) or any(closed.values()):
                found[code] = (received, closed["now"])
        return found

    def open_at(self, order: Row, name: str) -> bool:
        ends = self.stretches[name][1]
        gone = [order[column] is not None and order[column] < ends for column in ("reported_at", "closed_at")]
        return order["issued_at"] < ends and not any(gone)

    def judged(self, name: str) -> list[tuple[Row, bool]]:
        found = []
        for order in self.orders:
            if order["kind"] != "handling" or order["red_at"] is None:
                continue
            if self.inside(order["reported_at"], name):
                found.append((order, order["reported_at"] <= order["red_at"]))
            elif self.open_at(order, name) and order["red_at"] < self.stretches[name][1]:
                found.append((order, False))
        return found

    def on_time(self, name: str) -> tuple[int, int]:
        judged = self.judged(name)
        return sum(good for _, good in judged), len(judged)

    def dispatched(self, name: str) -> tuple[int, int, int]:
        at_once = returned = whole = 0
        for request_id, row in self.requests.items():
            asked = [order for order in self.orders if order["request_id"] == request_id and order["kind"] == "sign_in"]
            said = [order["outcome"] for order in asked if order["reported_at"] is not None]
            if self.inside(row["received_at"], name) and "accepted" in said:
                whole += 1
                at_once += said[0] == "accepted"
                returned += "returned" in said
        return at_once, returned, whole

    def scores(self) -> dict[str, Row]:
        last: dict[str, Row] = {}
        for row in sorted(self.life["scores"], key=lambda row: int(row["round"])):
            if self.inside(row["scored_at"]):
                last[row["request_id"]] = row
        return {request_id: moved for request_id, row in last.items() if (moved := self._moved(row)) is not None}

    def _moved(self, row: Row) -> Row | None:
        """Return a score as decisions had moved it by the instant; None when one had excluded it."""
        score = row["score"]
        for decided in self.life["score_adjustments"]:
            same = all(decided[name] == row[name] for name in ("request_id", "unit"))
            if not same or self.known(decided["adjusted_at"]) is None:
                continue
            if decided["round"] == row["round"] or (decided["lasting"] and decided["round"] < row["round"]):
                score += decided["points"]
            if decided["round"] == row["round"] and decided["excludes"]:
                return None
        return row | {"score": min(100, max(0, score))}

    def standings(self, code_of: Callable[[str, Row], str], least: int) -> list[tuple[Any, ...]]:
        good: Counter[str] = Counter()
        whole: Counter[str] = Counter()
        points: dict[str, list[int]] = defaultdict(list)
        for order, in_time in self.judged("now"):
            code = code_of(order["unit"], self.requests[order["request_id"]])
            good[code] += in_time
            whole[code] += 1
        for request_id, row in self.scores().items():
            points[code_of(row["unit"], self.requests[request_id])].append(row["score"])
        found = [
            (code, good[code], whole[code], len(points[code]), rounded(sum(points[code]), len(points[code])))
            for code in whole
            if whole[code] >= least
        ]
        return sorted(found, key=lambda one: (-Decimal(one[1]) / one[2], -(one[4] or 0), -one[2], one[0]))

    def lit(self, light: str) -> dict[str, int]:
        lights = [row for row in self.life["lights"] if row["light"] == light]
        return {
            name: len({row["work_order_id"] for row in lights if self.inside(row["raised_at"], name)})
            for name in self.stretches
        }

    def standing_on(self, light: str) -> list[Row]:
        ends = self.stretches["now"][1]
        still = [row for row in self.orders if row["red_at"] is not None and self.open_at(row, "now")]
        red = [row for row in still if row["red_at"] <= ends]
        yellow = [row for row in still if row["yellow_at"] <= ends < row["red_at"]]
        chosen = red if light == "red" else yellow
        return sorted(chosen, key=lambda row: (row["red_at"], row["work_order_id"]))

    def by_day(self, column: str, zone: tzinfo) -> Counter[Any]:
        return Counter(
            row[column].astimezone(zone).date() for row in self.requests.values() if self.inside(row[column])
        )
