"""The tables of the directory as frozen models, the same for CSV files, spreadsheets and casebook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints, model_validator

from casebook.configuration import Configured, Text
from casebook.rules import Level

Duty = Literal["duty_officer", "deputy_head", "principal_head"]
Kind = Literal["centre", "community", "street_office", "department", "posted_force", "response_team", "city"]
Part = Literal["lead", "member"]
Weekdays = Annotated[str, StringConstraints(pattern=r"^[一二三四五六日]+$")]
WEEK = "一二三四五六日"
OFFICE = "office"


class Place(Configured):
    """A street or a community; a street's own `street` is itself."""

    code: Text
    name: Text
    street: Text


class Unit(Configured):
    """Who can be asked to do something, for which area, who stands above, and when somebody is there."""

    code: Text
    name: Text
    kind: Kind
    level: Level
    role: Text
    area: Text
    superior: Text | None = None
    hours: Text = OFFICE


class Person(Configured):
    """Somebody with a duty in a unit (in the sample directory all are invented)."""

    person: Text
    name: Text
    unit: Text
    duty: Duty
    phone: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{10}$")]
    wecom: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@\-]{0,63}$")] | None = None
    second_phone: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{10}$")] | None = None


class TeamMember(Configured):
    """A unit that stands in a response team, or belongs to a command centre (成员单位)."""

    team: Text
    unit: Text
    part: Part = "member"


class Dated(Configured):
    """Something between two days, both included; without a day it is open on that side.

    Each model lists the days itself, where its table has them.
    """

    if TYPE_CHECKING:
        begins: date | None
        ends: date | None

    @model_validator(mode="after")
    def _end_after_the_beginning(self) -> "Dated":
        if self.begins and self.ends and self.ends < self.begins:
            raise ValueError("结束日期早于开始日期，请更正")
        return self

    def holds(self, day: date) -> bool:
        """Tell whether a day lies between them."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day <= self.ends)


class Substitute(Dated):
    """Who stands in for whom while that person is absent (AB 角)."""

    person: Text
    substitute: Text
    begins: date | None = None
    ends: date | None = None


class Absence(Dated):
    """The days on which a person cannot be reached for the duty."""

    person: Text
    begins: date
    ends: date


class Shift(Dated):
    """A row of the duty roster: on these weekdays from one time to another; one that is not later is the next day's."""

    unit: Text
    duty: Duty = "duty_officer"
    person: Text
    weekdays: Weekdays = WEEK
    from_time: time
    to_time: time
    begins: date | None = None
    ends: date | None = None


class Directory(Configured):
    """All tables together, as they are in force at one instant."""

    places: tuple[Place, ...]
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    team_members: tuple[TeamMember, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    absences: tuple[Absence, ...] = ()
    rosters: tuple[Shift, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TableOf:
    """One table: its name (also its file's and the field's of `Directory`), what people call it, model and key."""

    name: str
    title: str
    model: type[Configured]
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        """Return the file inside the configuration folder."""
        return f"directory/{self.name}.csv"

    def key_of(self, entry: Configured) -> tuple[object, ...]:
        """Return what tells one row from another; a changed row keeps it."""
        return tuple(getattr(entry, column) for column in self.key)


def _whole(name: str, title: str, *, model: type[Configured]) -> TableOf:
    """Return a table whose rows are told apart by all they say: they are added and ended, never changed."""
    return TableOf(name=name, title=title, model=model, key=tuple(model.model_fields))


TABLES: Mapping[str, TableOf] = {
    table.name: table
    for table in (
        TableOf(name="places", title="地点", model=Place, key=("code",)),
        TableOf(name="units", title="单位", model=Unit, key=("code",)),
        TableOf(name="people", title="人员", model=Person, key=("person",)),
        TableOf(name="team_members", title="成员单位", model=TeamMember, key=("team", "unit")),
        _whole("substitutes", "替岗", model=Substitute),
        _whole("absences", "请假", model=Absence),
        _whole("rosters", "值班", model=Shift),
    )
}
