"""What follows a message that failed: the next way in the order that `gateways.toml` gives, each once.

A message is followed up once (`followed_at`); what goes in its place names it (`follows`) and the step by which it was
found, so that the next failure goes on after that step. A failed message that nothing follows is for a person; so is
one of which nobody knows whether it went out: nothing but a person's deed sends it again.
"""

from dataclasses import fields, replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select, update

from casebook import audit, directory, messages, requests
from casebook.duty import DUTY_OFFICER
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.gateways import Step
from casebook.messages import WECOM, NewMessage
from casebook.schema import audit_trail
from casebook.schema import messages as rows
from casebook.schema import requests as register

MOST = 16
CONFIRMED, SENT_AGAIN = "message_confirmed", "message_sent_again"


async def follow_up(casebook: AsyncConnection, *, order: tuple[Step, ...], zone: tzinfo, now: datetime) -> int:
    """Queue what goes in place of failed messages; return how many were looked at."""
    failed = await casebook.execute(
        select(rows)
        .where(rows.c.state == "failed", rows.c.followed_at.is_(None))
        .order_by(rows.c.message_id)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    found = failed.mappings().all()
    for row in found:
        await casebook.execute(update(rows).where(rows.c.message_id == row["message_id"]).values(followed_at=now))
        if following := await _next(casebook, row, order=order, zone=zone, now=now):
            await messages.queue(casebook, following, now=now)
    return len(found)


async def _next(
    casebook: AsyncConnection, row: RowMapping, *, order: tuple[Step, ...], zone: tzinfo, now: datetime
) -> NewMessage | None:
    done = order.index(row["step"]) + 1 if row["step"] in order else 0
    person = await directory.person_at(casebook, row["recipient"], at=now)
    if person is None:
        return None
    failed = _message(row)
    for step in order[done:]:
        way = replace(failed, step=step, dedupe_key=f"{row['dedupe_key']}/{step}")
        if step == "second_phone" and person["second_phone"] and row["channel"] == messages.SMS:
            return replace(way, phone=person["second_phone"])
        if step == WECOM and person["wecom"] and row["channel"] != WECOM:
            return replace(way, channel=WECOM, phone=person["wecom"])
        if step == DUTY_OFFICER:
            other = await directory.person_on_duty(casebook, person["unit"], duty=DUTY_OFFICER, at=now, zone=zone)
            if other and other["person"] != row["recipient"] and not await _was_told(casebook, row, other["person"]):
                return replace(way, channel=messages.SMS, phone=other["phone"], recipient=other["person"])
    return None


async def _was_told(casebook: AsyncConnection, row: RowMapping, person: str) -> bool:
    """Tell whether somebody has a message of their own about the same occasion, one that did not fail."""
    same = (rows.c.event == row["event"], rows.c.text == row["text"], rows.c.recipient == person)
    found = await casebook.execute(select(rows.c.message_id).where(*same, rows.c.state != "failed").limit(1))
    return found.first() is not None


async def for_a_person(casebook: AsyncConnection, *, most: int) -> list[dict[str, Any]]:
    """Return what only a person can settle, of open requests, newest first; `phone` is personal data."""
    columns = ("message_id", "request_id", "event", "state", "queued_at", "recipient", "phone")
    found = await casebook.execute(
        select(*(rows.c[name] for name in columns))
        .join(register, register.c.request_id == rows.c.request_id)
        .where(_for_a_person(), requests.IS_OPEN)
        .order_by(rows.c.message_id.desc())
        .limit(most)
    )
    return [dict(row) for row in found.mappings()]


def _for_a_person() -> ColumnElement[bool]:
    """Match what failed, was not followed and is not known to its addressee otherwise, and what is uncertain."""
    later = rows.alias("later")
    followed = select(later.c.message_id).where(later.c.follows == rows.c.message_id).exists()
    told = select(audit_trail.c.at).where(
        audit_trail.c.request_id == rows.c.request_id,
        audit_trail.c.action == CONFIRMED,
        audit_trail.c.details["message_id"].as_integer() == rows.c.message_id,
    )
    lost = (rows.c.state == "failed") & rows.c.followed_at.is_not(None) & ~followed & ~told.exists()
    return lost | (rows.c.state == "uncertain")


async def confirm(casebook: AsyncConnection, message_id: int, *, person: str, now: datetime) -> None:
    """Note that the addressee knows, as a person found out or told them; what failed stays failed in the books."""
    row = await _of_a_person(casebook, message_id)
    mine = (rows.c.message_id == message_id, rows.c.state == "uncertain")
    await casebook.execute(update(rows).where(*mine).values(state="delivered", settled_at=now))
    await _audit(casebook, row, action=CONFIRMED, person=person, now=now)


async def send_again(casebook: AsyncConnection, message_id: int, *, person: str, now: datetime) -> None:
    """Send a message again, as an occasion of its own, to the number that stands in the directory now.

    The first one counts as failed from then on, and is followed by this one alone.
    """
    row = await _of_a_person(casebook, message_id)
    failed = {"state": "failed", "settled_at": row["settled_at"] or now, "followed_at": now}
    await casebook.execute(update(rows).where(rows.c.message_id == message_id).values(failed))
    again = replace(_message(row), dedupe_key=f"{row['dedupe_key']}/again", step=None)
    addressee = await directory.person_at(casebook, row["recipient"], at=now)
    if addressee and row["step"] is None and row["channel"] == messages.SMS:
        again = replace(again, phone=addressee["phone"])
    await messages.queue(casebook, again, now=now)
    await _audit(casebook, row, action=SENT_AGAIN, person=person, now=now)


async def _of_a_person(casebook: AsyncConnection, message_id: int) -> RowMapping:
    """Return a message that waits for a person, for changing; RejectedInput when another settled it before."""
    mine = select(rows).where(rows.c.message_id == message_id)
    await casebook.execute(mine.with_for_update())
    found = (await casebook.execute(mine.where(_for_a_person()))).mappings().one_or_none()
    if found is None:
        raise RejectedInput("这条消息已经有了结果（别人处理过，或者刚收到回执）。请刷新后再看。")
    return found


async def _audit(casebook: AsyncConnection, row: RowMapping, *, action: str, person: str, now: datetime) -> None:
    ids = {"request_id": row["request_id"], "work_order_id": row["work_order_id"], "message_id": row["message_id"]}
    await audit.note(casebook, action, actor=person, now=now, before=row["state"], **ids)


def _message(row: RowMapping) -> NewMessage:
    """Return the message of a row anew; the new one follows it."""
    values = {field.name: row[field.name] for field in fields(NewMessage)}
    return NewMessage(**values | {"fields": tuple(map(tuple, row["fields"] or ())), "follows": row["message_id"]})
