"""How urgent a report is: what its platform or its category says, raised by what the district decided.

Source of the rule: `raised_by` of the category in `config/catalogue.csv`, and `[urgency]` in
`config/district.toml`. Nothing is read out of a caller's words.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.reports import RequestReport, Urgency
from casebook.rules import Circumstance
from casebook.schema import callers, enforcement_calls, requests
from casebook.schema.sealed import sealer_of


async def urgency_of(
    casebook: AsyncConnection, report: RequestReport, *, now: datetime, district: District
) -> tuple[Urgency, Circumstance | None]:
    """Return how urgent a report is, and the circumstance that raised it, if one did."""
    urgency, raised_by = urgency_of_plain(report, district=district)
    category, rule = district.catalogue.get(report.category), district.urgency
    if urgency != "urgent" and category and "repeated" in category.raised_by:
        since = now - timedelta(days=rule.repeated_days)
        if await _earlier_calls(casebook, report, since=since) >= rule.repeated_calls:
            return "urgent", "repeated"
    return urgency, raised_by


def urgency_of_plain(report: RequestReport, *, district: District) -> tuple[Urgency, Circumstance | None]:
    """Return how urgent a report is whose caller has not called about the matter before, and why."""
    category = district.catalogue.get(report.category)
    if report.urgency == "urgent" or category is None:
        return report.urgency, None
    special = report.caller_kind in district.urgency.special_callers
    return (
        ("urgent", "special_person") if special and "special_person" in category.raised_by else (report.urgency, None)
    )


async def of_order(casebook: AsyncConnection, request_id: str, *, about: str | None) -> Urgency:
    """Return how urgent a work order is that is issued now: as its call of a force says, else as its request is by now.

    A request may have become urgent since its process began (`repeats.py`); nothing ever makes it less urgent.
    """
    called = select(enforcement_calls.c.urgency).where(enforcement_calls.c.enforcement_id == about).scalar_subquery()
    statement = select(func.coalesce(called, requests.c.urgency)).where(requests.c.request_id == request_id)
    urgency: Urgency = (await casebook.execute(statement)).scalar_one()
    return urgency


async def _earlier_calls(casebook: AsyncConnection, report: RequestReport, *, since: datetime) -> int:
    """Count the calls of the same caller about the same category in the same community."""
    if not report.caller_phone:
        return 0
    rows = await casebook.execute(
        select(func.count())
        .select_from(requests.join(callers))
        .where(
            callers.c.phone_index.in_(sealer_of(casebook.dialect).indexes(report.caller_phone)),
            requests.c.category == report.category,
            requests.c.community == report.community,
            requests.c.taken_in_at >= since,
        )
    )
    return int(rows.scalar_one())
