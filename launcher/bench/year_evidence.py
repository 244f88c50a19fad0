"""What is found after a simulated year, and what its oracle says of it."""

import csv
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from launcher.bench.second_opinion import ANY, Pause, first_match, rows_of
from launcher.bench.year_books import LIGHTS

WORK_ORDER = re.compile(r"[A-Z]{2}\d{8}-\d{6}-\d-\d{2}")
PHRASES = {"时限已过半": "yellow", "已超期": "red", "久拖未决": "inspection", "没有提交情况说明": "inspection"}
# What the long delay of inspection's own work orders is told as: nobody pushes them to inspection again.
OWN_EVENTS = {
    "inspection_decision": "inspection_overdue",
    "accountability_finding": "inspection_overdue",
    "accountability_statement": "statement_missed",
}
FINDINGS = (
    "missing_lights",
    "extra_lights",
    "early_lights",
    "late_lights",
    "doubled_lights",
    "wrong_instants",
    "missing_texts",
    "extra_texts",
    "doubled_texts",
    "early_texts",
    "wrong_recipients",
)


@dataclass(frozen=True)
class Light:
    """A row: a light of a version of a work order's deadline."""

    number: str
    light: str
    version: int
    raised_at: datetime


@dataclass(frozen=True)
class Text:
    """A line of the SMSC's journal."""

    at: datetime
    phone: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A row of the ledger: the instants for which timers were armed, by light."""

    number: str
    version: int
    instants: Mapping[str, datetime]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Whom each light is told, by duty; who a telephone belongs to: unit and duty; the inspection office's code."""

    duties: Mapping[str, Sequence[str]]
    people: Mapping[str, tuple[str, str]]
    superiors: Mapping[str, str]
    office: str

    def wanted(self, kind: str, light: str) -> Sequence[str]:
        """Return the duties that are told of a light over a kind of work order."""
        return self.duties[OWN_EVENTS.get(kind, light) if light == "inspection" else light]

    def chain(self, unit: str) -> set[str]:
        """Return a unit and all above it."""
        found = set()
        while unit and unit not in found:
            found.add(unit)
            unit = self.superiors.get(unit, "")
        return found


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was found about some work orders. `stops`: when the clock arrived, and when all was done, in order."""

    lights: Sequence[Light]
    ledger: Sequence[Entry]
    texts: Sequence[Text]
    stops: Sequence[Pause]
    until: datetime


@dataclass(kw_only=True)
class Verdict:
    """Sentences by what is wrong, and what was measured: seconds after the planned instant, seconds until accepted."""

    wrong: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FINDINGS})
    lights: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    undecided: int = 0
    late_seconds: list[float] = field(default_factory=list)
    accepted_seconds: dict[str, list[float]] = field(default_factory=lambda: {light: [] for light in LIGHTS})

    def add(self, name: str, sentence: str) -> None:
        """Note something wrong."""
        self.wrong[name].append(sentence)


def light_of(text: str) -> str | None:
    """Return which light a text tells of, or None."""
    return next((light for phrase, light in PHRASES.items() if phrase in text), None)


def read_told(bpmn: Path, directory: Path) -> Told:
    """Read the plan of notifications and the directory's files, as they are written."""
    plan = rows_of(bpmn / "notification_plan.dmn")
    with (directory / "people.csv").open(encoding="utf-8", newline="") as lines:
        people = {row["phone"]: (row["unit"], row["duty"]) for row in csv.DictReader(lines)}
    with (directory / "units.csv").open(encoding="utf-8", newline="") as lines:
        units = list(csv.DictReader(lines))
    return Told(
        duties={light: json.loads(first_match(plan, light, ANY)[0]) for light in (*LIGHTS, *OWN_EVENTS.values())},
        people=people,
        superiors={row["code"]: row["superior"] for row in units},
        office=next(row["code"] for row in units if row["role"] == "inspection"),
    )
