"""The SMS outbox: written before sending, sent at most once, and never forgotten.

States: `queued` → `sending` (committed before the gateway sees it) → `sent` → `delivered` or
`failed`. What was `sending` when its sender died becomes `uncertain`: a person decides, nothing
is silently sent again.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.rules import SmsQuota
from casebook.schema import messages, receipts

STATES = ("queued", "sending", "sent", "delivered", "failed", "uncertain")
WAKE_UP_CHANNEL = "sms_outbox"
DELIVERED = "DELIVRD"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
UNDER_WAY = ("ENROUTE", "ACCEPTD")
SETTLED_BY_RECEIPT = ("sent", "failed", "uncertain")


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """A text for one telephone; `dedupe_key` names the one occasion on which it may be sent."""

    dedupe_key: str
    request_id: str
    work_order_id: str | None
    event: str
    recipient: str
    phone: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A delivery receipt: the gateway's id, the status, and our message where it is known.

    A long text has several gateway ids and one receipt, which may carry any of them.
    """

    smsc_id: str
    status: str
    message_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message in the hands of the sender."""

    message_id: int
    phone: str
    text: str
    attempts: int


async def queue(casebook: AsyncConnection, message: NewMessage, *, now: datetime) -> bool:
    """Put a message into the outbox; tell whether it is new for its occasion."""
    added = await casebook.execute(
        upsert(messages)
        .values(queued_at=now, send_after=now, **asdict(message))
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(messages.c.message_id)
    )
    new = added.first() is not None
    if new:
        await casebook.execute(text(f"notify {WAKE_UP_CHANNEL}"))
    return new


async def claim(casebook: AsyncConnection, *, most: int, quota: SmsQuota, now: datetime) -> list[Outgoing]:
    """Take messages that are due and note them as `sending`; commit before sending them.

    The quota is counted from the outbox itself, so that it holds across processes and restarts. What is too much for
    one number waits for a minute; what is too much for the channel stays due.
    """
    await _spare_numbers(casebook, quota.per_number_a_minute, now=now)
    taken = select(func.count()).where(messages.c.sending_at > now - SECOND)
    room = quota.per_second - int((await casebook.execute(taken)).scalar_one())
    due = (
        select(messages.c.message_id)
        .where(*_due(now))
        .order_by(messages.c.message_id)
        .limit(max(min(most, room), 0))
        .with_for_update(skip_locked=True)
    )
    claimed = await casebook.execute(
        update(messages)
        .where(messages.c.message_id.in_(due))
        .values(state="sending", sending_at=now, attempts=messages.c.attempts + 1)
        .returning(messages.c.message_id, messages.c.phone, messages.c.text, messages.c.attempts)
    )
    return [Outgoing(**row) for row in claimed.mappings()]


async def _spare_numbers(casebook: AsyncConnection, most: int, *, now: datetime) -> None:
    """Put off what would be more than `most` messages in a minute for one number."""
    of_number = func.row_number().over(partition_by=messages.c.phone, order_by=messages.c.message_id)
    waiting = select(messages.c.message_id, messages.c.phone, of_number.label("place")).where(*_due(now)).subquery()
    lately = messages.c.sending_at > now - MINUTE
    rung = select(messages.c.phone, func.count().label("times")).where(lately).group_by(messages.c.phone).subquery()
    too_many = (
        select(waiting.c.message_id)
        .outerjoin(rung, rung.c.phone == waiting.c.phone)
        .where(waiting.c.place + func.coalesce(rung.c.times, 0) > most)
    )
    await casebook.execute(update(messages).where(messages.c.message_id.in_(too_many)).values(send_after=now + MINUTE))


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (messages.c.state == "queued", messages.c.send_after <= now)


async def put_back(casebook: AsyncConnection, message_id: int, *, send_after: datetime) -> None:
    """Queue again what the gateway refused for now; it did not take the message."""
    await casebook.execute(
        update(messages)
        .where(messages.c.message_id == message_id, messages.c.state == "sending")
        .values(state="queued", send_after=send_after)
    )


async def note_sent(casebook: AsyncConnection, message_id: int, *, smsc_id: str, now: datetime) -> None:
    """Note that the gateway took the message; a receipt that came before counts at once."""
    await _one_at_a_time(casebook, smsc_id, message_id)
    await casebook.execute(
        update(messages)
        .where(messages.c.message_id == message_id, messages.c.state.in_(("sending", "uncertain")))
        .values(state="sent", smsc_id=smsc_id, sent_at=now)
    )
    await _settle(casebook, smsc_id, now=now)


async def note_refused(casebook: AsyncConnection, message_id: int, *, now: datetime) -> None:
    """Note that the gateway refused the message for good."""
    await casebook.execute(
        update(messages).where(messages.c.message_id == message_id).values(state="failed", settled_at=now)
    )


async def note_uncertain(casebook: AsyncConnection, message_ids: list[int]) -> None:
    """Nobody knows whether the gateway took these: they wait for a person."""
    await casebook.execute(
        update(messages)
        .where(messages.c.message_id.in_(message_ids), messages.c.state == "sending")
        .values(state="uncertain")
    )


async def note_abandoned(casebook: AsyncConnection) -> int:
    """Mark all that a dead sender left in `sending`; only the one living sender may call this."""
    left = await casebook.execute(
        update(messages).where(messages.c.state == "sending").values(state="uncertain").returning(messages.c.message_id)
    )
    return len(left.all())


async def note_receipt(casebook: AsyncConnection, receipt: Receipt, *, now: datetime) -> None:
    """Keep a receipt, even of a message that is not known yet, and settle what it settles."""
    await _one_at_a_time(casebook, receipt.smsc_id, receipt.message_id)
    await casebook.execute(upsert(receipts).values(received_at=now, **asdict(receipt)).on_conflict_do_nothing())
    await _settle(casebook, receipt.smsc_id, now=now)


async def _one_at_a_time(casebook: AsyncConnection, smsc_id: str, message_id: int | None) -> None:
    """Let a response and its receipt, which may come at the same moment, see what the other wrote."""
    keys = {f"sms/{smsc_id}"} | ({f"sms/{message_id}"} if message_id else set())
    for key in sorted(keys):
        await casebook.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def _settle(casebook: AsyncConnection, smsc_id: str, *, now: datetime) -> None:
    """Settle the messages that the receipts of one gateway id belong to, by that id or by ours."""
    known_by = (receipts.c.smsc_id == messages.c.smsc_id) | (receipts.c.message_id == messages.c.message_id)
    newest = (
        select(receipts.c.status)
        .where(known_by, receipts.c.status.notin_(UNDER_WAY))
        .order_by((receipts.c.status == DELIVERED).desc())
        .limit(1)
        .scalar_subquery()
    )
    of_receipt = select(receipts.c.message_id).where(receipts.c.smsc_id == smsc_id)
    await casebook.execute(
        update(messages)
        .where(
            (messages.c.smsc_id == smsc_id) | messages.c.message_id.in_(of_receipt),
            messages.c.state.in_(SETTLED_BY_RECEIPT),
            newest.is_not(None),
        )
        .values(state=case((newest == literal(DELIVERED), "delivered"), else_="failed"), settled_at=now)
    )


async def counts(casebook: AsyncConnection) -> dict[str, int]:
    """Count messages by state; every state is named, also with 0."""
    rows = await casebook.execute(select(messages.c.state, func.count()).group_by(messages.c.state))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


async def waiting(casebook: AsyncConnection) -> int:
    """Count the messages that the gateway has not answered for; of all that ever were, these are few and indexed."""
    statement = select(func.count()).where(messages.c.state.in_(("queued", "sending")))
    return int((await casebook.execute(statement)).scalar_one())
