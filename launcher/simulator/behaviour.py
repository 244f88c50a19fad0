"""How simulated people behave: pure draws from a seed, so that a run can be repeated.

Handling times are those of real requests (`config/samples/la311.csv`), shortened by PACE: a
district of eighty square kilometres answers faster than a city of thirteen hundred. Shares of
returns, delays and ratings are chosen so that two hundred requests walk every path of the models.
"""

import csv
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from casebook.mutual_ratings import Judgement
from launcher.simulator.notes import NOTES

NUMBER_OF_A_DAY = re.compile(r"(?<=[A-Z]{2})(\d{8})-(\d{6})-\d")
NEVER = timedelta(days=3650)
PACE = {"handling": 0.25, "co_handling": 0.2}
PATIENCE = 6  # times a lead waits half a day for its co-units before it reports without them
DISCONTENT = ("slow", "not_solved", "not_told", "attitude")
DISAGREEMENTS = ("not_our_duty", "other_measure", "other_unit")
REASONS = {
    "returned": ("not_ours", "wrong_place", "duplicate", "insufficient"),
    "cannot_solve": ("beyond_power", "beyond_means"),
}
INSPECTION = {
    "inspection_decision": {"no_fault": 40, "urge": 35, "accountability": 25},
    "accountability_statement": {"stated": 70, "admitted": 30},
    "accountability_finding": {"unfounded": 25, "ordinary": 60, "serious": 15},
    "appeal_decision": {"upheld": 40, "rejected": 45, "excluded": 15},
}
APPEALED = ("wrong_facts", "force_majeure", "outside_causes", "other_unit")
FINAL_FORM = "sign_in_final"
CONTENT_FROM = 90  # points


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something a person will do: `after` counts from the moment the matter reached them.

    `working` tells whether the wait is in working time or in calendar time.
    """

    name: str
    after: timedelta
    working: bool = False
    details: dict[str, Any] = field(default_factory=dict)


def handling_times(sample: Path) -> list[timedelta]:
    """Return the handling times (calendar time) of the real records that were closed."""
    with sample.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["closed"]]
    spans = (datetime.fromisoformat(row["closed"]) - datetime.fromisoformat(row["created"]) for row in rows)
    return [span for span in spans if span > timedelta(minutes=10)]


class Behaviour:
    """Draws the acts of everybody; the same seed and the same matter give the same act."""

    def __init__(self, seed: int, times: list[timedelta], *, begin: date) -> None:
        """Take the seed of the run, the real handling times to draw from, and the run's first day."""
        self._seed = seed
        self._times = times
        self._begin = begin

    def _dice(self, matter: str) -> Random:
        """Throw dice for a matter; numbers count from the first day, so that every date has the same people."""
        relative = NUMBER_OF_A_DAY.sub(self._since_begin, matter)
        return Random(f"{self._seed}/{relative}")  # noqa: S311 - a simulation, repeatable on purpose

    def _since_begin(self, number: re.Match[str]) -> str:
        return f"{(date.fromisoformat(number[1]) - self._begin).days}-{number[2]}"

    def of_work_order(self, order: dict[str, Any]) -> list[Act]:
        """Return what the unit of a work order does with it: one report, perhaps an extension."""
        dice = self._dice(order["work_order_id"])
        draw = {
            "sign_in": self._sign_in,
            "assignment": self._assigned,
            "review": self._review,
            "city_report": self._city_report,
            "arbitration": self._assigned,
            "verification": self._verification,
            "co_arbitration": self._ruling,
            "enforcement_call": self._force,
            "enforcement_arrival": self._force,
            "enforcement_report": self._force,
            "supervision_reply": self._reply,
            "inspection_decision": self._inspection,
            "accountability_statement": self._inspection,
            "accountability_finding": self._inspection,
            "appeal_decision": self._inspection,
        }.get(order["kind"], self._handling)
        return draw(order, dice)

    def _sign_in(self, order: dict[str, Any], dice: Random) -> list[Act]:
        stubborn = self._dice(f"{order['request_id']}/stubborn").random() < 0.04  # noqa: PLR2004 - share of the matters nobody wants
        roll = dice.random()
        outcome = "accepted"
        if order["form"] == FINAL_FORM:
            stubborn, roll = False, 1.0
        if stubborn or roll < 0.08:  # noqa: PLR2004 - share of returns
            outcome = "returned"
        elif roll < 0.12:  # noqa: PLR2004 - share of reports up
            outcome = "cannot_solve"
        reason = dice.choice(REASONS[outcome]) if outcome in REASONS else None
        wait = timedelta(hours=dice.expovariate(1 / 0.6) + 0.05)
        return [_report(outcome, wait, working=True, reason_code=reason)]

    def _assigned(self, order: dict[str, Any], dice: Random) -> list[Act]:
        del order
        return [_report("assigned", timedelta(hours=dice.uniform(0.3, 2.5)), working=True)]

    def _review(self, order: dict[str, Any], dice: Random) -> list[Act]:
        del order
        outcome = "insisted" if dice.random() < 0.3 else "assigned"  # noqa: PLR2004 - share of returns that are not granted
        return [_report(outcome, timedelta(hours=dice.uniform(0.3, 2.5)), working=True)]

    def _city_report(self, order: dict[str, Any], dice: Random) -> list[Act]:
        del order
        return [_report("accepted", timedelta(hours=dice.uniform(1, 6)), working=True)]

    def _verification(self, order: dict[str, Any], dice: Random) -> list[Act]:
        del order
        outcome = "failed" if dice.random() < 0.1 else "passed"  # noqa: PLR2004 - share of failed verifications
        return [_report(outcome, timedelta(hours=dice.expovariate(1 / 2.0) + 0.2), working=True)]

    def _handling(self, order: dict[str, Any], dice: Random) -> list[Act]:
        roll = dice.random()
        if roll < 0.02:  # noqa: PLR2004 - share of work orders nobody ever answers
            return [_report("done", NEVER)]
        wait = dice.choice(self._times) * PACE.get(order["kind"], 1.0)
        outcome = "not_possible" if dice.random() < 0.04 else "done"  # noqa: PLR2004 - share of honest refusals
        acts = [*self._together(order, wait), _report(outcome, wait)]
        if order["kind"] == "handling" and wait > timedelta(days=1) and dice.random() < 0.25:  # noqa: PLR2004 - share that asks for time
            asked_after = wait * dice.uniform(0.2, 0.5)
            details = {"hours": float(dice.choice((7, 14, 21)))}
            acts.append(Act(name="ask_extension", after=asked_after, details=details))
        return acts

    def _together(self, order: dict[str, Any], wait: timedelta) -> list[Act]:
        """Return what a unit does with others before it reports: call a co-unit or forces in, or disagree."""
        dice = self._dice(f"{order['work_order_id']}/together")
        roll, after = dice.random(), wait * dice.uniform(0.1, 0.4)
        if order.get("form") == "co_report":
            reason = dice.choice(DISAGREEMENTS)
            return [_report("disagrees", after, reason_code=reason)] if roll < 0.15 else []  # noqa: PLR2004 - share
        if order["kind"] != "handling":
            return []
        if roll < 0.08:  # noqa: PLR2004 - share of leads that call one more co-unit in
            return [Act(name="call_co_unit", after=after)]
        if roll < 0.12:  # noqa: PLR2004 - share of requests that need posted forces
            return [Act(name="call_forces", after=after, details={"first": dice.randrange(8)})]
        return []

    def _ruling(self, order: dict[str, Any], dice: Random) -> list[Act]:
        del order
        outcome = dice.choice(("stands", "released", "assigned"))
        return [_report(outcome, timedelta(hours=dice.uniform(0.5, 3)), working=True)]

    def _force(self, order: dict[str, Any], dice: Random) -> list[Act]:
        outcome = {"enforcement_call": "confirmed", "enforcement_arrival": "arrived"}.get(order["kind"], "done")
        hours = {"enforcement_call": 0.3, "enforcement_arrival": 1.2}.get(order["kind"], 6.0)
        if outcome == "confirmed" and dice.random() < 0.15:  # noqa: PLR2004 - share of forces that do not come
            return [_report("declined", timedelta(minutes=dice.uniform(5, 40)), reason_code="no_staff")]
        return [_report(outcome, timedelta(hours=dice.expovariate(1 / hours) + 0.05))]

    def _reply(self, order: dict[str, Any], dice: Random) -> list[Act]:
        del order
        if dice.random() < 0.15:  # noqa: PLR2004 - share of supervision orders that wait in vain, until their request ends
            return [_report("on_track", NEVER)]
        outcome = dice.choices(("on_track", "finished", "obstacle"), weights=(75, 15, 10))[0]
        return [_report(outcome, timedelta(hours=dice.uniform(0.5, 6)), working=True)]

    def _inspection(self, order: dict[str, Any], dice: Random) -> list[Act]:
        """Return what an inspection office decides or finds, and what the unit states; some units say nothing."""
        if order["kind"] == "accountability_statement" and dice.random() < 0.25:  # noqa: PLR2004 - share of silent units
            return [_report("stated", NEVER)]
        shares = INSPECTION[order["kind"]]
        outcome = dice.choices(list(shares), list(shares.values()))[0]
        return [_report(outcome, timedelta(hours=dice.uniform(1, 16)), working=True)]

    def while_co_units_are_out(self, order: dict[str, Any], act: Act, *, waited: int) -> Act:
        """Return what a lead does whose report has to wait: ask again later, in the end report without them."""
        del order
        if waited < PATIENCE:
            return replace(act, after=timedelta(hours=3), working=True)
        details = act.details | {"reason_code": "co_unit_silent"}
        return replace(act, after=timedelta(minutes=10), working=True, details=details)

    def of_extension(self, extension_id: int) -> Act:
        """Return the centre's decision about an extension."""
        dice = self._dice(f"extension/{extension_id}")
        wait = timedelta(hours=dice.uniform(0.3, 2.0))
        return Act(name="decide_extension", after=wait, working=True, details={"granted": dice.random() < 0.85})  # noqa: PLR2004 - share granted

    def of_rating(self, rating_id: str) -> Act | None:
        """Return the caller's answer, or None when none will come."""
        dice = self._dice(rating_id)
        if dice.random() < 0.4:  # noqa: PLR2004 - share that never answers
            return None
        roll = dice.random()
        resolved = "unresolved" if roll < 0.07 else "partly" if roll < 0.15 else "resolved"  # noqa: PLR2004 - shares
        stars = 1 if resolved == "unresolved" else dice.choices((2, 3, 4, 5), weights=(3, 12, 35, 50))[0]
        after = timedelta(hours=dice.uniform(0.5, 60))
        reason = dice.choice(DISCONTENT) if stars <= 2 else None  # noqa: PLR2004 - of those who are asked why
        details = {"resolved": resolved, "satisfaction": stars, "comment": "", "reason": reason}
        return Act(name="rate", after=after, details=details)

    def of_judgement(self, work_order_id: str, unit: str) -> Judgement | None:
        """Return what a unit says with its report of another's cooperation; some say nothing."""
        dice = self._dice(f"{work_order_id}/{unit}")
        outcome = dice.choices(("good", "fair", "poor", None), weights=(70, 12, 8, 10))[0]
        reason = None if outcome == "good" else "slow_answer"
        return Judgement(about_unit=unit, outcome=outcome, reason=reason) if outcome else None

    def of_score(self, score: dict[str, Any]) -> Act | None:
        """Return a unit's appeal against a score that it was given, or None when it accepts it."""
        dice = self._dice(f"{score['request_id']}/{score['round']}/{score['unit']}")
        if score["score"] >= CONTENT_FROM or dice.random() > 0.2:  # noqa: PLR2004 - share of those who are not content
            return None
        details = {"reason_code": dice.choice(APPEALED)}
        return Act(name="appeal", after=timedelta(hours=dice.uniform(1, 12)), working=True, details=details)

    def of_request(self, request_id: str) -> list[Act]:
        """Return what happens to a request from outside: withdrawn, or supervised by a leader."""
        dice = self._dice(request_id)
        acts = []
        if dice.random() < 0.03:  # noqa: PLR2004 - share of withdrawals
            acts.append(Act(name="withdraw", after=timedelta(hours=dice.uniform(2, 60))))
        if dice.random() < 0.04:  # noqa: PLR2004 - share of supervision orders
            acts.append(Act(name="supervise", after=timedelta(hours=dice.uniform(24, 96))))
        return acts

    def choose_unit(self, order: dict[str, Any], candidates: list[str]) -> str:
        """Return the unit that a centre assigns, from those of the request's street."""
        return self._dice(f"{order['work_order_id']}/unit").choice(candidates)


def _report(outcome: str, after: timedelta, *, working: bool = False, reason_code: str | None = None) -> Act:
    details = {"outcome": outcome, "note": NOTES[outcome], "reason_code": reason_code}
    return Act(name="report", after=after, working=working, details=details)
