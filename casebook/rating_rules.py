"""What the district decided about rating: who is asked in which way, and the coded reasons (`config/rating.toml`)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field, StrictInt, field_validator

from casebook.configuration import Configured, Text
from casebook.reports import CallerKind

Way = Literal["link", "call", "desk"]
Ways = Annotated[tuple[Way, ...], Field(min_length=1)]
NOBODY = "nobody"  # the way of an invitation that nobody can be asked by


class MutualRules(Configured):
    """How lead and co-units judge each other: what silence counts as, what several marks come to, coded reasons."""

    unanswered: Literal["good", "fair", "poor"]
    several: Literal["lowest", "middle"]
    reasons: Annotated[Mapping[str, Text], Field(min_length=1)]


class CallbackRules(Configured):
    """How many of a month are called back at least (0 to 1), and how often one is tried."""

    share_least: Annotated[Decimal, Field(gt=0, le=1)]
    calls_most: Annotated[StrictInt, Field(ge=1, le=20)]


class RatingRules(Configured):
    """The file as a whole. `ways`: for each kind of caller the ways to be asked, the first that is possible counts."""

    ways: Mapping[CallerKind, Ways]
    reasons: Annotated[Mapping[str, Text], Field(min_length=1)]
    mutual: MutualRules
    callback: CallbackRules

    @field_validator("ways")
    @classmethod
    def _name_every_caller(cls, ways: Mapping[CallerKind, Ways]) -> Mapping[CallerKind, Ways]:
        if missing := [kind for kind in get_args(CallerKind) if kind not in ways]:
            raise ValueError(f"缺少诉求人类别 {'、'.join(missing)}，请补上怎么请其评价")
        if twice := [kind for kind, each in ways.items() if len(set(each)) < len(each)]:
            raise ValueError(f"{'、'.join(twice)} 的同一种方式写了两次，请删去一个")
        return ways
