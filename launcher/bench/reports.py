"""`./minhu bench report`: how long a monthly report takes in a casebook full of requests, from reading to files.

The rows are spread over a year and fifty days, so that both comparisons have something to compare with.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg

from casebook.district import District, load_district
from casebook.engine import open_casebook
from casebook.report_figures import ReportFigures
from casebook.report_making import make_figures
from casebook.report_periods import parse
from launcher.bench.report_rows import STATEMENTS
from launcher.private import private_machine
from workers.bulletin.files import write_files

MONTH = "2026-10"
AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
FIRST = datetime(2025, 10, 1, tzinfo=UTC)
SPAN_SECONDS = int((AS_OF - FIRST).total_seconds())


def measure(count: int, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Make the report of one month out of `count` requests; seconds for figures and for files."""
    with private_machine("postgres") as machine:
        district = load_district(machine.settings.config)
        fill(machine.database_url, count, district=district)
        say(f"  卷宗里有 {count} 件诉求，写 {MONTH} 的月通报")
        began = time.perf_counter()
        figures = asyncio.run(_figures(machine.database_url, district))
        read = time.perf_counter()
        files = write_files(figures, district=district)
        done = time.perf_counter()
    return {
        "requests": count,
        "received": figures.volume.received.now,
        "figures_seconds": round(read - began, 2),
        "files_seconds": round(done - read, 2),
        "seconds": round(done - began, 2),
        "bytes": {name: len(content) for name, content in files.items()},
    }


def fill(address: str, count: int, *, district: District) -> None:
    """Write the rows of `count` requests into a casebook that has only its directory."""
    lists: dict[str, Any] = {
        "categories": list(district.catalogue),
        "communities": sorted(district.communities),
        "channels": list(district.channels),
        "units": [unit.code for unit in district.units if unit.level in {"street", "district"}][:90],
    }
    given = lists | {"count": count, "first": FIRST, "span": SPAN_SECONDS, "as_of": AS_OF}
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in STATEMENTS:
            connection.execute(statement, given)
        connection.execute("vacuum analyze")


async def _figures(address: str, district: District) -> ReportFigures:
    casebook = open_casebook(address)
    try:
        async with casebook.begin() as connection:
            period = parse("monthly_report", MONTH, zone=district.zone)
            return await make_figures(connection, period, as_of=AS_OF, district=district)
    finally:
        await casebook.dispose()
