"""What the command centre does with a report that waits: after two working hours it goes out."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from casebook import district_reports
from casebook.district import District
from casebook.district_reports import Given, Report
from casebook.engine import AsyncConnection

READ_WITHIN = timedelta(hours=2)  # working time


def approval(
    version: Report, *, district: District
) -> Callable[[AsyncConnection, datetime], Coroutine[Any, Any, None]]:
    """Return the deed of approving a version."""
    given = Given(version=version["version"], decision="approved", person="district_centre")

    async def decide(connection: AsyncConnection, now: datetime) -> None:
        rules = district.reports.approval
        await district_reports.decide(connection, version["report_id"], given, rules=rules, now=now)

    return decide
