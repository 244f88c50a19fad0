"""Find the unit that answers for a request, from its row in the response list and the directory.

Without a row, or without a unit for the role, responsibility is unclear: the superior centre
assigns a unit (指定派单). Safe to run twice: it reads the directory and notes the same routing.
"""

from datetime import datetime

from casebook import directory, requests
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.command_chain import CentreMissing, centres_of
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "确定承办单位"
LEVEL_WITHOUT_ROW = "B"


class RouteRequest(Variables):
    """What the response list said; `level`, `lead_role`, `co_roles` are null without a row."""

    request_id: str
    category: str
    community: str
    level: str | None = None
    lead_role: str | None = None
    co_roles: list[str] | None = None


class RequestRouted(Variables):
    """Who answers, who decides when nobody does, and who stands above."""

    level: str
    lead_unit: str | None
    co_units: list[str]
    centre: str
    deciding_centre: str
    superior_centre: str
    responsibility_clear: bool


async def route_request(
    read: RouteRequest, *, casebook: AsyncConnection, district: District, now: datetime
) -> RequestRouted:
    """Resolve roles to units for the community of the request."""
    level = read.level or LEVEL_WITHOUT_ROW
    try:
        centre, superior = await centres_of(casebook, level, community=read.community, at=now)
    except CentreMissing as missing:
        raise NeedsOperator(f"诉求 {read.request_id}：{missing}") from missing
    lead_unit, reason = await _lead(casebook, read, district=district, now=now)
    co_units = await _co_units(casebook, read, lead_unit=lead_unit, now=now)
    await requests.note_facts(casebook, read.request_id, level=level, lead_unit=lead_unit, route_reason=reason)
    return RequestRouted(
        level=level,
        lead_unit=lead_unit,
        co_units=co_units,
        centre=centre,
        deciding_centre=superior,
        superior_centre=superior,
        responsibility_clear=lead_unit is not None,
    )


async def _lead(
    casebook: AsyncConnection, read: RouteRequest, *, district: District, now: datetime
) -> tuple[str | None, str]:
    category = district.catalogue[read.category].name if read.category in district.catalogue else read.category
    if read.lead_role is None:
        return None, f"类别“{category}”没有响应清单条目，由上级指挥中心指定；请在 response_list.dmn 中补一行。"
    unit = await directory.unit_for(casebook, read.lead_role, community=read.community, at=now)
    if unit is None:
        return None, f"单位目录里没有承担“{read.lead_role}”的单位，由上级指挥中心指定；请补全单位目录。"
    return unit, f"响应清单：类别“{category}”为 {read.level} 级，由“{read.lead_role}”牵头。"


async def _co_units(
    casebook: AsyncConnection, read: RouteRequest, *, lead_unit: str | None, now: datetime
) -> list[str]:
    units: list[str] = []
    for role in read.co_roles or []:
        unit = await directory.unit_for(casebook, role, community=read.community, at=now)
        if unit and unit != lead_unit and unit not in units:
            units.append(unit)
    return units
