"""Telephones are spared: quiet hours, so many texts a minute, one digest for what is too much for a day.

Each test asks at instants of its own and takes everything back, so that no sender sees it.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from casebook import messages
from casebook.engine import AsyncConnection
from casebook.rules import SmsRules
from casebook.schema import messages as rows
from casebook.schema import work_orders
from casebook.sparing import Sparing
from tests.gateways.outbox import Outbox

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2031, 3, 4, 12, tzinfo=ZONE)
HEAD, PHONE, OTHER = "district_centre_deputy_head", "99900000001", "99900000002"
NUMBERS = count(1)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WIDE = {"per_second": 1000, "per_number_a_minute": 600}
ORDER = {"kind": "handling", "unit": "district_centre", "level": "B", "form": "report", "round": 1, "issued_at": NOON}
NIGHT = {"begins": "21:30", "ends": "07:30"}


@dataclass(frozen=True)
class Post:
    """An outbox in one transaction, with the district's texts and rules of the test's own."""

    outbox: Outbox
    connection: AsyncConnection

    async def queue(self, *, now: datetime, phone: str = PHONE, recipient: str = HEAD, **more: Any) -> int:
        key = f"sparing/{next(NUMBERS)}"
        message = messages.NewMessage(
            dedupe_key=key,
            request_id=self.outbox.request_id,
            work_order_id=more.pop("work_order_id", None),
            event=more.pop("event", "yellow"),
            recipient=recipient,
            phone=phone,
            text="样例",
            **more,
        )
        assert await messages.queue(self.connection, message, now=now)
        mine = select(rows.c.message_id).where(rows.c.dedupe_key == key)
        return int((await self.connection.execute(mine)).scalar_one())

    async def leave(self, at: datetime, **rules: Any) -> list[messages.Outgoing]:
        """Do what the sender does; what leaves is taken."""
        decided = SmsRules.model_validate(WIDE | rules)
        sparing = Sparing(rules=decided, texts=self.outbox.district.texts, zone=ZONE)
        await sparing.spare(self.connection, now=at)
        left = await messages.claim(self.connection, most=100, per_second=decided.per_second, now=at)
        sent = update(rows).where(rows.c.message_id.in_([message.message_id for message in left]))
        await self.connection.execute(sent.values(state="sent", sent_at=at))
        return sorted(left, key=lambda message: message.message_id)

    async def row(self, number: int) -> dict[str, Any]:
        found = await self.connection.execute(select(rows).where(rows.c.message_id == number))
        return dict(found.mappings().one())


@pytest.fixture
async def post(outbox: Outbox) -> AsyncIterator[Post]:
    async with outbox.casebook.connect() as connection:
        of_others = update(rows).where(rows.c.state == "queued")  # left by tests whose gateway never came
        await connection.execute(of_others.values(state="needless"))
        yield Post(outbox, connection)
        await connection.rollback()


async def test_at_night_only_what_may_go_at_any_hour_leaves(post: Post) -> None:
    night = NOON + 11 * HOUR
    held = [await post.queue(now=night), await post.queue(now=night, phone=OTHER, recipient="caller")]
    urgent = await post.queue(now=night, at_any_hour=True)
    assert [urgent] == [message.message_id for message in await post.leave(night, quiet=NIGHT)]
    assert [] == await post.leave(night + 8 * HOUR, quiet=NIGHT)
    morning = NOON.replace(hour=7, minute=30) + timedelta(days=1)
    assert [morning] * 2 == [(await post.row(number))["send_after"] for number in held]
    assert held == [message.message_id for message in await post.leave(morning, quiet=NIGHT)]


async def test_what_the_gateway_refused_in_the_evening_is_not_tried_again_at_night(post: Post) -> None:
    evening = NOON.replace(hour=21, minute=29, second=50)
    number = await post.queue(now=evening)
    [message] = await post.leave(evening, quiet=NIGHT)
    again = update(rows).where(rows.c.message_id == number)
    await post.connection.execute(again.values(state="queued", send_after=evening + 30 * SECOND))
    assert [] == await post.leave(evening + 30 * SECOND, quiet=NIGHT)
    assert "queued" == (await post.row(message.message_id))["state"]


async def test_what_is_too_much_for_a_day_is_told_in_one_digest(post: Post) -> None:
    rules = {"per_number_a_day": 3, "digest_minutes": 30}
    numbers = [await post.queue(now=NOON) for _ in range(5)]
    other = await post.queue(now=NOON, phone=OTHER)
    left = [message.message_id for message in await post.leave(NOON, **rules)]
    assert [*numbers[:3], other] == left
    late = await post.queue(now=NOON + 10 * MINUTE)
    assert [] == await post.leave(NOON + 10 * MINUTE, **rules)
    gathered = [await post.row(number) for number in (*numbers[3:], late)]
    assert {"gathered"} == {row["state"] for row in gathered}
    [digest] = {row["told_by"] for row in gathered}
    assert [] == await post.leave(NOON + 30 * MINUTE - SECOND, **rules)
    [told] = await post.leave(NOON + 30 * MINUTE, **rules)
    assert (digest, PHONE) == (told.message_id, told.phone)
    assert "另有3条" in told.text
    assert post.outbox.request_id in told.text
    assert ("count", "3") in [tuple(pair) for pair in told.fields]
    row = await post.row(digest)
    assert ("digest", HEAD, "digest") == (row["event"], row["recipient"], row["template"])


async def test_after_a_digest_the_next_one_gathers_anew_and_a_new_day_begins_at_midnight(post: Post) -> None:
    rules = {"per_number_a_day": 1, "digest_minutes": 60}
    for _ in range(3):
        await post.queue(now=NOON)
    assert 1 == len(await post.leave(NOON, **rules))
    [first] = await post.leave(NOON + HOUR, **rules)
    await post.queue(now=NOON + 2 * HOUR)
    assert [] == await post.leave(NOON + 2 * HOUR, **rules)
    [second] = await post.leave(NOON + 3 * HOUR, **rules)
    assert ["另有2条", "另有1条"] == [
        word for message in (first, second) for word in ("另有1条", "另有2条") if word in message.text
    ]
    midnight = NOON + 12 * HOUR
    [last, today] = [await post.queue(now=midnight - SECOND), await post.queue(now=midnight)]
    assert [today] == [
        message.message_id
        for message in [*await post.leave(midnight - SECOND, **rules), *await post.leave(midnight, **rules)]
    ]
    assert "gathered" == (await post.row(last))["state"]


async def test_a_caller_a_second_channel_and_what_goes_at_any_hour_are_never_gathered(post: Post) -> None:
    rules = {"per_number_a_day": 1}
    kinds: list[dict[str, Any]] = [{}, {"recipient": "caller"}, {"channel": messages.WECOM}, {"at_any_hour": True}]
    expected = [await post.queue(now=NOON, **more) for more in kinds]
    gathered = await post.queue(now=NOON)
    left = [message.message_id for message in await post.leave(NOON, **rules)]
    assert expected == left
    assert "gathered" == (await post.row(gathered))["state"]


async def test_a_digest_of_the_night_waits_for_the_morning_and_takes_in_what_comes(post: Post) -> None:
    rules = {"per_number_a_day": 1, "digest_minutes": 60, "quiet": NIGHT}
    evening = NOON.replace(hour=21)
    for _ in range(2):
        await post.queue(now=evening)
    assert 1 == len(await post.leave(evening, **rules))
    assert [] == await post.leave(evening + HOUR, **rules)
    morning = NOON.replace(hour=7, minute=30) + timedelta(days=1)
    for _ in range(2):
        await post.queue(now=morning)
    left = await post.leave(morning, **rules)
    assert 2 == len(left)
    assert 1 == sum("另有2条" in message.text for message in left)


async def test_a_late_reminder_about_a_closed_work_order_is_not_sent(post: Post) -> None:
    later = NOON + 10 * MINUTE
    for key, (number, closed_at) in enumerate((("closed", NOON + MINUTE), ("open", None))):
        order = {"work_order_id": number, "process_instance_key": key, "closed_at": closed_at}
        await post.connection.execute(work_orders.insert().values(request_id=post.outbox.request_id, **ORDER, **order))
    late = await post.queue(now=NOON, event="red", work_order_id="closed")
    in_time = await post.queue(now=NOON + MINUTE, event="red", work_order_id="closed")
    still_open = await post.queue(now=NOON, event="red", work_order_id="open")
    about_all = await post.queue(now=NOON, event="supervision", work_order_id="closed")
    left = [message.message_id for message in await post.leave(later)]
    assert [in_time, still_open, about_all] == left
    assert "needless" == (await post.row(late))["state"]


async def test_no_number_rings_more_often_than_the_quota_allows(post: Post) -> None:
    for phone in [PHONE] * 9 + [OTHER]:
        await post.queue(now=NOON, phone=phone)
    counts = []
    for minute in range(4):
        at = NOON + 61 * minute * SECOND
        taken = await post.leave(at, per_number_a_minute=4)
        assert [] == await post.leave(at + 30 * SECOND, per_number_a_minute=4)
        counts.append(Counter(message.phone for message in taken)[PHONE])
    assert counts == [4, 4, 1, 0]


async def test_the_channel_takes_so_many_a_second_whoever_asks(post: Post) -> None:
    for number in range(12):
        await post.queue(now=NOON, phone=f"9990000{number:04d}")
    instants = [NOON + tenths / 10 * SECOND for tenths in (0, 5, 11, 15, 22)]
    counts = [len(await post.leave(at, per_second=5)) for at in instants]
    assert counts == [5, 0, 5, 0, 2]  # a second asker within the second gets nothing
