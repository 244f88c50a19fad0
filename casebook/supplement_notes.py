"""Whoever works on a request is told that something was added to it: each unit with an open work order, once.

The fact is written in the transaction that keeps the supplement; the process `supplement` it starts tells the units, so
that designers see a supplement and may draw what else follows from one. The text waits for quiet hours and goes into
digests as any other.
"""

from datetime import datetime

from sqlalchemy import func, select

from casebook import facts
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.officer_notes import OfficerNote, tell_officer
from casebook.schema import requests, work_orders

EVENT = "request_supplemented"


async def tell_engine(casebook: AsyncConnection, request_id: str, *, supplement: str, now: datetime) -> None:
    """Let the engine know of a supplement of a request that goes on; `supplement` names it and holds no word of it."""
    goes_on = requests.c.closed_at.is_(None) & requests.c.withdrawal_asked_at.is_(None)
    mine = select(requests.c.request_id).where(requests.c.request_id == request_id, goes_on)
    if (await casebook.execute(mine)).first() is None:
        return
    fact = facts.Fact(
        name="request_supplemented",
        request_id=request_id,
        correlation_key=f"{request_id}/{supplement}",
        variables={"request_id": request_id, "supplement": supplement},
    )
    await facts.append(casebook, fact, now=now)


async def tell_units(
    casebook: AsyncConnection, request_id: str, *, supplement: str, district: District, now: datetime
) -> None:
    """Tell the units that have open work orders of a request, or of the one it was merged into; each is told once."""
    if EVENT not in district.texts.templates:
        return
    main = select(func.coalesce(requests.c.merged_into, requests.c.request_id))
    main_id = (await casebook.execute(main.where(requests.c.request_id == request_id))).scalar_one()
    is_open = work_orders.c.reported_at.is_(None) & work_orders.c.closed_at.is_(None)
    asked = select(work_orders.c.unit, work_orders.c.work_order_id).where(work_orders.c.request_id == main_id, is_open)
    rows = await casebook.execute(asked.order_by(work_orders.c.work_order_id))
    for unit, work_order_id in {row.unit: row.work_order_id for row in rows}.items():
        note = OfficerNote(
            dedupe_key=f"{EVENT}/{request_id}/{supplement}/{unit}",
            unit=unit,
            event=EVENT,
            template=EVENT,
            values={"request_id": request_id},
            request_id=main_id,
            work_order_id=work_order_id,
        )
        await tell_officer(casebook, note, district=district, now=now)  # with nobody on duty, the file shows it
