"""A platform reads on what became of what it sent: each change in its sequence, none passed over, none of others."""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete

from casebook import merges, platform_status, requests, returns, work_orders
from casebook.audit import note
from casebook.district import District
from casebook.engine import AsyncConnection, AsyncEngine, open_casebook
from casebook.merges import SameMatter
from casebook.open311_rules import PLATFORM_PREFIX
from casebook.platform_status import AheadOfUs, Wanted
from casebook.platforms import OWN_DOORS, TOLD
from casebook.reports import RequestReport
from casebook.schema import audit_trail, callers, fact_outbox
from casebook.schema import platform_status as table
from casebook.schema import requests as register
from casebook.work_orders import NewWorkOrder, Report
from launcher.stack import Machine

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]
INSTANCES = itertools.count(2 * 10**9)
UNIT = "street_002_urban"
WRITERS, LONGEST_SECONDS = 20, 60
TEXT = "王先生 13800010001 说垃圾三天没人清运。"


@pytest.fixture
def platform() -> str:
    """A platform that no other test knows."""
    return f"p{secrets.token_hex(4)}"


async def received(
    casebook: AsyncConnection, district: District, platform: str, *, now: datetime, external_id: str = ""
) -> str:
    report = RequestReport(
        platform=platform,
        external_id=external_id or secrets.token_hex(6),
        channel="online",
        received_at=now,
        category="010101",
        community="420102002003",
        urgency="normal",
        caller_kind="citizen",
        title="垃圾",
        text=TEXT,
    )
    return (await requests.receive(casebook, report, now=now, district=district)).request_id


async def ordered(casebook: AsyncConnection, request_id: str, kind: str, *, now: datetime, round_: int = 1) -> str:
    order = NewWorkOrder(
        request_id=request_id,
        process_instance_key=next(INSTANCES),
        kind=kind,
        unit=UNIT,
        level="B",
        form="handling_report" if kind == "handling" else "sign_in",
        round=round_,
    )
    return await work_orders.issue(casebook, order, now=now)


async def answered(
    casebook: AsyncConnection, request_id: str, kind: str, *, now: datetime, outcome: str, round_: int = 1
) -> None:
    number = await ordered(casebook, request_id, kind, now=now, round_=round_)
    report = Report(outcome=outcome, person="street_002_urban_1", note=TEXT)
    await work_orders.report(casebook, number, report, now=now)


async def read(casebook: AsyncConnection, platform: str, *, after: int = 0, most: int = 1000) -> list[dict[str, Any]]:
    wanted = Wanted(platform=platform, after=after, most=most, states=tuple(TOLD))
    return await platform_status.read_on(casebook, wanted)


async def states(casebook: AsyncConnection, platform: str, **how: int) -> list[str]:
    return [row["state"] for row in await read(casebook, platform, **how)]


async def test_a_platform_hears_the_whole_life_of_a_request_in_order(
    casebook: AsyncConnection, district: District, now: datetime, platform: str
) -> None:
    number = await received(casebook, district, platform, now=now, external_id="T-1")
    await answered(casebook, number, "sign_in", now=now, outcome="accepted")
    await answered(casebook, number, "handling", now=now, outcome="not_possible")
    await note(casebook, "rated", actor="caller", now=now, request_id=number)
    await returns.record_reopening(casebook, number, round_=2, now=now)
    await answered(casebook, number, "handling", now=now, outcome="done", round_=2)
    await note(casebook, "closed", actor="engine", now=now, request_id=number)
    rows = await read(casebook, platform)
    assert [(row["state"], row["outcome"]) for row in rows] == [
        ("received", None),
        ("dispatched", None),
        ("handling", None),
        ("done", "not_possible"),
        ("rated", None),
        ("reopened", None),
        ("handling", None),
        ("done", "done"),
        ("closed", None),
    ]
    assert [row["sequence"] for row in rows] == list(range(1, 10))
    assert {(row["external_id"], row["request_id"]) for row in rows} == {("T-1", number)}
    assert {row["unit_name"] for row in rows if row["state"] in ("dispatched", "handling")} == {"大智街道城市管理办"}
    told = str(rows)
    assert "王先生" not in told
    assert "13800010001" not in told
    assert "street_002_urban_1" not in told, "no person stands there, not even by code"


async def test_a_platform_reads_on_from_the_last_number_that_it_has_kept(
    casebook: AsyncConnection, district: District, now: datetime, platform: str
) -> None:
    numbers = [await received(casebook, district, platform, now=now) for _ in range(5)]
    first = await read(casebook, platform, most=2)
    again = await read(casebook, platform, most=2)
    rest = await read(casebook, platform, after=first[-1]["sequence"])
    assert first == again, "a call that got no answer reads the same once more"
    assert [row["request_id"] for row in first + rest] == numbers
    assert [] == await read(casebook, platform, after=5)
    with pytest.raises(AheadOfUs, match="after=0"):
        await read(casebook, platform, after=6)


async def test_nothing_of_other_platforms_and_nothing_of_our_own_doors_is_told(
    casebook: AsyncConnection, district: District, now: datetime, platform: str
) -> None:
    number = await received(casebook, district, platform, now=now)
    await received(casebook, district, f"{platform}_2", now=now)
    own_doors = (*OWN_DOORS, f"{PLATFORM_PREFIX}{platform}")
    for own in own_doors:
        await received(casebook, district, own, now=now)
    assert [row["request_id"] for row in await read(casebook, platform)] == [number]
    for own in own_doors:
        assert [] == await read(casebook, own)


async def test_a_row_that_comes_again_is_one_request_with_one_arrival(
    casebook: AsyncConnection, district: District, now: datetime, platform: str
) -> None:
    for _ in range(3):
        await received(casebook, district, platform, now=now, external_id="T-1")
    assert ["received"] == await states(casebook, platform)


async def test_a_merged_request_names_the_main_one_and_hears_what_becomes_of_it(
    casebook: AsyncConnection, district: District, now: datetime, platform: str
) -> None:
    main = await received(casebook, district, platform, now=now, external_id="T-1")
    own = await received(casebook, district, platform, now=now, external_id="T-2")
    others = await received(casebook, district, f"{platform}_2", now=now, external_id="F-1")
    for number in (own, others):
        same = SameMatter(request_id=number, main_id=main, person="centre_district")
        await merges.merge(casebook, same, district=district, now=now)
    await answered(casebook, main, "handling", now=now, outcome="done")
    mine = [row for row in await read(casebook, platform) if row["external_id"] == "T-2"]
    theirs = await read(casebook, f"{platform}_2")
    expected = ["received", "merged", "handling", "done"]
    assert [row["state"] for row in mine] == [row["state"] for row in theirs] == expected
    assert [(row["main_id"], row["main_external_id"]) for row in mine] == [(None, None)] + [(main, "T-1")] * 3
    assert [(row["main_id"], row["main_external_id"]) for row in theirs] == [(None, None)] + [(main, None)] * 3


async def test_a_parted_request_goes_its_own_way(
    casebook: AsyncConnection, district: District, now: datetime, platform: str
) -> None:
    main = await received(casebook, district, f"{platform}_2", now=now)
    own = await received(casebook, district, platform, now=now)
    same = SameMatter(request_id=own, main_id=main, person="centre_district")
    await merges.merge(casebook, same, district=district, now=now)
    await merges.part(casebook, own, person="centre_district", now=now)
    await ordered(casebook, main, "sign_in", now=now)
    await note(casebook, "withdrawn", actor="engine", now=now, request_id=own)
    assert ["received", "merged", "parted", "withdrawn"] == await states(casebook, platform)


@pytest_asyncio.fixture
async def engine(machine: Machine, platform: str) -> AsyncIterator[AsyncEngine]:
    """Connections that commit; what they wrote for the platform is taken away again."""
    opened = open_casebook(machine.database_url, key=machine.personal_key)
    yield opened
    async with opened.begin() as connection:
        removed = await connection.execute(
            delete(table).where(table.c.platform == platform).returning(table.c.request_id)
        )
        numbers = {row.request_id for row in removed}
        await forget(connection, numbers)
    await opened.dispose()


async def forget(casebook: AsyncConnection, numbers: set[str]) -> None:
    for each in (audit_trail, callers, fact_outbox, register):
        await casebook.execute(delete(each).where(each.c.request_id.in_(numbers)))


async def test_what_is_committed_late_is_read_later_and_never_passed_over(
    engine: AsyncEngine, district: District, now: datetime, platform: str
) -> None:
    async with engine.begin() as connection:
        slow, quick = [await received(connection, district, platform, now=now) for _ in range(2)]
    async with engine.connect() as first, engine.connect() as second:
        await note(first, "reopened", actor="engine", now=now, request_id=slow)
        await note(second, "closed", actor="engine", now=now, request_id=quick)
        await second.commit()
        before = await reading(engine, platform)
        await first.commit()
    after = await reading(engine, platform, after=before[-1]["sequence"])
    assert [(row["sequence"], row["request_id"], row["state"]) for row in before[2:]] == [(3, quick, "closed")]
    assert [(row["sequence"], row["request_id"], row["state"]) for row in after] == [(4, slow, "reopened")]


async def test_many_who_write_and_two_who_read_at_once_leave_one_sequence(
    engine: AsyncEngine, district: District, now: datetime, platform: str
) -> None:
    writers = [written(engine, district, platform, now=now) for _ in range(WRITERS)]
    numbers, *heard = await asyncio.gather(
        asyncio.gather(*writers), *(read_until(engine, platform, rows=WRITERS) for _ in range(2))
    )
    for rows in heard:
        assert [row["sequence"] for row in rows] == list(range(1, WRITERS + 1))
        assert sorted(row["request_id"] for row in rows) == sorted(numbers)
    assert heard[0] == heard[1]


async def written(engine: AsyncEngine, district: District, platform: str, *, now: datetime) -> str:
    async with engine.begin() as connection:
        return await received(connection, district, platform, now=now)


async def read_until(engine: AsyncEngine, platform: str, *, rows: int) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []
    async with asyncio.timeout(LONGEST_SECONDS):
        while len(heard) < rows:
            heard += await reading(engine, platform, after=heard[-1]["sequence"] if heard else 0)
    return heard


async def reading(engine: AsyncEngine, platform: str, *, after: int = 0) -> list[dict[str, Any]]:
    async with engine.begin() as connection:
        return await read(connection, platform, after=after)
