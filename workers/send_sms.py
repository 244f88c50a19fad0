"""Put one SMS into the outbox, from which the sender takes it: at most once for each occasion.

The occasion is (event, work order or request, round or version of the deadline, recipient). A
recipient without a number is noted, and for a head the duty passes to the superior unit. Safe to
run twice: the same occasion is queued once.
"""

from datetime import datetime
from typing import Any

from casebook import audit, deadlines, directory, messages, ratings, requests
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.variables import Variables

CHINESE_NAME = "发送短信"


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
    """Fill the text and queue it for the telephone of the recipient."""
    request = await requests.get(casebook, read.request_id)
    who, phone = await _recipient(casebook, read)
    if not phone:
        ids = {"request_id": read.request_id, "work_order_id": read.work_order_id}
        await audit.note(casebook, "no_number", actor="engine", now=now, recipient=who, event=read.event, **ids)
        return
    occasion, fields = await _occasion(casebook, read, district=district, base_url=base_url)
    fields |= {
        "request_id": read.request_id,
        "work_order_id": read.work_order_id,
        "supervision_id": read.supervision_id,
        "category": district.catalogue[request["category"]].name,
        "community": district.communities[request["community"]].name,
        "unit": (await directory.unit(casebook, read.unit) or {}).get("name") if read.unit else "",
    }
    message = messages.NewMessage(
        dedupe_key=f"{read.event}/{occasion}/{who}",
        request_id=read.request_id,
        work_order_id=read.work_order_id,
        event=read.event,
        recipient=who,
        phone=phone,
        text=_text(read, fields, district=district),
    )
    await messages.queue(casebook, message, now=now)


async def _recipient(casebook: AsyncConnection, read: SendSms) -> tuple[str, str | None]:
    if read.recipient == "caller":
        return "caller", (await requests.caller_of(casebook, read.request_id))["phone"]
    unit, duty = read.unit, read.recipient
    if read.recipient == "inspection":
        community = (await requests.get(casebook, read.request_id))["community"]
        unit, duty = await directory.unit_for(casebook, "inspection", community=community), "duty_officer"
    person = await directory.person_on_duty(casebook, unit or "", duty=duty)
    if person is None:
        raise NeedsOperator(
            f"诉求 {read.request_id}：单位 {unit} 及其上级都没有“{duty}”。请在 people.csv 补上后重新导入，再重试。"
        )
    return person["person"], person["phone"]


async def _occasion(
    casebook: AsyncConnection, read: SendSms, *, district: District, base_url: str
) -> tuple[str, dict[str, Any]]:
    if read.event == "rating_invited":
        rating = await ratings.of_round(casebook, read.request_id, round_=read.round) or {}
        link = f"{base_url}/r/{rating['token']}"
        return rating["rating_id"], {"link": link, "deadline": _moment(rating["due_at"], district)}
    if read.supervision_id:
        return read.supervision_id, {}
    deadline = await deadlines.newest(casebook, read.work_order_id or "")
    if deadline is None:
        return f"{read.work_order_id}/{read.round}", {}
    shown = _moment(deadline["red_at"], district)
    return f"{read.work_order_id}/{deadline['version']}", {"deadline": shown}


def _moment(instant: datetime, district: District) -> str:
    return f"{instant.astimezone(district.zone):%m月%d日%H:%M}"


def _text(read: SendSms, fields: dict[str, Any], *, district: District) -> str:
    template = district.texts.templates.get(read.template)
    if template is None:
        raise NeedsOperator(
            f"诉求 {read.request_id}：config/texts.toml 没有短信模板“{read.template}”。请补上并重启 worker 后重试。"
        )
    return district.texts.signature + template.format_map(fields)
