"""Start the total clock of a request: from its reception, by the level at which it came in.

Returns and reporting up do not come here again; what changes the lead's clock moves the total when that work
order's own deadline is planned anew. The caller gets the acknowledgement with this promise (受理告知). Safe to run
twice: the ledger has one entry for each number of changes, and a request is acknowledged once.
"""

from datetime import datetime

from casebook import total_clock
from casebook.acknowledgement import acknowledge
from casebook.deadline_rule import DeadlineRule
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import as_incident
from workers.variables import Variables

CHINESE_NAME = "计算总时限"


class PlanTotalDeadline(Variables):
    """The limit by name and what `time_limit.dmn` says of it; null when it has no row."""

    request_id: str
    limit: str
    limit_hours: float | None = None
    inspect_hours: float | None = None
    basis: str | None = None


async def plan_total_deadline(
    read: PlanTotalDeadline, *, casebook: AsyncConnection, now: datetime, district: District, base_url: str
) -> None:
    """Write the total into the ledger, and tell the caller what is promised."""
    rule = DeadlineRule(
        about=f"诉求 {read.request_id}",
        limit=read.limit,
        limit_hours=read.limit_hours,
        inspect_hours=read.inspect_hours,
        basis=read.basis,
    )
    with as_incident():
        await total_clock.plan(casebook, read.request_id, rule=rule, now=now, district=district)
    await acknowledge(casebook, read.request_id, district=district, base_url=base_url, now=now)
