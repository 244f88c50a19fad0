"""Which earlier requests may be the same matter: by place, category and time first, by words only among what is left.

Never by words alone: among 3 000 letters of all kinds the likeness of words found the template, not the place. Nothing
is decided here; a person confirms (`merges.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from casebook import merges
from casebook.district import District
from casebook.enforcement import metres_between
from casebook.engine import AsyncConnection
from casebook.likeness import Likeness, Words, likeness, words_of
from casebook.schema import callers, requests

METRES_OF_A_DEGREE = 111_320.0
EVERYWHERE = ("小区", "社区")
SHOWN_MOST = 5


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is known of a report that is compared; `request_id` once it has one. Coordinates in WGS-84 degrees."""

    category: str
    community: str
    at: datetime
    text: str
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    request_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An earlier or later request that may be the same matter, and why, in words."""

    request: dict[str, Any]
    likeness: Likeness
    metres: float | None
    why: str


async def proposals(casebook: AsyncConnection, told: Told, *, district: District) -> list[Proposal]:
    """Return what may be the same matter, the likeliest first: open requests, and such as were closed meanwhile.

    What a person found to be another matter is left out, and so is what was withdrawn or merged.
    """
    different = await merges.judged_different(casebook, told.request_id) if told.request_id else set()
    mine = _words(told.text, told.address, community=told.community, district=district)
    found = []
    for row in await _candidates(casebook, told, district=district):
        if row["request_id"] in different:
            continue
        proposal = _compared(told, row, mine=mine, district=district)
        if proposal.likeness.score >= float(district.same_matter.likeness_least):
            found.append(proposal)
    return sorted(found, key=lambda each: -each.likeness.score)[:SHOWN_MOST]


async def told_of(casebook: AsyncConnection, request_id: str) -> Told:
    """Return what is compared of a request that is in the register."""
    rows = await casebook.execute(_columns().where(requests.c.request_id == request_id))
    row = rows.mappings().one()
    return Told(
        **{name: row[name] for name in ("category", "community", "lat", "lon", "request_id")},
        at=row["received_at"],
        text=_text(row),
        address=row["address"] or "",
    )


def _columns() -> Select[Any]:
    names = ["request_id", "category", "community", "received_at", "title", "text", "lat", "lon", "closed_at"]
    return select(*(requests.c[name] for name in names), callers.c.address).join(callers)


async def _candidates(casebook: AsyncConnection, told: Told, *, district: District) -> list[dict[str, Any]]:
    """Return the newest of the same category about the time, of the community and then of next door."""
    rule = district.same_matter
    window = timedelta(days=rule.days)
    alike = (
        requests.c.category == told.category,
        requests.c.received_at.between(told.at - window, told.at + window),
        requests.c.merged_into.is_(None),
        requests.c.withdrawal_asked_at.is_(None),
        requests.c.request_id != (told.request_id or ""),
    )
    rows: dict[str, dict[str, Any]] = {}
    for where in _blocks(told, metres=rule.metres):
        newest = _columns().where(*alike, where).order_by(requests.c.received_at.desc()).limit(rule.candidates_most)
        rows |= {row["request_id"]: dict(row) for row in (await casebook.execute(newest)).mappings()}
    near = [row for row in rows.values() if (_metres(told, row) or 0.0) <= rule.metres]
    return near[: rule.candidates_most]


def _blocks(told: Told, *, metres: int) -> Iterable[ColumnElement[bool]]:
    yield requests.c.community == told.community
    if told.lat is not None and told.lon is not None:
        high, wide = metres / METRES_OF_A_DEGREE, metres / (METRES_OF_A_DEGREE * cos(radians(told.lat)))
        inside = requests.c.lat.between(told.lat - high, told.lat + high)
        yield inside & requests.c.lon.between(told.lon - wide, told.lon + wide)


def _metres(told: Told, row: dict[str, Any]) -> float | None:
    if told.lat is None or told.lon is None or row["lat"] is None or row["lon"] is None:
        return None
    return metres_between((told.lat, told.lon), (row["lat"], row["lon"]))


def _compared(told: Told, row: dict[str, Any], *, mine: Words, district: District) -> Proposal:
    theirs = _words(_text(row), row["address"] or "", community=row["community"], district=district)
    found, metres = likeness(mine, theirs), _metres(told, row)
    same_place = row["community"] == told.community
    reasons = [f"{'同一社区' if same_place else '相邻社区'}、同一类别"]
    if found.shared:
        reasons.append(f"都提到 {'、'.join(found.shared)}")
    if metres is not None:
        reasons.append(f"相距约 {metres:.0f} 米")
    reasons += [f"用词相近 {found.of_words:.0%}", _apart(row["received_at"] - told.at)]
    return Proposal(request=row, likeness=found, metres=metres, why="；".join(reasons))


def _apart(later: timedelta) -> str:
    days = abs(later).days
    if not days:
        return "一天之内收到"
    return f"{'晚' if later > timedelta(0) else '早'} {days} 天收到"


def _words(text: str, address: str, *, community: str, district: District) -> Words:
    """Return a report's words without what stands in every letter; of the address only what it points at."""
    place = district.communities.get(community)
    names = (place.name,) if place else ()
    filler = (*district.same_matter.filler, *names, *EVERYWHERE)
    said, where = words_of(text, filler=filler), words_of(address, filler=filler)
    return Words(pairs=said.pairs, places=said.places | where.places)


def _text(row: Any) -> str:
    title, text = row["title"], row["text"]
    return str(text if text.startswith(title) else f"{title} {text}")
