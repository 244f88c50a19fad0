"""Rounds as a district might live through them, drawn by a seed: work orders, co-tasks, ratings; rows of the casebook.

Everything that the facts tell apart occurs: late and missing answers, arbitrations, the city, refusals, co-units that
were not in, released or in disagreement, failed verifications, reworks, silence of callers, judgements of each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from casebook.round_facts import Round

HOUR = timedelta(hours=1)
INSTANCES = count(5 * 10**12)


@dataclass
class _Draft:
    """One round while it is drawn."""

    dice: Random
    request_id: str
    begins: datetime
    orders: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)

    def order(self, kind: str, unit: str, *, outcome: str, about: str | None = None) -> None:
        """Draw a work order of ten hours: reported in time, at the limit itself, late, or not at all when recalled."""
        red_at = self.begins + 10 * HOUR
        lateness = self.dice.choice((-9, -3, -0.5, 0, 0, 0.001, 4)) if self.dice.random() < 0.4 else -2  # noqa: PLR2004
        recalled = outcome == "recalled"
        self.orders.append(
            {
                "work_order_id": f"{self.request_id}-{len(self.orders) + 1:02d}",
                "request_id": self.request_id,
                "process_instance_key": next(INSTANCES),
                "kind": kind,
                "unit": unit,
                "about": about,
                "person": unit,
                "round": 1,
                "issued_at": self.begins,
                "reported_at": None if recalled else red_at + lateness * HOUR,
                "outcome": outcome,
                "red_at": red_at,
            }
        )


def rounds(number: int, *, seed: int, units: list[str], begins: datetime) -> Iterator[tuple[str, Round, datetime]]:
    """Yield so many rounds with the number of their request and the instant at which they are scored, over a year."""
    dice = Random(seed)  # noqa: S311 - a simulation
    for index in range(number):
        draft = _Draft(
            dice=dice, request_id=f"JA20260101-{index:06d}-0", begins=begins + dice.random() * timedelta(days=360)
        )
        lead, *others = dice.sample(units, 4)
        _dispatch(draft, lead=lead, other=others[0])
        for other in others[: dice.choice((0, 0, 0, 1, 1, 2, 3))]:
            _co_task(draft, other, replacement=others[-1])
        draft.order("handling", lead, outcome=dice.choice(("done", "done", "done", "not_possible")))
        reworked = int(dice.random() < 0.1)  # noqa: PLR2004
        for outcome in ("failed",) * reworked + (dice.choice(("passed",) * 7 + ("failed",)),):
            draft.order("verification", "district_centre", outcome=outcome)
        ratings = [rating] if (rating := _rating(draft)) else []
        yield (
            draft.request_id,
            Round(
                lead=lead,
                orders=draft.orders,
                tasks=draft.tasks,
                ratings=ratings,
                reworked=reworked,
                mutual=list(_judgements(draft, lead)),
            ),
            draft.begins + timedelta(days=4),
        )


def _dispatch(draft: _Draft, *, lead: str, other: str) -> None:
    way = draft.dice.random()
    if way < 0.1:  # noqa: PLR2004
        draft.order("sign_in", other, outcome="returned")
    if way < 0.03:  # noqa: PLR2004
        draft.order("arbitration", "district_centre", outcome="assigned")
    elif way > 0.98:  # noqa: PLR2004
        draft.order("city_report", lead, outcome=draft.dice.choice(("accepted", "refused")))
    elif way > 0.02:  # noqa: PLR2004
        draft.order("sign_in", lead, outcome=draft.dice.choice(("accepted",) * 9 + ("recalled",)))


def _co_task(draft: _Draft, unit: str, *, replacement: str) -> None:
    dice = draft.dice
    co_task_id = f"{draft.request_id}-XB{len(draft.tasks) + 1:02d}"
    ending = dice.choice(("reported",) * 8 + ("not_in", "released", "ruled_out", "moved"))
    now_of = replacement if ending == "moved" and replacement != unit else unit
    if ending in ("ruled_out", "moved") or dice.random() < 0.1:  # noqa: PLR2004
        draft.order("co_handling", unit, outcome="disagrees", about=co_task_id)
    if ending in ("reported", "moved"):
        draft.order("co_handling", now_of, outcome=dice.choice(("done",) * 6 + ("not_possible",)), about=co_task_id)
    elif ending != "ruled_out":
        draft.order("co_handling", unit, outcome="recalled", about=co_task_id)
    draft.tasks.append(
        {
            "co_task_id": co_task_id,
            "request_id": draft.request_id,
            "round": 1,
            "unit": now_of,
            "origin": "rule",
            "called_at": draft.begins,
            "ending": "reported" if ending == "moved" else ending,
            "ended_at": draft.begins + 20 * HOUR,
        }
    )


def _judgements(draft: _Draft, lead: str) -> Iterator[dict[str, Any]]:
    """Draw what lead and co-units say of each other with their reports: most of it good, some of it nothing."""
    dice = Random(draft.request_id)  # noqa: S311 - a simulation
    reported = {order["unit"]: order for order in draft.orders if order["kind"] == "co_handling"}
    [of_lead] = [order for order in draft.orders if order["kind"] == "handling"]
    for unit in sorted({task["unit"] for task in draft.tasks} & set(reported)):
        for order, about in ((of_lead, unit), (reported[unit], lead)):
            if dice.random() < 0.7:  # noqa: PLR2004
                yield {
                    "work_order_id": order["work_order_id"],
                    "request_id": draft.request_id,
                    "round": 1,
                    "by_unit": order["unit"],
                    "about_unit": about,
                    "outcome": dice.choice(("good", "good", "good", "fair", "poor")),
                    "reason": None,
                    "rated_at": draft.begins + 20 * HOUR,
                }


def _rating(draft: _Draft) -> dict[str, Any] | None:
    dice = draft.dice
    if dice.random() < 0.05:  # noqa: PLR2004 - never invited
        return None
    rated = dice.random() < 0.6  # noqa: PLR2004
    return {
        "rating_id": f"{draft.request_id}-R1",
        "request_id": draft.request_id,
        "round": 1,
        "token": draft.request_id,
        "invited_at": draft.begins + 30 * HOUR,
        "due_at": draft.begins + 60 * HOUR,
        "rated_at": draft.begins + 40 * HOUR if rated else None,
        "resolved": dice.choice(("resolved", "resolved", "partly", "unresolved")) if rated else None,
        "satisfaction": dice.randint(1, 5) if rated else None,
    }
