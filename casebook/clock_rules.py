"""What `config/deadlines.toml` decides: how far a running deadline may be moved, and by whom."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, StrictInt, field_validator

from casebook.configuration import Configured, Text

Hours = Annotated[StrictInt, Field(ge=1, le=2000)]
Times = Annotated[StrictInt, Field(ge=0, le=20)]
Kinds = tuple[Text, ...]
CentreLevel = Literal["community", "street", "district"]


class Approval(Configured):
    """Up to how many hours a level's centre may grant at once."""

    hours_most: Hours
    by: CentreLevel


class ExtensionRule(Configured):
    """How often a limit may be extended, and who grants how much; what no row covers cannot be asked for."""

    times_most: Times
    approval: Annotated[tuple[Approval, ...], Field(min_length=1)]

    @field_validator("approval")
    @classmethod
    def _rises(cls, rows: tuple[Approval, ...]) -> tuple[Approval, ...]:
        if any(later.hours_most <= earlier.hours_most for earlier, later in pairwise(rows)):
            raise ValueError("各行的 hours_most 应从小到大排列")
        return rows

    @property
    def hours_most(self) -> int:
        """The most that can be asked for at once."""
        return self.approval[-1].hours_most

    def level_for(self, hours: float) -> CentreLevel | None:
        """Return the level whose centre may grant so many hours; None when nobody may."""
        return next((row.by for row in self.approval if hours <= row.hours_most), None)


class SuspensionRule(Configured):
    """Which work orders' clocks may stand still, how often and how long, and for which coded reasons."""

    kinds: Kinds
    times_most: Times
    days_most: Annotated[StrictInt, Field(ge=1, le=366)]
    reasons: Annotated[Mapping[str, Text], Field(min_length=1)]


class SpeedUpRule(Configured):
    """Which limits a leader may shorten, how often, and how many hours must be left from then on."""

    kinds: Kinds
    times_most: Times
    hours_left_least: Hours


class ClockRules(Configured):
    """Everything that may happen to a running deadline."""

    extension: ExtensionRule
    suspension: SuspensionRule
    speed_up: SpeedUpRule
