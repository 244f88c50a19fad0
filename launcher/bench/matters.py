"""`./minhu bench matters`: how long it takes to propose what may be the same matter, in a casebook full of requests.

The register is as lopsided as a district's: the busiest hundredth of all (category, community) pairs holds a fifth of
the requests, all of them within the days that are compared, each with a text, a place and a caller. What is asked about
is drawn from the register itself, so that busy pairs are asked about more often.
"""

import asyncio
import statistics
import time
from collections.abc import Callable
from random import Random
from typing import Any

import psycopg

from casebook import same_matter
from casebook.district import District, load_district
from casebook.engine import open_casebook
from launcher.machine import ROOT
from launcher.private import private_machine
from launcher.sample_exports.recipe import read_stories
from launcher.stack import Machine

SEED = 7
WARM_UP = 50
FILL = """
    with drawn as (
        select number, least(power(random(), 3) * %(of_pairs)s, %(of_pairs)s - 1)::int as pair,
               (hashint4(number) & 2147483647) as dice
        from generate_series(0, %(count)s - 1) as number
    )
    insert into requests (request_id, platform, external_id, channel, category, community, urgency, caller_kind,
                          responsible_unit, title, text, lat, lon, received_at, taken_in_at, closed_at)
    select 'JA20260101-' || lpad(number::text, 6, '0') || '-0', 'mayor_line', number::text, 'online',
           (%(categories)s::text[])[1 + pair %% %(of_categories)s],
           (%(communities)s::text[])[1 + (pair / %(of_categories)s) %% %(of_communities)s],
           'normal', 'citizen', %(unit)s, '样例',
           dice %% 32 || '栋' || (%(stories)s::text[])[1 + dice %% %(of_stories)s],
           30.55 + (dice %% 2000) / 10000.0, 114.25 + (dice / 2000 %% 2000) / 10000.0,
           now() - dice %% 2592000 * interval '1 second', now(), case when dice %% 5 > 0 then now() end
    from drawn"""
SAMPLES = ROOT / "config/samples"
BUSIEST = "select count(*) as held from requests group by category, community order by held desc limit 1"
CALLERS = "insert into callers (request_id) select request_id from requests"


def measure(count: int, *, asked: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Propose for `asked` requests out of `count`, drawn by a seed; milliseconds, and how many were compared."""
    with private_machine("postgres") as machine:
        district = load_district(machine.settings.config)
        busiest = _fill(machine.database_url, count, district=district)
        say(f"  卷宗里有 {count} 件诉求，提出同一件事 {asked} 次")
        figures = asyncio.run(_measure(machine, count, asked=asked, district=district))
    return {"requests": count, "busiest_pair": busiest} | figures


def _fill(address: str, count: int, *, district: District) -> int:
    """Fill the register; return how many requests its busiest pair holds."""
    stories = [story.text for story in read_stories(SAMPLES, district=district)]
    lists = {
        "categories": list(district.catalogue),
        "communities": list(district.communities),
        "stories": stories,
        "unit": district.units[0].code,
    }
    numbers = {"of_categories": len(lists["categories"]), "of_communities": len(lists["communities"])}
    numbers |= {"of_stories": len(stories), "count": count}
    numbers["of_pairs"] = numbers["of_categories"] * numbers["of_communities"]
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("select setseed(0.5)")
        connection.execute(FILL, numbers | lists)
        connection.execute(CALLERS)
        connection.execute("vacuum analyze")
        row = connection.execute(BUSIEST).fetchone()
    return int(row[0]) if row else 0


def _drawn(count: int, asked: int) -> list[str]:
    dice = Random(SEED)  # noqa: S311 - a measurement
    return [f"JA20260101-{dice.randrange(count):06d}-0" for _ in range(asked)]


async def _measure(machine: Machine, count: int, *, asked: int, district: District) -> dict[str, Any]:
    casebook = open_casebook(machine.database_url, key=machine.personal_key)
    times: list[float] = []
    found = 0
    try:
        async with casebook.connect() as connection:
            for number, request_id in enumerate(_drawn(count, asked + WARM_UP)):
                began = time.perf_counter()
                told = await same_matter.told_of(connection, request_id)
                proposals = await same_matter.proposals(connection, told, district=district)
                if number >= WARM_UP:
                    times.append((time.perf_counter() - began) * 1000)
                    found += len(proposals)
    finally:
        await casebook.dispose()
    cuts = statistics.quantiles(times, n=100)
    figures = {"p50_ms": round(cuts[49], 2), "p95_ms": round(cuts[94], 2), "p99_ms": round(cuts[98], 2)}
    return {"asked": len(times), "proposed": found} | figures
