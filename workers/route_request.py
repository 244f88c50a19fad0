"""Find the unit that answers for a request, from its row in the response list and the directory.

Without a row, or without a unit for the role, responsibility is unclear: the superior centre
assigns a unit (指定派单). Safe to run twice: it reads the directory and notes the same routing.
"""

from datetime import datetime

from casebook import requests, routing
from casebook.command_chain import CentreMissing
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "确定承办单位"


class RouteRequest(Variables):
    """What the response list said; all but the first three are null without a row."""

    request_id: str
    category: str
    community: str
    level: str | None = None
    lead_role: str | None = None
    co_roles: list[str] | None = None
    handling_limit: str | None = None
    co_handling_limit: str | None = None


class RequestRouted(Variables):
    """Who answers, within which limits, who decides when nobody does, and who stands above."""

    level: str
    lead_unit: str | None
    co_units: list[str]
    handling_limit: str
    co_handling_limit: str
    centre: str
    deciding_centre: str
    superior_centre: str
    responsibility_clear: bool


async def route_request(
    read: RouteRequest, *, casebook: AsyncConnection, district: District, now: datetime
) -> RequestRouted:
    """Resolve roles to units for the community of the request."""
    try:
        here = routing.Situation(community=read.community, at=now)
        found = await routing.route(casebook, _entry(read), situation=here, district=district)
    except CentreMissing as missing:
        raise NeedsOperator(f"诉求 {read.request_id}：{missing}") from missing
    await requests.note_facts(
        casebook, read.request_id, level=found.level, lead_unit=found.lead_unit, route_reason=found.reason
    )
    return RequestRouted(
        level=found.level,
        lead_unit=found.lead_unit,
        co_units=list(found.co_units),
        handling_limit=found.handling_limit,
        co_handling_limit=found.co_handling_limit,
        centre=found.centre,
        deciding_centre=found.superior_centre,
        superior_centre=found.superior_centre,
        responsibility_clear=found.lead_unit is not None,
    )


def _entry(read: RouteRequest) -> routing.Entry:
    said = read.model_dump(exclude={"request_id", "community", "co_roles"})
    return routing.Entry(**said, co_roles=tuple(read.co_roles or ()))
