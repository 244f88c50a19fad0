"""Accountability (责任追究): a unit is heard, an office finds, and the finding stands beside the score."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from casebook import audit, requests
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import accountabilities, inspections, work_orders

STATEMENT, FINDING = "accountability_statement", "accountability_finding"
KINDS = (STATEMENT, FINDING)
SOURCE = "accountability"
IS_OPEN = accountabilities.c.ended_at.is_(None)


async def open_with(
    casebook: AsyncConnection, inspection_id: str, *, process_instance_key: int, now: datetime
) -> dict[str, Any]:
    """Call the unit of an inspection to account, and return the accountability; an inspection has one."""
    rows = await casebook.execute(select(inspections).where(inspections.c.inspection_id == inspection_id))
    inspection = rows.mappings().one()
    request_id = inspection["request_id"]
    await requests.take_turn(casebook, request_id)
    mine = select(accountabilities).where(accountabilities.c.inspection_id == inspection_id)
    if known := (await casebook.execute(mine)).mappings().one_or_none():
        return dict(known)
    of_request = select(func.count()).where(accountabilities.c.request_id == request_id)
    number = int((await casebook.execute(of_request)).scalar_one()) + 1
    values = {
        "accountability_id": f"{request_id}-ZZ{number:02d}",
        "inspection_id": inspection_id,
        "request_id": request_id,
        "unit": inspection["about_unit"],
    }
    gone = {"ending": inspection["ending"], "ended_at": inspection["ended_at"]}
    await casebook.execute(
        insert(accountabilities).values(
            office=inspection["unit"], process_instance_key=process_instance_key, opened_at=now, **gone, **values
        )
    )
    await audit.note(casebook, "accountability_opened", actor="engine", now=now, **values)
    return dict((await casebook.execute(mine)).mappings().one())


async def get(casebook: AsyncConnection, accountability_id: str) -> dict[str, Any]:
    """Return one accountability; RejectedInput when there is none of that number."""
    mine = accountabilities.c.accountability_id == accountability_id
    row = (await casebook.execute(select(accountabilities).where(mine))).mappings().one_or_none()
    if row is None:
        raise RejectedInput(f"没有编号为 {accountability_id} 的责任追究。请核对编号后重试。")
    return dict(row)


async def note_report(casebook: AsyncConnection, order: dict[str, Any], answer: Any, *, now: datetime) -> None:
    """Note the office's finding; a statement stays with its work order. RejectedInput without words."""
    if not answer.note.strip():
        raise RejectedInput(f"工单 {order['work_order_id']}：须写明情况和理由。请补上后再提交。")
    if order["kind"] == FINDING:
        mine = (accountabilities.c.accountability_id == order["about"]) & IS_OPEN
        await casebook.execute(update(accountabilities).where(mine).values(finding=answer.outcome, found_at=now))


async def end(casebook: AsyncConnection, accountability_id: str, *, now: datetime) -> bool:
    """End an accountability with its finding; tell whether it was still open."""
    mine = (accountabilities.c.accountability_id == accountability_id) & IS_OPEN
    values = {"ending": accountabilities.c.finding, "ended_at": now}
    ended = update(accountabilities).where(mine).values(values).returning(accountabilities.c.accountability_id)
    return (await casebook.execute(ended)).first() is not None


async def end_with_request(casebook: AsyncConnection, request_id: str, *, ending: str, now: datetime) -> None:
    """End what is still to be found of a request that was `withdrawn` or `merged`, with all that is asked about it."""
    mine = (accountabilities.c.request_id == request_id) & IS_OPEN
    values = {"ending": ending, "ended_at": now}
    await casebook.execute(update(accountabilities).where(mine).values(values))
    asked = (work_orders.c.request_id == request_id) & work_orders.c.kind.in_(("inspection_decision", *KINDS))
    still_open = asked & work_orders.c.reported_at.is_(None) & work_orders.c.closed_at.is_(None)
    await casebook.execute(update(work_orders).where(still_open).values(closed_at=now, outcome="recalled"))
