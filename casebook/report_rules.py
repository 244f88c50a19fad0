"""What the district decided about its reports (周动态、月通报、实时快报): `reports.toml`."""

import re
from typing import Annotated, Literal

from pydantic import Field, StrictInt, field_validator

from casebook.configuration import Configured, Text

Kind = Literal["weekly_report", "monthly_report", "flash_report"]
PLACES = re.compile(r"\{[^{}]*\}|[{}]")
Most = Annotated[StrictInt, Field(ge=1, le=200)]


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
