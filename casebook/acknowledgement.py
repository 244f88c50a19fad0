"""What a caller is told when the request has been taken up: its number, until when it is promised, where to look.

Queued in the transaction that writes the promise into the ledger, so that neither is without the other. It goes
to who left a number, once for each request, as any other text to citizens (quiet hours, quotas). A district whose
`texts.toml` has no text `request_registered` tells nobody.
"""

from datetime import datetime

from casebook import citizen_links, messages, requests, total_deadlines
from casebook.district import District
from casebook.engine import AsyncConnection

EVENT = "request_registered"
CALLER = "caller"


async def acknowledge(
    casebook: AsyncConnection, request_id: str, *, district: District, base_url: str, now: datetime
) -> None:
    """Queue the acknowledgement of a request whose total deadline is known; harmless when repeated."""
    promise = await total_deadlines.newest(casebook, request_id)
    phone = (await requests.caller_of(casebook, request_id))["phone"]
    request = await requests.get(casebook, request_id)
    over = request["closed_at"] or request["withdrawal_asked_at"]
    if promise is None or not phone or over or EVENT not in district.texts.templates:
        return
    token = await citizen_links.make(casebook, request_id, now=now)
    if token is None:
        return
    values = {
        "request_id": request_id,
        "category": district.catalogue[request["category"]].name,
        "community": district.communities[request["community"]].name,
        "deadline": f"{promise['red_at'].astimezone(district.zone):%m月%d日%H:%M}",
        "link": f"{base_url}/q/{token}",
    }
    message = messages.NewMessage(
        dedupe_key=f"{EVENT}/{request_id}/{CALLER}",
        request_id=request_id,
        work_order_id=None,
        event=EVENT,
        recipient=CALLER,
        phone=phone,
        text=district.texts.fill(EVENT, values),
        template=EVENT,
        fields=district.texts.filled(EVENT, values),
    )
    await messages.queue(casebook, message, now=now)
