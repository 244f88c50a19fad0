"""The list of inspections: what waits for a decision or a finding, how it went, and how often."""

from typing import Any

from sqlalchemy import and_, func, select

from casebook import accountabilities as accounting
from casebook import inspections as looking
from casebook.engine import AsyncConnection
from casebook.newest import deadlines_in_force, unit_name
from casebook.schema import accountabilities, inspections, requests, work_orders

KINDS = (looking.DECISION, *accounting.KINDS)


async def listed(
    casebook: AsyncConnection, *, office: str | None = None, cause: str | None = None, most: int = 200
) -> list[dict[str, Any]]:
    """Return inspections with request, what is asked now and its `red_at`: open ones first, the soonest red first.

    After them those that have ended, the newest first.
    """
    newest = deadlines_in_force()
    about = work_orders.c.about.in_((inspections.c.inspection_id, accountabilities.c.accountability_id))
    waits = work_orders.c.reported_at.is_(None) & work_orders.c.closed_at.is_(None) & work_orders.c.kind.in_(KINDS)
    chosen = [inspections.c.unit == office] if office else []
    chosen += [inspections.c.cause == cause] if cause else []
    asked = (work_orders.c.work_order_id.label("asked"), work_orders.c.kind.label("asked_kind"), newest.c.red_at)
    of_request = (requests.c.category, requests.c.community, requests.c.urgency)
    rows = await casebook.execute(
        select(inspections, *of_request, *asked, unit_name(inspections.c.about_unit))
        .join(requests, requests.c.request_id == inspections.c.request_id)
        .outerjoin(accountabilities, accountabilities.c.inspection_id == inspections.c.inspection_id)
        .outerjoin(work_orders, and_(work_orders.c.request_id == inspections.c.request_id, about, waits))
        .outerjoin(newest, newest.c.work_order_id == work_orders.c.work_order_id)
        .where(*chosen)
        .order_by(
            inspections.c.ended_at.is_not(None),
            inspections.c.ended_at.desc(),
            newest.c.red_at.nulls_last(),
            inspections.c.inspection_id,
        )
        .limit(most)
    )
    return [dict(row) for row in rows.mappings()]


async def offices(casebook: AsyncConnection) -> dict[str, str]:
    """Return the offices to which something was pushed, by code with their names."""
    codes = select(inspections.c.unit).distinct().subquery()
    rows = await casebook.execute(select(codes.c.unit, unit_name(codes.c.unit)).order_by(codes.c.unit))
    return {row.unit: row.unit_name or row.unit for row in rows}


async def asked_now(
    casebook: AsyncConnection, inspection_id: str, *, accountability_id: str | None = None
) -> str | None:
    """Return the work order of an inspection that waits for an answer, or None."""
    about = work_orders.c.about.in_([number for number in (inspection_id, accountability_id) if number])
    waits = work_orders.c.reported_at.is_(None) & work_orders.c.closed_at.is_(None) & work_orders.c.kind.in_(KINDS)
    found = await casebook.execute(select(work_orders.c.work_order_id).where(about, waits).limit(1))
    number: str | None = found.scalar_one_or_none()
    return number


async def counts(casebook: AsyncConnection) -> dict[str, dict[str, int]]:
    """Count inspections by cause, by how they were decided (`waiting`: not yet), and accountabilities by finding."""
    decided = func.coalesce(inspections.c.decision, inspections.c.ending, "waiting")
    found = func.coalesce(accountabilities.c.finding, accountabilities.c.ending, "waiting")
    questions = {
        "by_cause": select(inspections.c.cause, func.count()).group_by(inspections.c.cause),
        "by_decision": select(decided, func.count()).group_by(decided),
        "by_finding": select(found, func.count()).group_by(found),
    }
    found_rows = {name: await casebook.execute(question) for name, question in questions.items()}
    return {name: {row[0]: row[1] for row in rows} for name, rows in found_rows.items()}
