"""What people of a simulated year do to running clocks, and what the books keep of it."""

from datetime import datetime, timedelta
from random import Random

from casebook import speed_ups, suspensions, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from launcher.bench.year_books import Move, Order
from launcher.bench.year_world import next_moment
from launcher.simulator.behaviour import Act

CENTRE = "district_centre"
STOPPED, SHORTENED, RESUMED = 0.05, 0.05, 0.5  # shares of handlings, and of suspensions


def clock_acts(order: Order) -> list[Act]:
    """Return what is done to the clock of some handlings: it stands still for a while, or is shortened."""
    dice = Random(f"clock/{order.number[-12:]}")  # noqa: S311 - a simulation, repeatable on purpose
    roll, wait = dice.random(), timedelta(hours=dice.uniform(0.5, 6))
    if order.kind != work_orders.LEAD or order.limit.basis == "calendar":
        return []
    if roll < STOPPED:
        stop = Act(name="suspension", after=wait, working=True, details={"days": dice.randrange(2, 12)})
        again = Act(name="resumption", after=wait + timedelta(hours=dice.uniform(4, 30)), working=True)
        return [stop, again] if dice.random() < RESUMED else [stop]
    if roll < STOPPED + SHORTENED:
        return [Act(name="speed_up", after=wait, working=True, details={"hours": float(dice.choice((1, 2, 4)))})]
    return []


async def change_clock(casebook: AsyncConnection, order: Order, act: Act, *, district: District, now: datetime) -> Move:
    """Do it, and return it for the books; RejectedInput when the clock may not be changed so."""
    row = await work_orders.get_in_turn(casebook, order.number)
    if act.name == "suspension":
        local = now.astimezone(district.zone)
        until = next_moment(local + timedelta(days=act.details["days"]), office=True)
        why = next(iter(district.clock.suspension.reasons))
        wish = suspensions.Standstill(reason_code=why, note="样例：暂停计时。", until=until, person=order.unit)
        await suspensions.suspend(casebook, row, wish, district=district, now=now)
        return Move(kind="suspension", at=now, until=until)
    if act.name == "resumption":
        await suspensions.resume(casebook, row, person=order.unit, now=now)
        return Move(kind="resumption", at=now)
    haste = speed_ups.Haste(hours=act.details["hours"], reason="样例：缩短时限。", person=CENTRE)
    await speed_ups.shorten(casebook, row, haste, district=district, now=now)
    return Move(kind="speed_up", at=now, hours=act.details["hours"])
