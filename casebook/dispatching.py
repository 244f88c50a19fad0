"""What a report about dispatching may say: a listed reason, a unit that can serve, no return after the final word."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import city
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import in_force
from casebook.schema import places, requests, return_reasons, returns, units, work_orders

if TYPE_CHECKING:
    from casebook.work_orders import Report

FINAL_FORM = "sign_in_final"
BACK = ("returned", "cannot_solve")
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "sign_in": ("accepted", *BACK),
    "assignment": ("assigned",),
    "review": ("assigned", "insisted"),
    "arbitration": ("assigned",),
    "city_report": ("accepted", "refused"),
}


async def import_reasons(casebook: AsyncConnection, district: District) -> None:
    """Bring `config/return_reasons.toml` into the casebook; a reason that is no longer listed is not offered again."""
    for code, reason in district.return_reasons.items():
        values = {"name": reason.name, "outcomes": list(reason.outcomes), "offered": True}
        statement = upsert(return_reasons).values(code=code, **values)
        await casebook.execute(statement.on_conflict_do_update(index_elements=["code"], set_=values))
    gone = return_reasons.c.code.not_in(district.return_reasons)
    await casebook.execute(update(return_reasons).where(gone).values(offered=False))


async def completed(casebook: AsyncConnection, order: dict[str, Any], answer: "Report", *, now: datetime) -> "Report":
    """Return a report that may be written; RejectedInput says what cannot be. What is insisted on names its unit."""
    number, allowed = order["work_order_id"], ANSWERS.get(order["kind"])
    if allowed and answer.outcome not in allowed:
        raise RejectedInput(f"工单 {number}：这种工单没有“{answer.outcome}”这个结果。请刷新页面后重新填写。")
    if answer.outcome in BACK:
        if order["form"] == FINAL_FORM:
            raise RejectedInput(f"工单 {number}：指定派单和裁定是最终决定，不能再退单或上报。请签收后办理。")
        await _must_be_a_reason(casebook, order, answer=answer)
    if answer.outcome == "assigned":
        if not answer.assigned_unit:
            raise RejectedInput(f"工单 {number}：没有选择被指定的单位。请选择后再提交。")
        await _must_serve(casebook, order, unit=answer.assigned_unit, now=now)
    if answer.outcome == "insisted":
        return replace(answer, assigned_unit=await _who_returned(casebook, order["request_id"]))
    if order["kind"] == city.REPORTED and answer.outcome == "accepted":
        return replace(answer, assigned_unit=await _the_city(casebook, number, now=now))
    return answer


async def _the_city(casebook: AsyncConnection, work_order_id: str, *, now: datetime) -> str:
    unit = await city.platform(casebook, at=now)
    if unit is None:
        raise RejectedInput(f"工单 {work_order_id}：单位目录里没有市级平台。请在单位目录的表“单位”里补上。")
    return unit


async def _must_be_a_reason(casebook: AsyncConnection, order: dict[str, Any], *, answer: "Report") -> None:
    rows = await casebook.execute(
        select(return_reasons.c.outcomes).where(
            return_reasons.c.code == (answer.reason_code or ""), return_reasons.c.offered
        )
    )
    if answer.outcome not in (rows.scalar_one_or_none() or ()):
        raise RejectedInput(
            f"工单 {order['work_order_id']}：退单和上报要选 config/return_reasons.toml 里适用的理由。请选择后再提交。"
        )


async def _must_serve(casebook: AsyncConnection, order: dict[str, Any], *, unit: str, now: datetime) -> None:
    rows = await casebook.execute(assignable_units(order["request_id"], now=now).where(units.c.code == unit))
    if rows.first() is None:
        raise RejectedInput(
            f"工单 {order['work_order_id']}：单位 {unit} 不在目录里、已停用，或不管这个地点。"
            "请从列出的单位中选择；市级事项请上报市级平台。"
        )


def assignable_units(request_id: str, *, now: datetime) -> Any:
    """Return the query for the units that may be asked: in force, of the district or of the request's own place."""
    place = (
        select(places.c.code, places.c.street)
        .join(requests, requests.c.community == places.c.code)
        .where(requests.c.request_id == request_id, in_force(places, now))
        .subquery()
    )
    near = units.c.area.in_(select(place.c.code)) | units.c.area.in_(select(place.c.street))
    here = near | (units.c.level == "district")
    return (
        select(units.c.code, units.c.name)
        .where(in_force(units, now), units.c.level != "city", here)
        .order_by(units.c.level, units.c.code)
    )


async def choices(casebook: AsyncConnection, request_id: str, *, now: datetime) -> dict[str, str]:
    """Return the units that may be asked for a request, name by code."""
    return {row.code: row.name for row in await casebook.execute(assignable_units(request_id, now=now))}


async def _who_returned(casebook: AsyncConnection, request_id: str) -> str:
    rows = await casebook.execute(
        select(work_orders.c.unit)
        .join(returns, returns.c.work_order_id == work_orders.c.work_order_id)
        .where(returns.c.request_id == request_id)
        .order_by(work_orders.c.work_order_id.desc())
        .limit(1)
    )
    return str(rows.scalar_one())
