"""What a platform, a page or a person reports: one call, before it has a number of ours."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

Datum = Literal["wgs84", "gcj02"]
Urgency = Literal["normal", "urgent"]
CallerKind = Literal["citizen", "business", "community", "street", "department", "cared_for"]

Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Place = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9-]{5,20}$")]


class Withdrawal(BaseModel):
    """A platform says that what it sent earlier was taken back by its caller."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    platform: str
    external_id: Name


class RequestReport(BaseModel):
    """One report in the district's own words and codes; (platform, external_id) is its identity.

    Coordinates are in WGS-84 degrees; `datum` is the one they came in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    platform: str
    external_id: Name
    channel: str
    received_at: AwareDatetime
    category: str
    community: str
    urgency: Urgency
    caller_kind: CallerKind
    caller_name: Name | None = None
    caller_phone: Phone | None = None
    title: Title
    text: Words
    address: Place | None = None
    lat: float | None = None
    lon: float | None = None
    datum: Datum | None = None
