"""Put one SMS into the outbox, from which the sender takes it: at most once for each occasion.

The occasion is (event, work order or request, round or version of the deadline, recipient). A caller
without a mobile number is noted. Who is asked when a head is away or nobody is there is the rule of
`casebook/duty.py`. Safe to run twice: an occasion is told once to each duty, and once to each person.
"""

from datetime import datetime
from typing import Any

from casebook import audit, directory, messages, requests
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.telephones import mobile
from workers.addressee import Asked, find_addressee
from workers.errors import NeedsOperator
from workers.occasion import Occasion, occasions
from workers.second_channel import tell_on_wecom
from workers.variables import Variables

CHINESE_NAME = "发送短信"
ROLES = frozenset({"inspection", "district_centre"})  # recipients that are another unit than the one it is about


class SendSms(Variables):
    """What happened, to whom it is told, by which text."""

    request_id: str
    work_order_id: str | None = None
    unit: str | None = None
    event: str
    recipient: str
    template: str
    round: int
    supervision_id: str | None = None


async def send_sms(
    read: SendSms, *, casebook: AsyncConnection, now: datetime, district: District, base_url: str
) -> None:
    """Fill the text and queue it for the telephone of the recipient; every reporter of a matter is invited to rate."""
    for occasion in await occasions(casebook, read, district=district, base_url=base_url):
        mine = read.model_copy(update={"request_id": occasion.request_id})
        await _tell(casebook, mine, occasion=occasion, now=now, district=district)


async def _tell(
    casebook: AsyncConnection, read: SendSms, *, occasion: Occasion, now: datetime, district: District
) -> None:
    request = await requests.get(casebook, read.request_id)
    if read.recipient == "caller":
        who, phone = "caller", mobile((await requests.caller_of(casebook, read.request_id))["phone"])
    else:
        asked = await _asked(casebook, read, occasion=occasion.key, now=now)
        who, phone = await find_addressee(casebook, asked, now=now, district=district)
    if not phone:
        if read.recipient == "caller":
            ids = {"request_id": read.request_id, "work_order_id": read.work_order_id}
            await audit.note(casebook, "no_number", actor="engine", now=now, recipient=who, event=read.event, **ids)
        return
    fields = occasion.fields | {
        "request_id": read.request_id,
        "work_order_id": read.work_order_id,
        "supervision_id": read.supervision_id,
        "category": district.catalogue[request["category"]].name,
        "community": district.communities[request["community"]].name,
        "unit": (await directory.unit(casebook, read.unit, at=now) or {}).get("name") if read.unit else "",
    }
    message = messages.NewMessage(
        dedupe_key=f"{read.event}/{occasion.key}/{who}",
        request_id=read.request_id,
        work_order_id=read.work_order_id,
        event=read.event,
        recipient=who,
        phone=phone,
        text=_text(read, fields, district=district),
        template=read.template,
        fields=district.texts.filled(read.template, fields),
        at_any_hour=who != "caller" and district.sms.goes_at_once(read.template, urgency=request["urgency"]),
    )
    await messages.queue(casebook, message, now=now)
    await tell_on_wecom(casebook, message, district=district, now=now)


async def _asked(casebook: AsyncConnection, read: SendSms, *, occasion: str, now: datetime) -> Asked:
    unit, duty = read.unit, read.recipient
    if read.recipient in ROLES:
        community = (await requests.get(casebook, read.request_id))["community"]
        unit, duty = await directory.unit_for(casebook, read.recipient, community=community, at=now), "duty_officer"
    return Asked(
        request_id=read.request_id,
        work_order_id=read.work_order_id,
        event=read.event,
        occasion=occasion,
        unit=unit or "",
        duty=duty,
    )


def _text(read: SendSms, fields: dict[str, Any], *, district: District) -> str:
    template = district.texts.templates.get(read.template)
    if template is None:
        raise NeedsOperator(
            f"诉求 {read.request_id}：config/texts.toml 没有短信模板“{read.template}”。请补上并重启 worker 后重试。"
        )
    return district.texts.signature + template.format_map(fields)
