"""Whoever works on a request is told that something was added to it: each unit with an open work order, once.

Queued in the transaction that keeps the supplement; it waits for quiet hours and goes into digests as any other text.
No step of a process waits for it, so the engine is not told.
"""

from datetime import datetime

from sqlalchemy import select

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.officer_notes import OfficerNote, tell_officer
from casebook.schema import work_orders

EVENT = "request_supplemented"


async def tell_units(
    casebook: AsyncConnection, request_id: str, *, about: str, district: District, now: datetime
) -> None:
    """Tell the units that have open work orders of a request; `about` names the supplement, which is told once."""
    if EVENT not in district.texts.templates:
        return
    is_open = work_orders.c.reported_at.is_(None) & work_orders.c.closed_at.is_(None)
    asked = select(work_orders.c.unit, work_orders.c.work_order_id).where(
        work_orders.c.request_id == request_id, is_open
    )
    rows = await casebook.execute(asked.order_by(work_orders.c.work_order_id))
    for unit, work_order_id in {row.unit: row.work_order_id for row in rows}.items():
        note = OfficerNote(
            dedupe_key=f"{EVENT}/{request_id}/{about}/{unit}",
            unit=unit,
            event=EVENT,
            template=EVENT,
            values={"request_id": request_id},
            request_id=request_id,
            work_order_id=work_order_id,
        )
        await tell_officer(casebook, note, district=district, now=now)  # with nobody on duty, the file shows it
