"""What the district decided about its reports (周动态、月通报、实时快报): `reports.toml`."""

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, field_validator

from casebook.configuration import Configured, Text

Kind = Literal["weekly_report", "monthly_report", "flash_report"]
PLACES = re.compile(r"\{[^{}]*\}|[{}]")
Most = Annotated[StrictInt, Field(ge=1, le=200)]
Duty = Literal["duty_officer", "deputy_head", "principal_head"]


class DocumentNumbers(Configured):
    """How a document number (文号) is written, by kind; `{year}` and `{number}` stand in it."""

    weekly_report: Text
    monthly_report: Text
    flash_report: Text

    @field_validator("*")
    @classmethod
    def _hold_both(cls, pattern: str) -> str:
        if sorted(PLACES.findall(pattern)) != ["{number}", "{year}"]:
            raise ValueError("文号里应有 {year} 和 {number} 各一次，没有别的花括号")
        return pattern


class Approval(Configured):
    """Who is asked whether a report may go out, who is told when the first stays silent, and how often it is made."""

    role: Text
    asked: Duty
    reminded: Duty
    remind_hours: Annotated[StrictInt, Field(ge=1, le=720)]
    versions_most: Annotated[StrictInt, Field(ge=1, le=20)]


class Addressees(Configured):
    """All units of a role, and who in each of them is told that a report is out."""

    role: Text
    duties: Annotated[tuple[Duty, ...], Field(min_length=1)]


class Recipients(Configured):
    """Who is told of a report, by its kind."""

    weekly_report: Annotated[tuple[Addressees, ...], Field(min_length=1)]
    monthly_report: Annotated[tuple[Addressees, ...], Field(min_length=1)]
    flash_report: Annotated[tuple[Addressees, ...], Field(min_length=1)]


class Surge(Configured):
    """Many requests of one category in one street: so many within `hours`, and so many times the usual.

    The usual is the mean of the `usual_days` before.
    """

    hours: Annotated[StrictInt, Field(ge=1, le=168)]
    least: Annotated[StrictInt, Field(ge=2, le=100_000)]
    times_usual: Annotated[Decimal, Field(ge=1)]
    usual_days: Annotated[StrictInt, Field(ge=1, le=366)]


class Grave(Configured):
    """Categories of which one request is enough; with `urgent_only` one that is urgent."""

    categories: tuple[Text, ...]
    urgent_only: StrictBool


class Flash(Configured):
    """What makes a flash report by itself, and after how many minutes it is looked again; a missing rule is off."""

    look_minutes: Annotated[StrictInt, Field(ge=1, le=1440)]
    surge: Surge | None = None
    grave: Grave | None = None


class ReportRules(Configured):
    """Who issues reports, and how long their lists are; counts of rows unless another unit is named."""

    issuer: Text
    lists_most: Most
    ranked_most: Most
    ranked_least: Most
    hot_most: Most
    cases_each: Most
    open_data_least: Most
    numbers: DocumentNumbers
    approval: Approval
    recipients: Recipients
    flash: Flash

    def roles(self) -> set[str]:
        """Return the roles of units that the rules name."""
        named = {each.role for kind in Recipients.model_fields for each in getattr(self.recipients, kind)}
        return named | {self.approval.role}
