"""`./minhu bench scores`: every score of simulated rounds against a second opinion, and a year under new weights.

The facts of each round are judged and scored as the job does it, kept in a real PostgreSQL, and recomputed there. The
second opinion (`score_oracle.py`) knows the raw rounds alone. Then the year is filled up to its size and recomputed.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from casebook import assessment, recomputation, round_facts, score_rules, unit_scores
from casebook.assessment import Scope
from casebook.district import District, load_district
from casebook.engine import open_casebook
from casebook.periods import period
from casebook.score_arithmetic import ASPECTS
from casebook.score_rules import Rules
from launcher.bench.score_oracle import expected_scores
from launcher.bench.simulated_rounds import rounds
from launcher.designer_tools import BPMN
from launcher.private import private_machine

SEED = 8
NEW_PERCENT = (25, 15, 35, 25)
YEAR = "2026"
KEPT = ("degrees", "weights", "grounds", "score", "rules_version", "person")
SCORES = ("request_id", "round", "scored_at", "unit", "part", *ASPECTS, *KEPT)
REQUESTS = """
    insert into requests (request_id, platform, external_id, channel, category, community, urgency, caller_kind,
                          responsible_unit, title, text, received_at, taken_in_at)
    select distinct request_id, 'mayor_line', request_id, 'online', '070101', '420102002003', 'normal', 'citizen',
           'district_centre', '样例', '样例', now(), now()
    from filled"""
CALLERS = """
    insert into callers (request_id)
    select distinct request_id from filled where request_id not in (select request_id from callers)"""
ROUNDS = """
    insert into scores (request_id, round, unit, score, degrees, weights, rules_version, reopen, scored_at)
    select request_id, round, unit, score, degrees, weights, rules_version, false, scored_at
    from filled where part = 'lead'"""
MORE = """
    insert into filled
    select 'X' || copy || substr(request_id, 2), {rest}
    from filled, generate_series(1, %(copies)s) as copy"""


@dataclass
class Book:
    """The rules compared, and what the second opinion expects of each unit in hundredths: today, and by new weights."""

    rules: Rules
    compared: int = 0
    wrong: int = 0
    today: dict[str, list[int]] = field(default_factory=dict)
    new: dict[str, list[int]] = field(default_factory=dict)


def measure(number: int, *, year: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Compare the scores of `number` rounds, then recompute a year of `year` rounds; seconds."""
    with private_machine("postgres") as machine:
        district = load_district(machine.settings.config)
        book = Book(rules=score_rules.of_folders(district, BPMN))
        begins = period(YEAR, zone=district.zone).begins
        units = [unit.code for unit in district.units if unit.level in ("district", "street")]
        say(f"  {number} 轮办理，逐个得分与另一套算法核对")
        address = machine.database_url.replace("+psycopg", "")
        fill(address, rows_of(number, units=units, book=book, begins=begins))
        compared = asyncio.run(_compare(machine.database_url, book, district=district))
        copies = max(0, year // number - 1)
        say(f"  一年 {number * (copies + 1)} 轮办理，按新权重重算")
        _grow(address, copies)
        return compared | asyncio.run(_recompute_year(machine.database_url, book.rules, district=district))


def rows_of(number: int, *, units: list[str], book: Book, begins: datetime) -> Iterator[tuple[Any, ...]]:
    """Judge and score rounds as the job does and yield the rows of `unit_scores`; differences go into the book."""
    for request_id, round_, scored_at in rounds(number, seed=SEED, units=units, begins=begins):
        judged = round_facts.of_units(round_)
        expected = expected_scores(**vars(round_))
        ids: dict[str, Any] = {"request_id": request_id, "round": 1, "scored_at": scored_at}
        rows = [ids | unit_scores.row_of(each, shared=judged[0].facts, rules=book.rules) for each in judged]
        book.wrong += {row["unit"]: int(row["score"] * 100) for row in rows} != expected
        book.compared += len(rows)
        for unit, score in expected.items():
            book.today.setdefault(unit, []).append(score)
        for unit, score in expected_scores(**vars(round_), percent=NEW_PERCENT).items():
            book.new.setdefault(unit, []).append(score)
        for row in rows:
            yield tuple(Jsonb(row[name]) if name in KEPT[:3] else row[name] for name in SCORES)


def fill(address: str, rows: Iterator[tuple[Any, ...]]) -> None:
    """Keep rows of `unit_scores` in a casebook, with a request for each."""
    with psycopg.connect(address) as connection:
        connection.execute("create table filled (like unit_scores)")
        with connection.cursor().copy(f"copy filled ({', '.join(SCORES)}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        connection.execute(REQUESTS)
        connection.execute(CALLERS)
        connection.execute(ROUNDS)
        connection.execute("insert into unit_scores select * from filled")


def _grow(address: str, copies: int) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        columns = [row[0] for row in connection.execute("select * from filled limit 0").description or ()]
        connection.execute(MORE.format(rest=", ".join(columns[1:])).encode(), {"copies": copies})
        connection.execute("delete from filled where request_id in (select request_id from requests)")
        connection.execute(REQUESTS)
        connection.execute("insert into unit_scores select * from filled")
        connection.execute("vacuum analyze unit_scores")


async def _compare(url: str, book: Book, *, district: District) -> dict[str, Any]:
    """Count the units whose mean, by the database, is not what the second opinion says."""
    casebook, year, ranking = open_casebook(url), period(YEAR, zone=district.zone), district.scoring.ranking
    try:
        async with casebook.connect() as connection:
            same = await recomputation.recompute(connection, book.rules, period=year, ranking=ranking)
            new = await recomputation.recompute(connection, _new(book.rules), period=year, ranking=ranking)
            scope = Scope(period=year, level="unit")
            standings = await assessment.standings(connection, scope, ranking=ranking)
    finally:
        await casebook.dispose()
    wrong = sum(move.changed for move in same)
    wrong += sum(move.new_mean != _mean(book.new[move.unit]) for move in new)
    wrong += sum(each.mean != _mean(book.today[each.key]) for each in standings)
    return {"scores": book.compared, "wrong_scores": book.wrong, "units": len(standings), "wrong_means": wrong}


async def _recompute_year(url: str, rules: Rules, *, district: District) -> dict[str, Any]:
    casebook, year, ranking = open_casebook(url), period(YEAR, zone=district.zone), district.scoring.ranking
    try:
        async with casebook.connect() as connection:
            began = time.perf_counter()
            moves = await recomputation.recompute(connection, _new(rules), period=year, ranking=ranking)
            recomputed = time.perf_counter()
            await assessment.standings(connection, Scope(period=year, level="street"), ranking=ranking)
            ended = time.perf_counter()
    finally:
        await casebook.dispose()
    seconds = {"recompute_seconds": round(recomputed - began, 2), "ranking_seconds": round(ended - recomputed, 2)}
    return {"year_scores": sum(move.count for move in moves), **seconds}


def _new(rules: Rules) -> Rules:
    weights = {aspect: Decimal(part) / 100 for aspect, part in zip(ASPECTS, NEW_PERCENT, strict=True)}
    return replace(rules, version="new", weights=weights)


def _mean(hundredths: list[int]) -> Decimal:
    """Return a mean with two decimals, half up, by whole numbers."""
    return Decimal((2 * sum(hundredths) + len(hundredths)) // (2 * len(hundredths))) / 100
