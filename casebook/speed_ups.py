"""Speed-ups (缩短时限): a leader takes hours off a running limit, never all of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from casebook import audit, clock_changes, deadlines, facts
from casebook.deadline_rule import DeadlineRule, NoDeadline
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import speed_ups
from casebook.working_calendar import WorkingCalendar


@dataclass(frozen=True, kw_only=True)
class Haste:
    """By how many hours of the limit's own basis, why, and who says so; the reason stays in the casebook."""

    hours: float
    reason: str
    person: str


async def shorten(
    casebook: AsyncConnection, order: dict[str, Any], wish: Haste, *, district: District, now: datetime
) -> None:
    """Shorten the limit of an open work order; its lights are armed anew. `order`: see `get_in_turn`."""
    number, rule = order["work_order_id"], district.clock.speed_up
    if order["kind"] not in rule.kinds:
        kind = district.kinds.get(order["kind"], order["kind"])
        raise RejectedInput(f"工单 {number}：“{kind}”工单不能缩短时限。可以缩短的种类见 config/deadlines.toml。")
    deadline = await deadlines.running(casebook, order)
    if not wish.hours > 0 or not wish.reason.strip():
        raise RejectedInput(f"工单 {number}：请填写缩短几个小时（大于 0）和理由。")
    count = await casebook.execute(select(func.count()).where(speed_ups.c.work_order_id == number))
    if int(count.scalar_one()) >= rule.times_most:
        raise RejectedInput(f"工单 {number} 已缩短过 {rule.times_most} 次时限，不能再缩短。")
    left = await _left(casebook, deadline, wish, district=district, now=now)
    if left < timedelta(hours=rule.hours_left_least):
        raise RejectedInput(
            f"工单 {number}：缩短后从现在起不足 {rule.hours_left_least} 小时就到期。请少缩短一些，或改用一键督办。"
        )
    values = {"hours": wish.hours, "reason": wish.reason.strip(), "ordered_by": wish.person, "ordered_at": now}
    await casebook.execute(insert(speed_ups).values(work_order_id=number, **values))
    ids = {"request_id": order["request_id"], "work_order_id": number}
    await audit.note(casebook, "speeded_up", actor=wish.person, now=now, hours=wish.hours, **ids)
    await facts.append(casebook, facts.deadline_changed(order), now=now)


async def of_order(casebook: AsyncConnection, work_order_id: str) -> list[dict[str, Any]]:
    """Return the speed-ups of a work order, oldest first; `reason` may name people."""
    mine = select(speed_ups).where(speed_ups.c.work_order_id == work_order_id)
    rows = await casebook.execute(mine.order_by(speed_ups.c.speed_up_id))
    return [dict(row) for row in rows.mappings()]


async def _left(
    casebook: AsyncConnection, deadline: dict[str, Any], wish: Haste, *, district: District, now: datetime
) -> timedelta:
    """Return the time of the limit's basis that would be left from now on; none when no deadline can be found."""
    changes = await clock_changes.of_order(casebook, deadline["work_order_id"])
    shorter = clock_changes.shortened(changes, hours=wish.hours)
    rule = DeadlineRule.of_entry(deadline, about=f"工单 {deadline['work_order_id']}")
    hours = deadline["unit_hours"]
    try:
        entry = rule.entry(deadline["started_at"], changes=shorter, district=district, unit_hours=hours)
    except NoDeadline:
        return timedelta(0)
    calendar = WorkingCalendar.of(district, hours=hours)
    return calendar.between(now, max(now, entry["red_at"]), basis=deadline["basis"])
