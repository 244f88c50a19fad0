"""What a lead does with its co-units: call one in later, call a response team, release one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from casebook import audit, co_tasks, facts, requests, work_orders
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import in_force
from casebook.schema import places, units
from casebook.schema import team_members as members


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Whom a lead calls in and why; the reason is kept in the casebook. `team`: they come as its members."""

    units: tuple[str, ...]
    reason: str
    team: str | None = None


async def call_in(casebook: AsyncConnection, work_order_id: str, invitation: Invitation, *, now: datetime) -> list[str]:
    """Call co-units in, as the lead whose open work order this is; return the numbers of their co-tasks.

    The fact that the engine is told starts one more co-unit beside those of the response list.
    """
    order = await work_orders.get_in_turn(casebook, work_order_id)
    await _may_call(casebook, order)
    if not invitation.reason.strip():
        raise RejectedInput("没有写明请其协办的理由。请写明后再提交。")
    if not invitation.units:
        raise RejectedInput("没有选择协办单位。请至少选择一个。")
    return [await _call_one(casebook, order, unit, invitation=invitation, now=now) for unit in invitation.units]


async def release(casebook: AsyncConnection, co_task_id: str, *, reason: str, now: datetime) -> None:
    """Release a co-unit, as the lead: what it was still asked is taken back, and it is not scored for it."""
    task = await co_tasks.get(casebook, co_task_id)
    if not reason.strip():
        raise RejectedInput("没有写明请其退出协办的理由。请写明后再提交。")
    request = await requests.get(casebook, task["request_id"])
    await requests.take_turn(casebook, task["request_id"])
    if not await co_tasks.end(casebook, co_task_id, "released", reason=reason.strip(), now=now):
        raise RejectedInput(f"协办任务 {co_task_id} 已经结束，不必再退出。")
    lead = request["lead_unit"] or task["unit"]
    await audit.note(
        casebook, "co_unit_released", actor=lead, now=now, request_id=task["request_id"], co_task_id=co_task_id
    )
    await work_orders.take_back_about(casebook, co_task_id, person=lead, now=now)


async def team_members(casebook: AsyncConnection, team: str, *, at: datetime) -> list[dict[str, Any]]:
    """Return the standing members of a response team at an instant, by code and name."""
    rows = await casebook.execute(
        select(units.c.code, units.c.name)
        .where(units.c.code.in_(select(members.c.unit).where(members.c.team == team, in_force(members, at))))
        .where(in_force(units, at))
        .order_by(units.c.code)
    )
    return [dict(row) for row in rows.mappings()]


async def teams_for(casebook: AsyncConnection, community: str, *, at: datetime) -> list[dict[str, Any]]:
    """Return the response teams of the district and of the community's street that have members at an instant."""
    street = select(places.c.street).where(places.c.code == community, in_force(places, at)).scalar_subquery()
    rows = await casebook.execute(
        select(units.c.code, units.c.name)
        .where(units.c.kind == "response_team", in_force(units, at))
        .where((units.c.area == street) | (units.c.level == "district"))
        .where(units.c.code.in_(select(members.c.team).where(in_force(members, at))))
        .order_by(units.c.level.desc(), units.c.code)
    )
    return [dict(row) for row in rows.mappings()]


async def _may_call(casebook: AsyncConnection, order: dict[str, Any]) -> None:
    request = await requests.get(casebook, order["request_id"])
    if order["kind"] != work_orders.LEAD or order["reported_at"] or order["closed_at"]:
        raise RejectedInput(f"工单 {order['work_order_id']} 不是在办的牵头工单，不能请单位协办。")
    if request["withdrawal_asked_at"]:
        raise RejectedInput(f"诉求 {order['request_id']} 已申请撤回，不能再请单位协办。")


async def _call_one(
    casebook: AsyncConnection, order: dict[str, Any], unit: str, *, invitation: Invitation, now: datetime
) -> str:
    found = await casebook.execute(select(units.c.name).where(units.c.code == unit, in_force(units, now)))
    name = found.scalar_one_or_none()
    if name is None:
        raise RejectedInput(f"单位目录里没有在用的单位 {unit}。请从目录中选择。")
    if unit == order["unit"]:
        raise RejectedInput(f"{name}是牵头单位，不能同时协办。请另选一个单位。")
    task = co_tasks.NewCoTask(
        request_id=order["request_id"],
        round=order["round"],
        unit=unit,
        origin="team" if invitation.team else "called",
        team=invitation.team,
        called_by=order["unit"],
        call_reason=invitation.reason.strip(),
    )
    co_task_id = await co_tasks.begin(casebook, task, now=now)
    if co_task_id is None:
        raise RejectedInput(f"{name}已经在协办这件诉求，不必再请。请另选一个单位。")
    fact = facts.Fact(
        name="co_unit_called",
        request_id=order["request_id"],
        correlation_key=order["request_id"],
        variables={"co_task_id": co_task_id, "co_unit": unit},
    )
    await facts.append(casebook, fact, now=now)
    return co_task_id
