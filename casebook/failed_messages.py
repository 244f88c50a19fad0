"""What follows a message that failed: the next way in the order that `gateways.toml` gives, each once.

A message is followed up once (`followed_at`); what goes in its place names it (`follows`) and the step by which it was
found, so that the next failure goes on after that step. A failed message that nothing follows is for a person to see.
"""

from dataclasses import fields, replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import RowMapping, select, update

from casebook import directory, messages, requests
from casebook.duty import DUTY_OFFICER
from casebook.engine import AsyncConnection
from casebook.gateways import Step
from casebook.messages import WECOM, NewMessage
from casebook.schema import messages as rows
from casebook.schema import requests as register

MOST = 16


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
    values = {field.name: row[field.name] for field in fields(NewMessage)}
    failed = NewMessage(**values | {"fields": tuple(map(tuple, row["fields"] or ())), "follows": row["message_id"]})
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
    """Return what only a person can settle, of open requests, newest first: failed and not followed, or uncertain."""
    later = rows.alias("later")
    followed = select(later.c.message_id).where(later.c.follows == rows.c.message_id).exists()
    lost = (rows.c.state == "failed") & rows.c.followed_at.is_not(None) & ~followed
    found = await casebook.execute(
        select(rows.c.message_id, rows.c.request_id, rows.c.event, rows.c.state, rows.c.queued_at)
        .join(register, register.c.request_id == rows.c.request_id)
        .where(lost | (rows.c.state == "uncertain"), requests.IS_OPEN)
        .order_by(rows.c.message_id.desc())
        .limit(most)
    )
    return [dict(row) for row in found.mappings()]
