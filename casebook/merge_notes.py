"""A caller whose report is the same matter as another one is told so: both numbers, and that an answer will come.

Queued in the transaction that merges, whether the intake found it (the same caller again) or a person decided; once for
each pair, as any other text to citizens (quiet hours, quotas). It names no other caller. A district whose `texts.toml`
has no text `request_joined` tells nobody.
"""

from datetime import datetime

from sqlalchemy import select

from casebook import messages
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import callers, requests

EVENT = "request_joined"
CALLER = "caller"


async def tell_caller(
    casebook: AsyncConnection, request_id: str, *, main_id: str, district: District, now: datetime
) -> None:
    """Queue the text to who left a number with a request that was merged into another one."""
    if EVENT not in district.texts.templates:
        return
    asked = select(requests.c.category, callers.c.phone).join(callers).where(requests.c.request_id == request_id)
    row = (await casebook.execute(asked)).one()
    if not row.phone:
        return
    category = district.catalogue[row.category].name
    values = {"request_id": request_id, "main_id": main_id, "category": category}
    message = messages.NewMessage(
        dedupe_key=f"{EVENT}/{request_id}/{main_id}/{CALLER}",
        request_id=request_id,
        work_order_id=None,
        event=EVENT,
        recipient=CALLER,
        phone=row.phone,
        text=district.texts.fill(EVENT, values),
        template=EVENT,
        fields=district.texts.filled(EVENT, values),
    )
    await messages.queue(casebook, message, now=now)
