"""What the district decided about scores beyond the weights: `config/scoring.toml`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictInt, model_validator

from casebook.configuration import Configured, Folder, Text, validated, wrong

FILE = "scoring.toml"
Source = Literal["own", "shared", "left_out"]
Count = Annotated[StrictInt, Field(ge=1, le=1000)]
Minutes = Annotated[StrictInt, Field(ge=1, le=1440)]


class CoUnitRule(Configured):
    """Where each degree of a co-unit comes from: its own conduct, the lead's degree, or nowhere.

    What is left out weighs nothing, and the other weights are stretched to a whole. A caller rates the matter, not a
    unit, so satisfaction is shared or left out.
    """

    response: Source
    cooperation: Source
    completion: Source
    satisfaction: Literal["shared", "left_out"]

    @model_validator(mode="after")
    def _leave_something(self) -> "CoUnitRule":
        if {self.response, self.cooperation, self.completion, self.satisfaction} == {"left_out"}:
            raise ValueError("四项不能都写 left_out，否则协办单位没有可以计分的内容")
        return self


class Ranking(Configured):
    """How many scored rounds make a rank, and how sure the intervals beside means and rates are."""

    cases_least: Count
    confidence: Annotated[Decimal, Field(ge=Decimal("0.5"), le=Decimal("0.999"))]


class SignalRules(Configured):
    """From where on something is shown to inspectors. Minutes, hours and characters as the names say."""

    last_minutes: Minutes
    report_letters_least: Count
    series_ratings: Annotated[StrictInt, Field(ge=2, le=1000)]
    series_hours: Annotated[StrictInt, Field(ge=1, le=720)]
    split_requests: Annotated[StrictInt, Field(ge=2, le=1000)]
    split_minutes: Minutes
    callback_stars: Annotated[StrictInt, Field(ge=1, le=4)]


class AppealRule(Configured):
    """Until when a unit may appeal, for which coded reasons, and which roles decide: nobody decides about itself."""

    working_days: Annotated[StrictInt, Field(ge=1, le=60)]
    decided_by: Text
    decided_else_by: Text
    reasons: Annotated[Mapping[str, Text], Field(min_length=1)]

    @model_validator(mode="after")
    def _are_two(self) -> "AppealRule":
        if self.decided_by == self.decided_else_by:
            raise ValueError("decided_by 和 decided_else_by 应是两个不同的角色，没有单位裁决自己的得分")
        return self


class Scoring(Configured):
    """The file as a whole."""

    co_unit: CoUnitRule
    ranking: Ranking
    signals: SignalRules
    appeal: AppealRule


def read_scoring(files: Folder, *, roles: Mapping[str, str]) -> Scoring:
    """Read the file; the roles that decide appeals must be known."""
    scoring = validated(Scoring, files.toml(FILE), name=FILE)
    for key in ("decided_by", "decided_else_by"):
        if getattr(scoring.appeal, key) not in roles:
            raise wrong(FILE, key=f"appeal.{key}", what="没有这个角色，请对照 roles.csv 更正")
    return scoring
