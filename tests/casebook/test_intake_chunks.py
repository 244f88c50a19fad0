"""Many rows at once leave the register that they leave one at a time."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from casebook.district import District, load_district
from casebook.engine import open_casebook
from casebook.reports import RequestReport, Withdrawal
from desk.intake.records import Rejected
from desk.intake.register import Chunk, Door
from launcher.private import private_machine
from launcher.stack import Machine
from tests.casebook.intake_register import clock, empty, register

pytestmark = pytest.mark.slow
PLATFORM = "social_governance"
ROWS, SCENARIOS = 45, 12
Row = RequestReport | Withdrawal | Rejected


@pytest.fixture(scope="module")
def own_machine() -> Iterator[Machine]:
    with private_machine("postgres") as machine:
        yield machine


@pytest.fixture(scope="module")
def district(own_machine: Machine) -> District:
    return load_district(own_machine.settings.config)


def report(dice: Random, *, identity: str, district: District) -> RequestReport:
    """Draw a report out of few numbers, callers, wordings and places, so that much concerns something else."""
    return RequestReport(
        platform=PLATFORM,
        external_id=identity,
        channel="grid_patrol",
        received_at=clock() - timedelta(hours=1),
        category=dice.choice([code for code, category in district.catalogue.items() if category.raised_by][:2]),
        community=min(district.communities),
        urgency="normal",
        caller_kind=dice.choice(("citizen", "cared_for")),
        caller_phone=dice.choice((None, *(f"9990000{number}" for number in range(10, 16)))),
        title="样例",
        text=dice.choice(("路灯不亮", "路灯不亮，已有三天")),
    )


def rows(seed: int, *, district: District) -> list[tuple[int, Row]]:
    dice, fields = Random(f"chunks/{seed}"), district.platforms[PLATFORM].fields  # noqa: S311 - repeatable on purpose
    drawn: list[tuple[int, Row]] = []
    for number in range(1, ROWS + 1):
        identity, roll = f"样例-{dice.randrange(25)}", dice.random()
        row: Row = report(dice, identity=identity, district=district)
        if roll < 0.1:
            row = Withdrawal(platform=PLATFORM, external_id=identity)
        elif roll < 0.25:
            record = {str(fields.external_id): identity, "内容": str(dice.randrange(3))}
            row = Rejected(number, "字段“内容”：没有填写。", field="内容", record=record)
        drawn.append((number, row))
    return drawn


async def take_one_by_one(door: Door, casebook: Any, chunk: Chunk, *, now: datetime) -> None:
    for number, row in chunk:
        async with casebook.begin() as connection:
            await door.take(connection, row, number=number, now=now)


async def take_in_chunks(door: Door, casebook: Any, those: Chunk, *, now: datetime) -> None:
    for start in range(0, len(those), 20):
        chunk: Sequence[tuple[int, Row]] = those[start : start + 20]
        async with casebook.begin() as connection:
            done = await door.take_together(connection, chunk, now=now)
        rest = [(number, row) for number, row in chunk if number not in done]
        await take_one_by_one(door, casebook, rest, now=now)


@pytest.mark.parametrize("seed", range(SCENARIOS))
def test_a_chunk_leaves_what_its_rows_leave(own_machine: Machine, district: District, seed: int) -> None:
    door = Door(platform=district.platforms[PLATFORM], source="样例", district=district)
    those, now = rows(seed, district=district), clock()

    async def left_by(take: Any) -> dict[str, Any]:
        casebook = open_casebook(own_machine.database_url, key=own_machine.personal_key)
        for _ in range(2):  # a file that is taken in again
            await take(door, casebook, those, now=now)
        await casebook.dispose()
        return await register(own_machine)

    empty(own_machine)
    one_by_one = asyncio.run(left_by(take_one_by_one))
    empty(own_machine)
    assert one_by_one == asyncio.run(left_by(take_in_chunks))
    assert 0 < sum(merged for *_, merged, _, _, _, _ in one_by_one["requests"]) < len(one_by_one["requests"])
