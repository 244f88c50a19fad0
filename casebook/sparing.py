"""What spares a telephone: quiet hours, so many texts a minute, and one digest for what is too much for a day.

All of it is decided when a message would leave, not when it is queued: a text that is tried again, one that follows a
failure and all that a gateway left lying until three in the morning are held back like any other. Nothing is dropped:
what is held back stays queued, what goes in a digest names it, and only a reminder is not sent late that nobody needs
any more, because its work order was closed meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import RowMapping, exists, func, literal, select, update

from casebook import directory, messages
from casebook.engine import AsyncConnection
from casebook.messages import SMS, NewMessage, is_due
from casebook.rules import DIGEST, SmsRules, Texts
from casebook.schema import messages as rows
from casebook.schema import work_orders

CALLER = "caller"
MINUTE = timedelta(minutes=1)
REMINDERS = ("yellow", "red", "inspection", "inspection_overdue")
LATE = timedelta(minutes=10)
GATHERED = ("message_id", "phone", "phone_index", "recipient", "request_id", "work_order_id")


@dataclass(frozen=True, kw_only=True)
class Sparing:
    """The district's rules, its texts, and the zone whose hours and days count."""

    rules: SmsRules
    texts: Texts
    zone: tzinfo

    async def spare(self, casebook: AsyncConnection, *, now: datetime) -> None:
        """Put off or gather what is due and must not leave now; in the transaction that claims the rest."""
        if (await casebook.execute(select(literal(1)).where(*is_due(now)).limit(1))).first() is None:
            return
        await _leave_out_what_nobody_needs(casebook, now=now)
        if self.rules.quiet and (until := self.rules.quiet.until(now.astimezone(self.zone))):
            held = update(rows).where(*is_due(now), ~rows.c.at_any_hour)
            await casebook.execute(held.values(send_after=until))
        if self.rules.per_number_a_day is not None:
            await self._gather(casebook, self.rules.per_number_a_day, now=now)
        await _spread(casebook, self.rules.per_number_a_minute, now=now)

    async def _gather(self, casebook: AsyncConnection, most: int, *, now: datetime) -> None:
        """Put what is more than `most` texts of this day for one number into that number's digest."""
        midnight = now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        place = func.row_number().over(partition_by=rows.c.phone_index, order_by=rows.c.message_id).label("place")
        waiting = (
            select(*(rows.c[name] for name in GATHERED), place)
            .where(*is_due(now), rows.c.channel == SMS, ~rows.c.at_any_hour)
            .where(rows.c.event != DIGEST, rows.c.recipient != CALLER, rows.c.request_id.is_not(None))
            .subquery()
        )
        left_today = (
            select(func.count())
            .where(rows.c.phone_index == waiting.c.phone_index, rows.c.sending_at >= midnight, rows.c.state != "queued")
            .correlate(waiting)
            .scalar_subquery()
        )
        too_many = select(waiting).where(waiting.c.place + left_today > most).order_by(waiting.c.message_id)
        by_phone: dict[str, list[RowMapping]] = {}
        for row in (await casebook.execute(too_many)).mappings():
            by_phone.setdefault(row["phone_index"], []).append(row)
        for gathered in by_phone.values():
            await self._add_to_digest(casebook, gathered, now=now)

    async def _add_to_digest(self, casebook: AsyncConnection, gathered: Sequence[RowMapping], *, now: datetime) -> None:
        """Add texts for one number to its digest, the one that still gathers or a new one."""
        first = gathered[0]
        digest = await _open_digest(casebook, first["phone_index"]) or await self._begin(casebook, first, now=now)
        for text in gathered:
            mine = update(rows).where(rows.c.message_id == text["message_id"])
            await casebook.execute(mine.values(state="gathered", told_by=digest, settled_at=now))
        await self._word(casebook, digest, now=now)

    async def _begin(self, casebook: AsyncConnection, first: RowMapping, *, now: datetime) -> int:
        message = NewMessage(
            **{name: first[name] for name in ("request_id", "work_order_id", "recipient", "phone")},
            dedupe_key=f"{DIGEST}/{first['message_id']}",
            event=DIGEST,
            text="",
            template=DIGEST,
        )
        await messages.queue(casebook, message, now=now)
        later = now + timedelta(minutes=self.rules.digest_minutes)
        mine = update(rows).where(rows.c.dedupe_key == message.dedupe_key).values(send_after=later)
        return int((await casebook.execute(mine.returning(rows.c.message_id))).scalar_one())

    async def _word(self, casebook: AsyncConnection, number: int, *, now: datetime) -> None:
        """Let a digest say of how many texts it tells."""
        digest = (await casebook.execute(select(rows).where(rows.c.message_id == number))).mappings().one()
        told = select(func.count()).where(rows.c.told_by == number)
        person = await directory.person_at(casebook, digest["recipient"], at=now) or {"unit": ""}
        unit = await directory.unit(casebook, person["unit"], at=now) or {"name": ""}
        values = {
            "count": str((await casebook.execute(told)).scalar_one()),
            "request_id": digest["request_id"],
            "unit": unit["name"],
        }
        text, fields = self.texts.fill(DIGEST, values), self.texts.filled(DIGEST, values)
        await casebook.execute(update(rows).where(rows.c.message_id == number).values(text=text, fields=fields))


async def _open_digest(casebook: AsyncConnection, phone_index: str) -> int | None:
    gathering = (rows.c.event == DIGEST, rows.c.state == "queued")
    mine = select(rows.c.message_id).where(rows.c.phone_index == phone_index, *gathering)
    return (await casebook.execute(mine.limit(1))).scalar_one_or_none()


async def _leave_out_what_nobody_needs(casebook: AsyncConnection, *, now: datetime) -> None:
    """Settle reminders that are late already and whose work order is closed."""
    closed = exists().where(work_orders.c.work_order_id == rows.c.work_order_id, work_orders.c.closed_at.is_not(None))
    late = update(rows).where(*is_due(now), rows.c.event.in_(REMINDERS), rows.c.queued_at <= now - LATE, closed)
    await casebook.execute(late.values(state="needless", settled_at=now))


async def _spread(casebook: AsyncConnection, most: int, *, now: datetime) -> None:
    """Put off by a minute what would be more than `most` messages in a minute for one number."""
    of_number = func.row_number().over(partition_by=rows.c.phone_index, order_by=rows.c.message_id)
    waiting = select(rows.c.message_id, rows.c.phone_index, of_number.label("place")).where(*is_due(now)).subquery()
    lately = rows.c.sending_at > now - MINUTE
    rung = select(rows.c.phone_index, func.count().label("times")).where(lately).group_by(rows.c.phone_index).subquery()
    too_many = (
        select(waiting.c.message_id)
        .outerjoin(rung, rung.c.phone_index == waiting.c.phone_index)
        .where(waiting.c.place + func.coalesce(rung.c.times, 0) > most)
    )
    await casebook.execute(update(rows).where(rows.c.message_id.in_(too_many)).values(send_after=now + MINUTE))
