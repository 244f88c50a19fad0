"""Who answers for a duty of a unit at an instant: one rule, and a sentence that says how somebody was found.

Roster first, then who holds the duty, then who stands in for the absent one; then the same for the unit's duty officer;
then the superior unit. Nothing here asks the casebook: the same rule serves an import, which must not let a directory
in where it could find nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from casebook import words
from casebook.directory_tables import WEEK, Absence, Directory, Person, Shift, Substitute

DUTY_OFFICER = "duty_officer"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Post:
    """A unit as far as duty is concerned: its name and who stands above; one that has ended has nobody of its own."""

    name: str
    superior: str | None
    ended: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """Who answers, as what (`step`: roster, holder or substitute), in which unit, and why, without a person's name."""

    person: Person
    unit: str
    step: str
    climbed: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Units with their people, rosters, stand-ins and absences, as they are in force at one instant."""

    posts: Mapping[str, Post]
    people: Mapping[str, Person]
    rosters: Mapping[tuple[str, str], Sequence[Shift]]
    substitutes: Mapping[str, Sequence[Substitute]]
    absences: Mapping[str, Sequence[Absence]]
    holders: Mapping[tuple[str, str], Sequence[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Sort people to their units and duties, the first one first."""
        holders: dict[tuple[str, str], list[str]] = {}
        for code, person in sorted(self.people.items()):
            if not self.posts.get(person.unit, Post(name="", superior=None, ended=True)).ended:
                holders.setdefault((person.unit, person.duty), []).append(code)
        object.__setattr__(self, "holders", holders)

    @classmethod
    def of(cls, directory: Directory, *, posts: Mapping[str, Post] | None = None) -> "Staff":
        """Return the staff of a directory; `posts` when its units are known otherwise."""
        units = {unit.code: Post(name=unit.name, superior=unit.superior) for unit in directory.units}
        staff = cls(
            posts=units if posts is None else posts,
            people={person.person: person for person in directory.people},
            rosters={},
            substitutes={},
            absences={},
        )
        rosters: dict[tuple[str, str], list[Shift]] = {}
        for shift in sorted(directory.rosters, key=lambda each: (each.begins is None, each.person)):
            rosters.setdefault((shift.unit, shift.duty), []).append(shift)
        substitutes: dict[str, list[Substitute]] = {}
        for row in sorted(directory.substitutes, key=lambda each: (each.begins is None, each.substitute)):
            substitutes.setdefault(row.person, []).append(row)
        absences: dict[str, list[Absence]] = {}
        for away in directory.absences:
            absences.setdefault(away.person, []).append(away)
        return cls(posts=staff.posts, people=staff.people, rosters=rosters, substitutes=substitutes, absences=absences)

    def find(self, unit: str, duty: str, *, local: datetime) -> Found | None:
        """Return who answers for a duty of a unit at an instant in the district's zone; None when nobody does."""
        notes: list[str] = []
        seen: set[str] = set()
        code: str | None = unit
        while code is not None and code in self.posts and code not in seen:
            seen.add(code)
            for asked in dict.fromkeys((duty, DUTY_OFFICER)):
                step, person = self._of_duty(code, asked, local=local, notes=notes)
                if person is not None:
                    why = "；".join(notes) + "。"
                    return Found(person=self.people[person], unit=code, step=step, climbed=code != unit, why=why)
            code = self.posts[code].superior
            if code is not None and code in self.posts:
                notes.append(f"转到上级{self.posts[code].name}")
        return None

    def present(self, unit: str, duty: str, *, day: date) -> str | None:
        """Return who holds a duty on a day, or stands in for the holder: whoever is there without any roster."""
        holders = self.holders.get((unit, duty), ())
        free = (person for person in holders if not self._is_absent(person, day))
        stand_ins = (self._stand_in(person, day) for person in holders)
        return next(free, None) or next((person for person in stand_ins if person), None)

    def on_roster(self, unit: str, duty: str, *, local: datetime) -> Iterator[str]:
        """Yield who is down for a duty at an instant; a row between dates goes before the weekly pattern."""
        rows = self.rosters.get((unit, duty), ())
        yield from (shift.person for shift in rows if shift.person in self.people and is_on(shift, local))

    def _of_duty(self, unit: str, duty: str, *, local: datetime, notes: list[str]) -> tuple[str, str | None]:
        what, day = f"{self.posts[unit].name}{words.word(words.DUTIES, duty)}", local.date()
        if self.posts[unit].ended:
            notes.extend([f"{self.posts[unit].name}已撤销"] if duty == DUTY_OFFICER else [])
            return "", None
        rostered = list(self.on_roster(unit, duty, local=local))
        for person in rostered:
            if not self._is_absent(person, day):
                notes.append(f"按{what}值班表当班")
                return "roster", person
        for person in rostered:
            if stand_in := self._stand_in(person, day):
                notes.append(f"{what}值班表上的人请假，由替岗人当班")
                return "substitute", stand_in
        found, holders = self.present(unit, duty, day=day), self.holders.get((unit, duty), ())
        if found is None:
            notes.append(f"{what}请假，没有替岗人" if holders else f"没有{what}")
            return "", None
        notes.append(f"{what}在任" if found in holders else f"{what}请假，由替岗人承担")
        return ("holder" if found in holders else "substitute"), found

    def _is_absent(self, person: str, day: date) -> bool:
        return any(away.holds(day) for away in self.absences.get(person, ()))

    def _stand_in(self, person: str, day: date) -> str | None:
        """Follow the stand-ins of an absent person, the nearest first, until one is there."""
        seen, waiting = {person}, [person]
        while waiting:
            for row in self.substitutes.get(waiting.pop(0), ()):
                if row.substitute in seen or row.substitute not in self.people or not row.holds(day):
                    continue
                if not self._is_absent(row.substitute, day):
                    return row.substitute
                seen.add(row.substitute)
                waiting.append(row.substitute)
        return None


def is_on(shift: Shift, local: datetime) -> bool:
    """Tell whether a row of the roster covers an instant in the district's zone."""
    moment = local.replace(tzinfo=None)
    return any(begin <= moment < end for begin, end in spans(shift, local.date() - ONE_DAY, days=2))


def spans(shift: Shift, first: date, *, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when to when a row covers, for shifts that begin on one of so many days from `first`."""
    for number in range(days):
        day = first + number * ONE_DAY
        if WEEK[day.weekday()] in shift.weekdays and shift.holds(day):
            until = day if shift.to_time > shift.from_time else day + ONE_DAY
            yield datetime.combine(day, shift.from_time), datetime.combine(until, shift.to_time)
