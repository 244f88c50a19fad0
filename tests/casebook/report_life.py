"""A district's life for the tests of reports: plain rows by table, drawn by a seed, and written."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import deadlines, lights, ratings, redispatched_orders, redispatches, requests, returns
from casebook.schema import score_adjustments as moved
from casebook.schema import scores as given
from casebook.schema import work_orders as orders

Row = dict[str, Any]
INSTANCES = itertools.count(10**12)
TABLES = (requests, orders, deadlines, lights, returns, ratings, given, moved, redispatches, redispatched_orders)


@dataclass(kw_only=True)
class Life:
    """What happened, as rows by the name of their table."""

    dice: Random
    district: District
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table.name: [] for table in TABLES})

    def __getitem__(self, table: str) -> list[Row]:
        return self.rows[table]

    async def write(self, casebook: AsyncConnection) -> None:
        for table in TABLES:
            if self.rows[table.name]:
                await casebook.execute(insert(table), self.rows[table.name])

    def later(self, than: datetime, most_hours: int) -> datetime:
        return than + timedelta(minutes=self.dice.randrange(1, most_hours * 60))

    def sometimes(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent

    def unit(self) -> str:
        return self.dice.choice([unit.code for unit in self.district.units][5:17])


def drawn(seed: int, district: District, *, starts: tuple[datetime, ...], count: int) -> Life:
    """Let `count` requests come in, each within twelve days after one of the starts."""
    life = Life(dice=Random(seed), district=district)  # noqa: S311
    for number in range(count):
        _request(life, number, at=life.later(life.dice.choice(starts), 12 * 24))
    return life


def _request(life: Life, number: int, *, at: datetime) -> None:
    request_id = f"JA20990101-{number:06d}-0"
    taken = life.later(at, 48)
    row: Row = {"request_id": request_id, "platform": "mayor_line", "external_id": f"report-{number}"}
    row |= {"channel": life.dice.choice(list(life.district.channels)), "received_at": at, "taken_in_at": taken}
    row |= {"category": life.dice.choice(list(life.district.catalogue)[::25]), "urgency": "normal", "title": "样例"}
    row |= {"community": life.dice.choice(sorted(life.district.communities)[::12]), "caller_kind": "citizen"}
    row |= {"text": "样例", "responsible_unit": "district_centre", "merged_into": None, "level": None}
    row |= {"closed_at": None, "withdrawn_at": None}
    life["requests"].append(row)
    if number and life.sometimes(5):
        row["merged_into"] = "JA20990101-000000-0"
    elif life.sometimes(6):
        row["withdrawn_at"] = life.later(taken, 200)
    else:
        _course(life, row, level=life.dice.choice("ABCD"))


def _course(life: Life, row: Row, *, level: str) -> None:
    at = row["taken_in_at"]
    for step in range(1, 4):
        outcome = "accepted" if step == 3 or life.sometimes(70) else life.dice.choice(["returned", "returned", "done"])
        at = _order(life, row, kind="sign_in", level=level, at=at, outcome=outcome)
        if outcome == "accepted":
            break
    for step in range(2 if life.sometimes(20) else 1):
        done = life.sometimes(75)
        at = _order(life, row, kind="handling", level=level, at=at, outcome="done" if done else None)
        if not done:
            return
        if step == 0 or life.sometimes(70):
            _rating(life, row, round_=step + 1, at=at)
    row["closed_at"] = life.later(at, 60)


def _order(life: Life, row: Row, *, kind: str, level: str, at: datetime, outcome: str | None) -> datetime:
    request_id, unit = row["request_id"], life.unit()
    number = 1 + sum(order["request_id"] == request_id for order in life["work_orders"])
    work_order_id, issued = f"{request_id}-{number:02d}", life.later(at, 5)
    reported = life.later(issued, 150) if outcome else None
    closed = reported + timedelta(seconds=2) if reported else life.later(issued, 150) if life.sometimes(20) else None
    order: Row = {"work_order_id": work_order_id, "request_id": request_id, "process_instance_key": next(INSTANCES)}
    order |= {"kind": kind, "unit": unit, "level": level, "form": kind, "round": 1, "issued_at": issued}
    life["work_orders"].append(order | {"reported_at": reported, "outcome": outcome, "closed_at": closed})
    for version in range(1, 3 if life.sometimes(15) else 2):
        _deadline(life, work_order_id, version=version, at=issued)
    if outcome == "returned":
        noted = {"work_order_id": work_order_id, "request_id": request_id, "outcome": outcome}
        life["returns"].append(noted | {"level": level, "arbitration": False, "recorded_at": reported})
    if life.sometimes(40):
        _move(life, work_order_id, request_id, from_unit=unit)
    return reported or issued


def _deadline(life: Life, work_order_id: str, *, version: int, at: datetime) -> None:
    planned = at if version == 1 else life.later(at, 100)
    hours = 60 * version
    entry: Row = {"work_order_id": work_order_id, "version": version, "limit_name": "handling", "limit_hours": hours}
    entry |= {"inspect_hours": hours * 2, "basis": "calendar", "extended_hours": 0, "started_at": at, "skipped": []}
    entry |= {"yellow_at": at + timedelta(hours=hours / 2), "red_at": at + timedelta(hours=hours)}
    entry |= {"inspect_at": at + timedelta(hours=hours * 2), "provisional": False, "changes": [], "planned_at": planned}
    life["deadlines"].append(entry)
    for light in ("yellow", "red"):
        if life.sometimes(40):
            lit = {"work_order_id": work_order_id, "light": light, "version": version}
            life["lights"].append(lit | {"raised_at": entry[f"{light}_at"]})


def _rating(life: Life, row: Row, *, round_: int, at: datetime) -> None:
    request_id, rated = row["request_id"], life.later(at, 40)
    scored: Row = {
        "request_id": request_id,
        "round": round_,
        "unit": life.unit(),
        "score": life.dice.randrange(40, 101),
    }
    scored |= {"degrees": [], "weights": {}, "rules_version": "v", "reopen": False, "scored_at": rated}
    life["scores"].append(scored)
    _adjustments(life, scored)
    asked: Row = {"rating_id": f"{request_id}/{round_}", "request_id": request_id, "round": round_}
    asked |= {"token": f"{request_id}/{round_}", "invited_at": at, "due_at": at + timedelta(days=3)}
    answered = life.sometimes(70)
    asked |= {"rated_at": rated if answered else None}
    asked |= {"resolved": life.dice.choice(["resolved", "partly", "unresolved"]) if answered else None}
    asked |= {"satisfaction": life.dice.randrange(1, 6) if answered and life.sometimes(90) else None}
    content = asked["resolved"] == "resolved"
    asked |= {"reason": None if content or not answered else life.dice.choice(["slow", "attitude", "of_old"])}
    life["ratings"].append(asked)


def _adjustments(life: Life, scored: Row) -> None:
    """Let decisions move a score, later on or before it was given; sometimes one excludes it."""
    dice = Random(f"{scored['request_id']}/{scored['round']}")  # noqa: S311 - draws of its own, so that no other changes
    for _ in range(dice.choice((0, 0, 1, 2))):
        at = scored["scored_at"] + timedelta(hours=dice.randrange(-50, 300))
        decided: Row = {"request_id": scored["request_id"], "round": scored["round"], "unit": scored["unit"]}
        decided |= {"source": "样例", "source_number": str(next(INSTANCES))}
        decided |= {"points": dice.randrange(-60, 61), "lasting": dice.random() < 0.3, "reason": "样例"}
        decided |= {"rules_version": "v", "adjusted_at": at, "excludes": dice.random() < 0.2}
        life["score_adjustments"].append(decided)


def _move(life: Life, work_order_id: str, request_id: str, *, from_unit: str) -> None:
    """Move an order to another unit later on; the order then names that unit, unless it was moved back."""
    order, to_unit, batch = life["work_orders"][-1], life.unit(), f"批次-{work_order_id}"
    moved = life.later(order["issued_at"], 300)
    undone = life.later(moved, 100) if life.sometimes(30) else None
    order["unit"] = from_unit if undone else to_unit
    whole: Row = {"batch_id": batch, "from_unit": from_unit, "to_unit": to_unit, "ordered_by": "样例"}
    life["redispatches"].append(
        whole | {"done_at": moved, "undo_until": moved + timedelta(days=1), "undone_at": undone}
    )
    each: Row = {"batch_id": batch, "work_order_id": work_order_id, "request_id": request_id, "from_unit": from_unit}
    life["redispatched_orders"].append(each | {"to_unit": to_unit, "moved_at": moved, "undone_at": undone})
