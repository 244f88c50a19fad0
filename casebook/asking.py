"""谁呼谁评: who is asked to rate a matter, and in which way; the ways of each kind of caller are data (`rating.toml`).

A unit that called rates at its desk, unless it handled the matter itself: nobody rates their own work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casebook import co_tasks, directory, merges, requests
from casebook.engine import AsyncConnection
from casebook.rating_rules import NOBODY, Way
from casebook.telephones import mobile

PLACES = ("community", "street")
Ways = Mapping[Any, tuple[Way, ...]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One reporter of a matter: the way to ask (or `nobody`), the telephone, the unit at whose desk it is asked."""

    request_id: str
    way: str
    phone: str | None
    unit: str | None = None

    @property
    def who(self) -> tuple[str, str | None]:
        """Tell one who is asked from another: the same telephone, or the same unit, is asked once."""
        return ("unit", self.unit) if self.unit else ("phone", self.phone)


async def everybody(casebook: AsyncConnection, main_id: str, *, ways: Ways, now: datetime) -> list[Asked]:
    """Return the caller of a request, then those merged into it, the earliest first; who is asked twice stands once.

    Of the merged those who cannot be asked are there too, each by itself.
    """
    main = await requests.get(casebook, main_id)
    tasks = await co_tasks.of_request(casebook, main_id)
    responders = {main["lead_unit"], *(task["unit"] for task in tasks)}
    told: list[Asked] = []
    for request in (main, *await merges.reporters(casebook, main_id)):
        each = await _asked(casebook, request, ways=ways[request["caller_kind"]], now=now)
        if each.unit and each.unit in responders:
            each = Asked(request_id=each.request_id, way=NOBODY, phone=each.phone)
        if each.way == NOBODY or each.who not in {other.who for other in told}:
            told.append(each)
    return told


async def _asked(casebook: AsyncConnection, request: dict[str, Any], *, ways: tuple[Way, ...], now: datetime) -> Asked:
    caller = await requests.caller_of(casebook, request["request_id"])
    unit = await _calling_unit(casebook, request, name=caller["name"], now=now) if "desk" in ways else None
    possible = {"desk": unit, "link": mobile(caller["phone"]), "call": caller["phone"]}
    way = next((way for way in ways if possible[way]), NOBODY)
    at_desk = unit if way == "desk" else None
    return Asked(request_id=request["request_id"], way=way, phone=caller["phone"], unit=at_desk)


async def _calling_unit(
    casebook: AsyncConnection, request: dict[str, Any], *, name: str | None, now: datetime
) -> str | None:
    """Return the unit of the caller's name; a community or street without one is known by the place."""
    if name and (code := await directory.unit_named(casebook, name, at=now)):
        return code
    if request["caller_kind"] not in PLACES:
        return None
    return await directory.centre_for(casebook, request["caller_kind"], community=request["community"], at=now)
