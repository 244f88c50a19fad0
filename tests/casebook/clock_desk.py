"""People who change the clock of one work order, and the engine's job that plans it again."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from casebook import deadlines, extensions, speed_ups, suspensions, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import fact_outbox, total_deadlines
from casebook.working_calendar import WorkingCalendar
from workers.plan_deadlines import PlanDeadlines, plan_deadlines

UNIT, CENTRE = "street_002_order", "street_002_centre"
LIMIT, BASIS = 21.0, "working"


class Desk:
    """One work order with its clock, and people who change it."""

    def __init__(self, casebook: AsyncConnection, district: District, *, number: str, began: datetime) -> None:
        self.casebook, self.district, self.number, self.now = casebook, district, number, began

    @property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar.of(self.district)

    async def order(self) -> dict[str, Any]:
        return await work_orders.get_in_turn(self.casebook, self.number)

    async def plan(self) -> dict[str, Any]:
        """The engine's job runs, as it does after `deadline_changed`; return the entry in force, without the spread."""
        read = PlanDeadlines(
            work_order_id=self.number, limit="handling", limit_hours=LIMIT, inspect_hours=35, basis=BASIS
        )
        for _ in range(2):  # a job may run twice
            await plan_deadlines(read, casebook=self.casebook, now=self.now, district=self.district)
        entry = await deadlines.newest(self.casebook, self.number)
        assert entry is not None
        return entry | {name: entry[name].replace(second=0) for name in ("yellow_at", "red_at", "inspect_at")}

    async def suspend(self, *, days: float = 3, **changed: Any) -> None:
        wish = suspensions.Standstill(
            reason_code="weather", note="暴雨。", until=self.now + timedelta(days=days), person=UNIT
        )
        wish = replace(wish, **changed)
        await suspensions.suspend(self.casebook, await self.order(), wish, district=self.district, now=self.now)

    async def resume(self) -> None:
        await suspensions.resume(self.casebook, await self.order(), person=UNIT, now=self.now)

    async def shorten(self, hours: float, reason: str = "汛期，请提前。") -> None:
        haste = speed_ups.Haste(hours=hours, reason=reason, person="district_centre")
        await speed_ups.shorten(self.casebook, await self.order(), haste, district=self.district, now=self.now)

    async def ask(self, hours: float) -> int:
        wish = extensions.MoreTime(hours=hours, reason="需协调。")
        return await extensions.ask(self.casebook, self.number, wish, district=self.district, now=self.now)

    async def decide(self, extension_id: int, *, granted: bool = True, person: str = CENTRE) -> None:
        await extensions.decide(self.casebook, extension_id, granted=granted, person=person, now=self.now)

    async def told_engine(self) -> int:
        mine = fact_outbox.c.correlation_key == self.number
        rows = await self.casebook.execute(select(fact_outbox.c.name).where(mine))
        return list(rows.scalars()).count("deadline_changed")

    async def total(self) -> dict[str, Any]:
        mine = total_deadlines.c.request_id == (await self.order())["request_id"]
        rows = await self.casebook.execute(
            select(total_deadlines).where(mine).order_by(total_deadlines.c.version.desc())
        )
        entry = dict(rows.mappings().first() or {})
        return entry | {"red_at": entry["red_at"].replace(second=0)}
