"""The SMS outbox: written before sending, sent at most once, and never forgotten.

States: `queued` → `sending` (committed before the gateway sees it) → `sent` → `delivered` or
`failed`. What was `sending` when its sender died becomes `uncertain`: a person decides, nothing
is silently sent again. What is told in a digest (`sparing.py`) is `gathered` and goes no further;
a reminder that was held back until its work order was closed is `needless`.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select, text, union, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import one_at_a_time
from casebook.engine import AsyncConnection
from casebook.schema import messages, receipts
from casebook.schema.sealed import sealer_of

STATES = ("queued", "sending", "sent", "delivered", "failed", "uncertain", "gathered", "needless")
WAKE_UP_CHANNEL = "sms_outbox"
SMS, WECOM = "sms", "wecom"
DELIVERED = "DELIVRD"
SECOND = timedelta(seconds=1)
PART = "PART"  # our own word: the gateway took a part of this message under this id
UNDER_WAY = ("ENROUTE", "ACCEPTD", PART)
SETTLED_BY_RECEIPT = ("sent", "failed", "uncertain")


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """A text for one telephone; `dedupe_key` names the one occasion on which it may be sent.

    `template` and `fields` say which of our texts it is and what was filled in, in the order of the text: clouds send
    nothing else. Over the channel `wecom` the address in `phone` is an account's name. What goes `at_any_hour` is not
    held back by quiet hours, and no digest takes it in.
    """

    dedupe_key: str
    request_id: str | None
    work_order_id: str | None
    event: str
    recipient: str
    phone: str
    text: str
    template: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    channel: str = SMS
    follows: int | None = None
    step: str | None = None
    at_any_hour: bool = False


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A delivery receipt: the gateway's id, the status, and our message where it is known.

    A long text has several gateway ids. Some gateways send one receipt, which may carry any of them; others send one
    for each part, and then its parts are noted first, each as a receipt of the status `PART`.
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
    queued_at: datetime
    template: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    channel: str = SMS


async def queue(casebook: AsyncConnection, message: NewMessage, *, now: datetime) -> bool:
    """Put a message into the outbox; tell whether it is new for its occasion."""
    found_by = sealer_of(casebook.dialect).index(message.phone)
    added = await casebook.execute(
        upsert(messages)
        .values(queued_at=now, send_after=now, phone_index=found_by, **asdict(message))
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(messages.c.message_id)
    )
    new = added.first() is not None
    if new:
        await casebook.execute(text(f"notify {WAKE_UP_CHANNEL}"))
    return new


async def claim(casebook: AsyncConnection, *, most: int, per_second: int, now: datetime) -> list[Outgoing]:
    """Take messages that are due and note them as `sending`; commit before sending them.

    So many a second is counted from the outbox itself, so that it holds across processes and restarts; what is too much
    for the channel stays due.
    """
    taken = select(func.count()).where(messages.c.sending_at > now - SECOND)
    room = per_second - int((await casebook.execute(taken)).scalar_one())
    due = (
        select(messages.c.message_id)
        .where(*is_due(now))
        .order_by(messages.c.message_id)
        .limit(max(min(most, room), 0))
        .with_for_update(skip_locked=True)
    )
    claimed = await casebook.execute(
        update(messages)
        .where(messages.c.message_id.in_(due))
        .values(state="sending", sending_at=now, attempts=messages.c.attempts + 1)
        .returning(*(messages.c[column.name] for column in fields(Outgoing)))
    )
    return [Outgoing(**{**row, "fields": tuple(row["fields"] or ())}) for row in claimed.mappings()]


def is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Match what may leave now."""
    return (messages.c.state == "queued", messages.c.send_after <= now)


async def put_back(casebook: AsyncConnection, message_id: int, *, send_after: datetime) -> None:
    """Queue again what the gateway refused for now; it did not take the message."""
    await casebook.execute(
        update(messages)
        .where(messages.c.message_id == message_id, messages.c.state == "sending")
        .values(state="queued", send_after=send_after)
    )


async def note_sent(casebook: AsyncConnection, message_id: int, *, smsc_id: str, now: datetime) -> None:
    """Note that the gateway took the message; a receipt that came before counts at once.

    An id that the gateway gave to another message before stays with that one: a receipt must not settle the wrong one.
    """
    await _one_at_a_time(casebook, smsc_id, message_id)
    others = messages.alias("others")
    given = select(others.c.message_id).where(others.c.smsc_id == smsc_id, others.c.message_id != message_id).exists()
    await casebook.execute(
        update(messages)
        .where(messages.c.message_id == message_id, messages.c.state.in_(("sending", "uncertain")))
        .values(state="sent", smsc_id=case((given, None), else_=smsc_id), sent_at=now)
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
    """Let a response, its receipt and those of other parts, which may come at the same moment, see what others wrote.

    The gateway's id goes first and the message second, everywhere, so that no two wait for each other.
    """
    await one_at_a_time.hold(casebook, {f"sms/{smsc_id}"})
    if message_id is None:
        known = select(receipts.c.message_id).where(receipts.c.smsc_id == smsc_id, receipts.c.message_id.is_not(None))
        message_id = (await casebook.execute(known.limit(1))).scalar_one_or_none()
    if message_id is not None:
        await one_at_a_time.hold(casebook, {f"sms/{message_id}"})


async def _settle(casebook: AsyncConnection, smsc_id: str, *, now: datetime) -> None:
    """Settle the messages that the receipts of one gateway id belong to, by that id or by ours."""
    by_receipt = select(receipts.c.message_id).where(receipts.c.smsc_id == smsc_id, receipts.c.message_id.is_not(None))
    mine = union(select(messages.c.message_id).where(messages.c.smsc_id == smsc_id), by_receipt)
    for message_id in (await casebook.execute(mine)).scalars().all():
        by_message = select(receipts.c.smsc_id).where(receipts.c.message_id == message_id)
        own = select(messages.c.smsc_id).where(messages.c.message_id == message_id)
        ids = union(own, by_message).subquery()
        heard = await casebook.execute(
            select(receipts.c.smsc_id, receipts.c.status).join(ids, ids.c.smsc_id == receipts.c.smsc_id)
        )
        if state := outcome([(row.smsc_id, row.status) for row in heard]):
            await casebook.execute(
                update(messages)
                .where(messages.c.message_id == message_id, messages.c.state.in_(SETTLED_BY_RECEIPT))
                .values(state=state, settled_at=now)
            )


def outcome(heard: Iterable[tuple[str, str]]) -> str | None:
    """Return what receipts, each an id and a status, say of their message; None as long as they leave it open.

    Delivered is what was delivered in all its parts; failed is what was not, in one of them. A delivery counts
    whatever else was said of the same part.
    """
    statuses: dict[str, set[str]] = {}
    for smsc_id, status in heard:
        statuses.setdefault(smsc_id, set()).add(status)
    open_parts = [said for said in statuses.values() if DELIVERED not in said]
    if any(said - set(UNDER_WAY) for said in open_parts):
        return "failed"
    waiting = any(PART in said for said in open_parts)
    return "delivered" if len(open_parts) < len(statuses) and not waiting else None


async def counts(casebook: AsyncConnection) -> dict[str, int]:
    """Count messages by state; every state is named, also with 0."""
    rows = await casebook.execute(select(messages.c.state, func.count()).group_by(messages.c.state))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


async def waiting(casebook: AsyncConnection) -> int:
    """Count the messages that the gateway has not answered for; of all that ever were, these are few and indexed."""
    statement = select(func.count()).where(messages.c.state.in_(("queued", "sending")))
    return int((await casebook.execute(statement)).scalar_one())
