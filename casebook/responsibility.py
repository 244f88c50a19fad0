"""Who answers for a request, at every instant: first receiver leads (首接负责) until somebody has accepted it.

The district's centre answers from the moment a request is taken in; the first unit that is asked to sign in answers
from then on, also while it returns the request and others argue; whoever accepts answers at last. For what the city
handles, the district's centre that reported it goes on answering. The register names
one unit always (the column cannot be empty); `unanswered` counts the open requests whose unit is no longer there.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, update

from casebook import city, directory
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import in_force
from casebook.schema import requests, units

EVERYWHERE = ""
ASKED_FIRST = ("sign_in", "city_report")
IS_OPEN = (requests.c.closed_at.is_(None), requests.c.withdrawn_at.is_(None), requests.c.merged_into.is_(None))


async def receiving_centre(casebook: AsyncConnection, *, at: datetime) -> str:
    """Return the centre that answers from the first instant: the district's, wherever the matter is."""
    centre = await directory.centre_for(casebook, "district", community=EVERYWHERE, at=at)
    if centre is None:
        raise RejectedInput("单位目录里没有区级指挥中心，收下的诉求没有人负责。请在单位目录的表“单位”里补上。")
    return centre


async def note_issued(casebook: AsyncConnection, *, request_id: str, kind: str, unit: str) -> None:
    """Let the first unit that is asked to sign in lead from now on; whoever handles the request answers for it."""
    register = requests.c.request_id == request_id
    if kind in ASKED_FIRST:
        nobody_yet = requests.c.first_receiver.is_(None)
        await casebook.execute(
            update(requests).where(register, nobody_yet).values(first_receiver=unit, responsible_unit=unit)
        )
    elif kind == "handling" and not await city.is_the_city(casebook, unit):
        await casebook.execute(update(requests).where(register).values(responsible_unit=unit))


async def note_reported(casebook: AsyncConnection, order: dict[str, Any], *, outcome: str) -> None:
    """Let a unit that signs in answer from this instant."""
    if order["kind"] in ASKED_FIRST and outcome == "accepted":
        register = requests.c.request_id == order["request_id"]
        await casebook.execute(update(requests).where(register).values(responsible_unit=order["unit"]))


def unanswered_requests(at: datetime) -> Select[Any]:
    """Return the query for open requests that nobody answers for; it must never find one."""
    there = select(units.c.code).where(in_force(units, at))
    return select(requests.c.request_id).where(*IS_OPEN, requests.c.responsible_unit.not_in(there))


async def unanswered(casebook: AsyncConnection, *, at: datetime) -> int:
    """Count the open requests whose responsible unit is not in the directory any more."""
    found = unanswered_requests(at).subquery()
    return int((await casebook.execute(select(func.count(literal(1))).select_from(found))).scalar_one())
