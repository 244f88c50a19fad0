"""`./minhu bench routing`: how long the job that finds the unit takes, in a casebook that is full of requests.

One job is one transaction on the real PostgreSQL, committed, as `workers/runner.py` does it; the engine is left out.
Beside it, as the measure of the machine: a transaction that reads and writes one row of the register.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import psycopg

from casebook import requests
from casebook.district import District, load_district
from casebook.engine import AsyncEngine, open_casebook
from casebook.preview import Tables, read_tables
from launcher.designer_tools import BPMN
from launcher.private import private_machine
from workers.route_request import RouteRequest, route_request

SEED = 7
WARM_UP = 200
ASKED = ("level", "lead_role", "co_roles", "handling_limit", "co_handling_limit")
FILL = """
    insert into requests (request_id, platform, external_id, channel, category, community, urgency, caller_kind,
                          responsible_unit, title, text, received_at, taken_in_at)
    select 'JA20260101-' || lpad(number::text, 6, '0') || '-0', 'mayor_line', number::text, 'online',
           (%(categories)s::text[])[1 + number %% %(of_categories)s],
           (%(communities)s::text[])[1 + number %% %(of_communities)s],
           'normal', 'citizen', %(unit)s, '样例', repeat('样例诉求', 20), now(), now()
    from generate_series(0, %(count)s - 1) as number"""


def measure(count: int, *, jobs: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Route `jobs` requests out of `count`, each of a category and a community drawn by a seed; milliseconds."""
    with private_machine("postgres") as machine:
        district = load_district(machine.settings.config)
        _fill(machine.database_url, count, district=district)
        say(f"  卷宗里有 {count} 件诉求，确定承办单位 {jobs} 次")
        return asyncio.run(_measure(machine.database_url, _Drawn.of(district, count), jobs=jobs))


def _fill(address: str, count: int, *, district: District) -> None:
    categories, communities = list(district.catalogue), list(district.communities)
    lists = {"categories": categories, "communities": communities, "unit": district.units[0].code}
    numbers = {"of_categories": len(categories), "of_communities": len(communities), "count": count}
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(FILL, numbers | lists)
        connection.execute("vacuum analyze")


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """Draws what the engine would hand to the job."""

    district: District
    tables: Tables
    dice: Random
    count: int

    @classmethod
    def of(cls, district: District, count: int) -> "_Drawn":
        return cls(district=district, tables=read_tables(BPMN), dice=Random(SEED), count=count)  # noqa: S311

    def job(self) -> RouteRequest:
        category = self.dice.choice(list(self.district.catalogue))
        row = self.tables.response_list.decide(category=category, urgency="normal")
        asked = {
            "request_id": f"JA20260101-{self.dice.randrange(self.count):06d}-0",
            "category": category,
            "community": self.dice.choice(list(self.district.communities)),
        }
        return RouteRequest.model_validate(asked | ({name: row.says(name) for name in ASKED} if row else {}))


async def _measure(address: str, drawn: _Drawn, *, jobs: int) -> dict[str, Any]:
    casebook = open_casebook(address)
    try:
        routed, plain = [], []
        for number in range(-WARM_UP, jobs):
            read = drawn.job()
            times = await _timed(_plain(casebook, read)), await _timed(_route(casebook, read, district=drawn.district))
            if number >= 0:
                plain.append(times[0])
                routed.append(times[1])
    finally:
        await casebook.dispose()
    job, one_row = _percentiles(routed), _percentiles(plain)
    return {"requests": drawn.count, "jobs": jobs, "job": job, "one_row": one_row, "ratio_p50": _ratio(job, one_row)}


async def _route(casebook: AsyncEngine, read: RouteRequest, *, district: District) -> None:
    async with casebook.begin() as connection:
        await route_request(read, casebook=connection, district=district, now=datetime.now(UTC))


async def _plain(casebook: AsyncEngine, read: RouteRequest) -> None:
    async with casebook.begin() as connection:
        await requests.note_facts(connection, read.request_id, level="B")


async def _timed(work: Awaitable[None]) -> float:
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


def _percentiles(milliseconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(milliseconds, n=100)
    return {"p50_ms": round(cuts[49], 2), "p95_ms": round(cuts[94], 2), "p99_ms": round(cuts[98], 2)}


def _ratio(job: dict[str, float], one_row: dict[str, float]) -> float:
    return round(job["p50_ms"] / one_row["p50_ms"], 2)
