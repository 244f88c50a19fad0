"""Raise a yellow or red light, or the long-delay light, over a work order.

Safe to run twice: a light stands once for each version of the deadline. After an extension the
clock is armed anew; a light whose new instant had passed before the extension and that was
raised then already is noted again, but nobody is told a second time. Inspection takes a work
order over once: an extension does not give it back, so its second light tells nobody. What drags on
with the inspection office itself, or a statement that never came, is another event in the plan of notifications.
"""

from datetime import datetime
from typing import Any

from casebook import accountabilities, audit, deadlines, inspections, supervision, work_orders
from casebook.engine import AsyncConnection
from workers.variables import Variables

CHINESE_NAME = "登记亮灯"
INSTANTS = {"yellow": "yellow_at", "red": "red_at", "inspection": "inspect_at"}


class RaiseLight(Variables):
    """Which light over which work order."""

    work_order_id: str
    light: str


class LightRaised(Variables):
    """Whether the plan of notifications applies, and by which event."""

    notify: bool
    event: str


async def raise_light(read: RaiseLight, *, casebook: AsyncConnection, now: datetime) -> LightRaised:
    """Note the light and tell whether somebody must hear of it."""
    deadline = await deadlines.newest(casebook, read.work_order_id)
    version = deadline["version"] if deadline else 0
    before = await supervision.raised_before(casebook, read.work_order_id, read.light, version=version)
    new = await supervision.raise_light(casebook, read.work_order_id, read.light, version=version, now=now)
    order = await work_orders.get(casebook, read.work_order_id)
    if new:
        ids = {"request_id": order["request_id"], "work_order_id": read.work_order_id}
        await audit.note(casebook, "light_raised", actor="engine", now=now, light=read.light, **ids)
    passed = deadline is not None and deadline[INSTANTS[read.light]] <= deadline["planned_at"]
    event = await _event(casebook, order, light=read.light, now=now)
    return LightRaised(notify=not (before and (passed or read.light == "inspection")), event=event)


async def _event(casebook: AsyncConnection, order: dict[str, Any], *, light: str, now: datetime) -> str:
    if light != "inspection":
        return light
    if order["kind"] == accountabilities.STATEMENT:
        return "statement_missed"
    return "inspection_overdue" if await inspections.is_own(casebook, order, at=now) else light
