"""Who answers for a request: its row of the response list, turned into units of the directory.

Source of the rule: own level first; without a row, or without a unit for the role, responsibility is
unclear and the superior centre assigns a unit (指定派单). The job `route_request` and the preview
(派单预演) both ask here, so that what is shown beforehand is what happens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from casebook import directory, words
from casebook.command_chain import centres_of
from casebook.district import District
from casebook.engine import AsyncConnection

LEVEL_WITHOUT_ROW = "B"
HANDLING_LIMIT = "handling"
CO_HANDLING_LIMIT = "co_handling"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the response list says of a category; level, role and limits are None without a row."""

    category: str
    level: str | None = None
    lead_role: str | None = None
    co_roles: tuple[str, ...] = ()
    handling_limit: str | None = None
    co_handling_limit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Where and when."""

    community: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Who answers, within which limits by name, and who decides when nobody does."""

    level: str
    lead_unit: str | None
    co_units: tuple[str, ...]
    handling_limit: str
    co_handling_limit: str
    centre: str
    superior_centre: str
    reason: str


async def route(casebook: AsyncConnection, entry: Entry, *, situation: Situation, district: District) -> Routing:
    """Resolve the roles of an entry to the units of a place and time; `CentreMissing` when the directory has a hole."""
    level = entry.level or LEVEL_WITHOUT_ROW
    centre, superior = await centres_of(casebook, level, community=situation.community, at=situation.at)
    roles = {role for role in (entry.lead_role, *entry.co_roles) if role}
    players = await directory.units_for(casebook, roles, community=situation.community, at=situation.at)
    lead_unit, reason = _lead(entry, players, category=words.category(district, entry.category))
    co_units = (players[role] for role in entry.co_roles if players.get(role, lead_unit) != lead_unit)
    return Routing(
        level=level,
        lead_unit=lead_unit,
        co_units=tuple(dict.fromkeys(co_units)),
        handling_limit=entry.handling_limit or HANDLING_LIMIT,
        co_handling_limit=entry.co_handling_limit or CO_HANDLING_LIMIT,
        centre=centre,
        superior_centre=superior,
        reason=reason,
    )


def _lead(entry: Entry, players: Mapping[str, str], *, category: str) -> tuple[str | None, str]:
    if entry.lead_role is None:
        return None, f"类别“{category}”没有响应清单条目，由上级指挥中心指定；请在 response_list.dmn 中补一行。"
    unit = players.get(entry.lead_role)
    if unit is None:
        return None, f"单位目录里没有承担“{entry.lead_role}”的单位，由上级指挥中心指定；请补全单位目录。"
    return unit, f"响应清单：类别“{category}”为 {entry.level} 级，由“{entry.lead_role}”牵头。"
