"""Who would get a matter, worked out a second time from the files alone: no code of the product is used here."""

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lxml import etree

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
DISTRICT = "420102"
NO_ROW_LEVEL = "B"
DUTY = "duty_officer"
STAND_ABOVE = {"A": "street", "B": "district", "C": "district", "D": "district"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Oracle:
    """The files of one district, read in the plainest way."""

    def __init__(self, *, bpmn: Path, config: Path) -> None:
        self.categories = {row["code"]: row for row in rows_of(config / "catalogue.csv")}
        self.places = {row["code"]: row for row in rows_of(config / "directory/places.csv")}
        self.units = sorted(rows_of(config / "directory/units.csv"), key=lambda row: row["code"])
        self.people = sorted(rows_of(config / "directory/people.csv"), key=lambda row: row["person"])
        self.rosters, self.substitutes, self.absences = (
            rows_of(config / f"directory/{name}.csv") for name in ("rosters", "substitutes", "absences")
        )
        self.response_list = rules_of(bpmn / "response_list.dmn")
        self.time_limit = rules_of(bpmn / "time_limit.dmn")

    @property
    def communities(self) -> list[str]:
        return [code for code, row in self.places.items() if row["street"] != code]

    def expected(self, category: str, community: str, *, at: datetime) -> dict[str, Any]:
        """Return what must be said of a case."""
        urgency = self.categories[category]["urgency"]
        found = [rule for rule in self.response_list if fits(rule, (category, urgency))]
        assert len(found) <= 1, found
        rule = found[0] if found else None
        level = text(rule["out"][0]) if rule else NO_ROW_LEVEL
        lead = self.unit(text(rule["out"][1]), community) if rule else None
        co_units: list[str] = []
        for role in re.findall(r'"([^"]+)"', rule["out"][2]) if rule else []:
            unit = self.unit(role, community)
            if unit is not None and unit != lead and unit not in co_units:
                co_units.append(unit)
        named = {"handling": text(rule["out"][3]), "co_handling": text(rule["out"][4])} if rule else {}
        kinds = ["sign_in", "handling", *(["co_handling"] if co_units else []), "verification"]
        kinds = kinds if lead else ["assignment", *kinds]
        above = None if lead else self.centre(STAND_ABOVE[level], community)
        return {
            "level": level,
            "lead_unit": lead,
            "co_units": co_units,
            "limits": {kind: self.limit(named.get(kind, kind), level, urgency) for kind in kinds},
            "rule": rule["id"] if rule else None,
            "why": rule["why"] if rule else "没有响应清单条目",
            "assigned_by": above,
            "on_duty": [self.on_duty(unit, at) for unit in [lead or above, *co_units] if unit],
        }

    def unit(self, role: str, community: str) -> str | None:
        """The community's own, else its street's, else the district's or the city's."""
        having = [unit for unit in self.units if unit["role"] == role]
        for area in (community, self.places[community]["street"]):
            for unit in having:
                if unit["area"] == area:
                    return unit["code"]
        return next((unit["code"] for unit in having if unit["level"] in ("district", "city")), None)

    def centre(self, level: str, community: str) -> str:
        area = {"street": self.places[community]["street"], "district": DISTRICT}[level]
        return next(unit["code"] for unit in self.units if unit["kind"] == "centre" and unit["area"] == area)

    def limit(self, name: str, level: str, urgency: str) -> tuple[str, float, float, str, str]:
        (rule,) = [rule for rule in self.time_limit if fits(rule, (name, level, urgency))]
        hours, inspect, basis = rule["out"]
        return name, float(hours), float(inspect), text(basis), rule["id"]

    def on_duty(self, unit: str, at: datetime) -> tuple[str, str | None]:
        """The unit's duty officer by roster, else who holds the duty, else a stand-in; else the unit above."""
        place: str | None = unit
        while place:
            if person := self.officer(place, at):
                return unit, person
            place = next(each["superior"] for each in self.units if each["code"] == place)
        return unit, None

    def officer(self, unit: str, at: datetime) -> str | None:
        shifts = [row for row in self.rosters if (row["unit"], row["duty"]) == (unit, DUTY) and covers(row, at)]
        shifts.sort(key=lambda row: (not row["begins"], row["person"]))
        holders = [row["person"] for row in self.people if (row["unit"], row["duty"]) == (unit, DUTY)]
        for people in ([row["person"] for row in shifts], holders):
            for person in people:
                if not self.is_away(person, at):
                    return person
            for person in people:
                if stand_in := self.stand_in(person, at):
                    return stand_in
        return None

    def is_away(self, person: str, at: datetime) -> bool:
        return any(
            row["person"] == person and row["begins"] <= f"{at:%Y-%m-%d}" <= row["ends"] for row in self.absences
        )

    def stand_in(self, person: str, at: datetime) -> str | None:
        """Somebody who is there; the sample has no stand-in of a stand-in."""
        day = f"{at:%Y-%m-%d}"
        rows = [row for row in self.substitutes if row["person"] == person]
        rows = [row for row in rows if (row["begins"] or day) <= day <= (row["ends"] or day)]
        found = [row["substitute"] for row in rows if not self.is_away(row["substitute"], at)]
        return found[0] if found else None


def covers(row: dict[str, str], at: datetime) -> bool:
    """Whether a row of the roster holds at an instant; a shift that ends at or before its begin ends a day later."""
    for back in (0, 1):
        day = at - timedelta(days=back)
        date = f"{day:%Y-%m-%d}"
        if "一二三四五六日"[day.weekday()] not in row["weekdays"]:
            continue
        if not (row["begins"] or date) <= date <= (row["ends"] or date):
            continue
        over_night = row["to_time"] <= row["from_time"]
        now, begin, end = f"{at:%H:%M}", row["from_time"], row["to_time"]
        if back == 0 and now >= begin and (over_night or now < end):
            return True
        if back == 1 and over_night and now < end:
            return True
    return False


def rules_of(path: Path) -> list[dict[str, Any]]:
    """Return the rules of a table: id, conditions, results, annotation; cells as they are written."""
    return [
        {
            "id": rule.get("id"),
            "in": [cell.findtext(f"{DMN}text") for cell in rule.iterfind(f"{DMN}inputEntry")],
            "out": [cell.findtext(f"{DMN}text") for cell in rule.iterfind(f"{DMN}outputEntry")],
            "why": rule.findtext(f"{DMN}description"),
        }
        for rule in etree.parse(str(path)).iter(f"{DMN}rule")
    ]


def fits(rule: dict[str, Any], values: tuple[str, ...]) -> bool:
    return all(cell in {"-", f'"{value}"'} for cell, value in zip(rule["in"], values, strict=True))


def text(cell: str) -> str:
    assert re.fullmatch(r'"[^"]*"', cell), cell
    return cell.strip('"')
