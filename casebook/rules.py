"""What the district decided, as frozen models: limits, weights, calendar, catalogue, channels, texts."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints, field_validator, model_validator

from casebook.configuration import Configured, Text
from casebook.reports import CallerKind, Urgency

Level = Literal["community", "street", "district", "city"]
Sender = Literal["public", "community", "street", "district", "city"]  # `public`: callers themselves, without a level
Most = Annotated[StrictInt, Field(ge=0, le=20)]
Days = Annotated[StrictInt, Field(ge=1, le=366)]
ONE_DAY = timedelta(days=1)
DIGEST = "digest"  # the text that tells of others
REPEATED = "repeated"  # the text that tells a unit of many reporters
PLACEHOLDERS = frozenset(
    {"work_order_id", "request_id", "category", "community", "unit", "deadline", "link", "supervision_id"}
    | {"count", "batch_id", "other_unit", "result", "report", "main_id"}
)


def follow_each_other(hours: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
    """Return the periods of a day when each ends after it begins and before the next; else `ValueError`."""
    instants = [instant for pair in hours for instant in pair]
    if any(later <= earlier for earlier, later in pairwise(instants)):
        raise ValueError("每段办公时间应先起后止，各段依次排列、互不重叠")
    return hours


class Limits(Configured):
    """How often something may happen before it goes to somebody else, and how long we wait."""

    returns_most: Most
    reworks_most: Most
    reopenings_most: Most
    merge_window_days: Days
    rating_days: Days
    arrival_metres_most: Annotated[StrictInt, Field(ge=10, le=50_000)]
    proposals_from: Annotated[StrictInt, Field(ge=1, le=1000)]
    place_doubt_metres: Annotated[StrictInt, Field(ge=50, le=50_000)]


class ReturnReason(Configured):
    """A coded reason for giving a request back, and the outcomes for which it may be given."""

    name: Text
    outcomes: Annotated[tuple[Literal["returned", "cannot_solve"], ...], Field(min_length=1)]


class DirectoryRules(Configured):
    """How far ahead rosters must be without gaps, and how long a bulk re-dispatch can be undone."""

    roster_days: Days
    undo_hours: Annotated[StrictInt, Field(ge=1, le=720)]


class QuietHours(Configured):
    """The hours of a day, in the district's zone, in which telephones are left alone; they may go over midnight."""

    begins: time
    ends: time

    @model_validator(mode="after")
    def _are_a_part_of_a_day(self) -> "QuietHours":
        if self.begins == self.ends:
            raise ValueError("免打扰的起止时刻不能相同；不要免打扰就删去 [sms.quiet] 一节")
        return self

    def until(self, local: datetime) -> datetime | None:
        """Return when the quiet hours end that hold an instant of the district's zone; None outside of them."""
        for first in (local.date() - ONE_DAY, local.date()):
            last = first + ONE_DAY if self.ends < self.begins else first
            ends = datetime.combine(last, self.ends, local.tzinfo)
            if datetime.combine(first, self.begins, local.tzinfo) <= local < ends:
                return ends
        return None


class SmsRules(Configured):
    """How many messages may leave, whatever the number of processes, and when a telephone is left alone.

    `per_number_a_day`: what is more goes in one digest that gathers for `digest_minutes`; None sends each by itself.
    `at_once` names texts that go at any hour and in no digest; `urgent_at_once` says the same of urgent requests.
    """

    per_second: Annotated[StrictInt, Field(ge=1, le=2000)]
    per_number_a_minute: Annotated[StrictInt, Field(ge=1, le=600)]
    per_number_a_day: Annotated[StrictInt, Field(ge=1, le=1000)] | None = None
    digest_minutes: Annotated[StrictInt, Field(ge=1, le=720)] = 60
    at_once: tuple[Text, ...] = ()
    urgent_at_once: StrictBool = True
    quiet: QuietHours | None = None

    def goes_at_once(self, template: str, *, urgency: Urgency) -> bool:
        """Tell whether a text to a unit's people goes at any hour and by itself."""
        return template in self.at_once or (self.urgent_at_once and urgency == "urgent")


class Weights(Configured):
    """Shares of the four degrees in the score (10, 20, 30, 40 % in the published rules)."""

    response: Annotated[Decimal, Field(ge=0)]
    cooperation: Annotated[Decimal, Field(ge=0)]
    completion: Annotated[Decimal, Field(ge=0)]
    satisfaction: Annotated[Decimal, Field(ge=0)]

    @model_validator(mode="after")
    def _are_a_whole(self) -> "Weights":
        if self.response + self.cooperation + self.completion + self.satisfaction != 1:
            raise ValueError("四个权重之和应正好为 1")
        return self


class Bounds(Configured):
    """The box, in degrees, outside which a coordinate is a mistake."""

    south: float
    west: float
    north: float
    east: float

    def hold(self, lat: float, lon: float) -> bool:
        """Tell whether a point lies inside."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


Circumstance = Literal["repeated", "special_person"]


class Privacy(Configured):
    """How long personal data is kept: so many days after a request's end, or after a row was refused."""

    keep_days: Annotated[StrictInt, Field(ge=30, le=3650)]


class UrgencyRule(Configured):
    """When a circumstance that a category names in `raised_by` is met."""

    repeated_calls: Annotated[StrictInt, Field(ge=1, le=100)]
    repeated_days: Days
    special_callers: tuple[CallerKind, ...]


class SameMatter(Configured):
    """When two requests are proposed as one matter, and what follows from many reporters of one.

    `days` and `metres` bound what is compared at all; `filler` is left out of it: words that stand in every letter.
    """

    days: Days
    metres: Annotated[StrictInt, Field(ge=10, le=5000)]
    likeness_least: Annotated[Decimal, Field(ge=0, le=1)]
    candidates_most: Annotated[StrictInt, Field(ge=1, le=2000)]
    several_ratings: Literal["lowest", "mean"]
    tell_at: tuple[Annotated[StrictInt, Field(ge=2, le=1000)], ...]
    urgent_from: Annotated[StrictInt, Field(ge=2, le=1000)]
    filler: tuple[Text, ...]


class Override(Configured):
    """A day that is worked or not because a notice says so."""

    date: date
    working: StrictBool
    notice: Text


class Calendar(Configured):
    """Office hours, the years whose working days are confirmed, and corrections of single days."""

    office_hours: Annotated[tuple[tuple[time, time], ...], Field(min_length=1)]
    confirmed_years: Annotated[tuple[Annotated[StrictInt, Field(ge=2000, le=2100)], ...], Field(min_length=1)]
    overrides: tuple[Override, ...] = ()

    @field_validator("overrides")
    @classmethod
    def _name_each_day_once(cls, overrides: tuple[Override, ...]) -> tuple[Override, ...]:
        days = [override.date for override in overrides]
        twice = sorted({day for day in days if days.count(day) > 1})
        if twice:
            raise ValueError(f"{twice[0].isoformat()} 写了两次，请只留一行")
        return overrides

    @field_validator("office_hours")
    @classmethod
    def _follow_each_other(cls, hours: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
        return follow_each_other(hours)


class Category(Configured):
    """A leaf of the catalogue of requests."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    major: Text
    minor: Text
    name: Text
    urgency: Urgency
    raised_by: tuple[Circumstance, ...] = ()

    @field_validator("raised_by", mode="before")
    @classmethod
    def _apart(cls, words: object) -> object:
        """Split a cell of the CSV file: circumstances stand apart by blanks."""
        return tuple(words.split()) if isinstance(words, str) else words


class Channel(Configured):
    """A way of collecting requests, and who may use it; `on_site`: also on the form that works off-line."""

    code: Text
    name: Text
    levels: Annotated[tuple[Sender, ...], Field(min_length=1)]
    on_site: StrictBool = False


class Texts(Configured):
    """The short messages, and the signature that stands in front of each."""

    signature: Annotated[str, StringConstraints(pattern=r"^【.+】$")]
    templates: Mapping[str, Text]

    @field_validator("templates")
    @classmethod
    def _use_known_placeholders(cls, templates: Mapping[str, str]) -> Mapping[str, str]:
        for name, text in templates.items():
            try:
                used = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
            except ValueError as error:
                raise ValueError(f"模板 {name} 的花括号不成对，请更正") from error
            if used - PLACEHOLDERS:
                raise ValueError(f"模板 {name} 用了没有的占位符，请对照文件开头的清单更正")
        return templates

    def filled(self, name: str, values: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        """Return what a template is filled with, in the order of its text, each once; `KeyError` as `fill`."""
        used = (field for _, field, _, _ in Formatter().parse(self.templates[name]) if field is not None)
        return tuple((field, str(values[field])) for field in dict.fromkeys(used))

    def fill(self, name: str, values: Mapping[str, str]) -> str:
        """Return the signed text of a template; `KeyError` when the template or a value is not there."""
        return self.signature + self.templates[name].format_map(values)
