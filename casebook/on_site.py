"""What is taken down on the spot (现场登记): patrols, visits and forums, on a phone that may be without a connection.

The phone makes the number of an entry; (`on_site`, that number) is its identity, so that an entry which is sent again
because no answer was heard has its effect once. Which ways may be used so is `on_site` in `config/channels.toml`,
which level may use which of them its `levels`; a unit writes down what lies in its own area.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from casebook import audit, collecting, directory, pictures, requests
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.pictures import Picture
from casebook.reports import RequestReport
from casebook.requests import Taken
from casebook.rules import Level


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a unit's people, with its pictures."""

    unit: str
    report: RequestReport
    pictures: tuple[Picture, ...] = field(default=(), repr=False)


def ways_of(district: District, level: Level) -> dict[str, str]:
    """Return the ways of collecting that a level may use on the spot, with their names."""
    ways = collecting.open_to(district, level)
    return {code: name for code, name in ways.items() if district.channels[code].on_site}


def communities_of(district: District, area: str) -> dict[str, str]:
    """Return the communities of a unit's area (a community or a street), with their names."""
    places = district.communities.items()
    return {code: place.name for code, place in places if area in (code, place.street)}


async def unit_for(casebook: AsyncConnection, code: str, *, district: District, now: datetime) -> dict[str, Any]:
    """Return a unit that may take something down on the spot; RejectedInput says why another may not."""
    unit = await directory.unit(casebook, code, at=now)
    if unit is None or not await directory.is_in_force(casebook, code, at=now):
        raise RejectedInput("单位目录里没有这个单位，或它已撤销。请从单位工作台重新选择单位。")
    if not ways_of(district, unit["level"]):
        raise RejectedInput(f"{unit['name']}不能使用现场登记：它这一级没有可用的渠道。请由社区或街道登记。")
    return unit


async def receive(casebook: AsyncConnection, entry: Entry, *, now: datetime, district: District) -> Taken:
    """Take an entry into the register with its pictures, exactly once; RejectedInput when it has to be corrected."""
    report = entry.report
    unit = await unit_for(casebook, entry.unit, district=district, now=now)
    collecting.must_be_open_to(district, unit["level"], channel=report.channel)
    if report.channel not in ways_of(district, unit["level"]):
        raise RejectedInput(f"渠道“{district.channels[report.channel].name}”不在现场登记。请改选渠道。")
    if report.community not in communities_of(district, unit["area"]):
        raise RejectedInput(f"所选社区不在{unit['name']}的范围内。请改选社区。")
    taken = await requests.receive(casebook, report, now=now, district=district)
    if taken.result in ("accepted", "merged"):
        await pictures.keep(casebook, taken.request_id, found=entry.pictures, now=now)
        noted = {"request_id": taken.request_id, "written_at": report.received_at.isoformat(timespec="seconds")}
        await audit.note(casebook, "taken_down_on_site", actor=entry.unit, now=now, **noted)
    return taken
