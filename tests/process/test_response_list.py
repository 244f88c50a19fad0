"""The engine reads the tables as we do: the same rows, for every category and every limit."""

import asyncio
import csv
from itertools import product
from pathlib import Path
from typing import Any

from pyzeebe import create_insecure_channel
from pyzeebe.grpc_internals.zeebe_adapter import ZeebeAdapter

from casebook.decision_tables import Row, read_table
from casebook.preview import read_tables
from launcher.stack import Machine
from tests.process.town import COMMUNITY, Town

ROOT = Path(__file__).resolve().parents[2]
URGENCIES = ("normal", "urgent")
MANHOLE, RUBBISH = "020101", "010101"
Answer = tuple[list[str], Any]


def categories() -> list[str]:
    with (ROOT / "config/catalogue.csv").open(encoding="utf-8", newline="") as file:
        return [row["code"] for row in csv.DictReader(file)]


async def engine_says(address: str, decision: str, questions: list[dict[str, Any]]) -> list[Answer]:
    """Return the ids of the rows that the engine matched, and what it answered, for each question."""
    channel = create_insecure_channel(grpc_address=address)
    adapter = ZeebeAdapter(channel)
    answers = []
    for question in questions:
        found = await adapter.evaluate_decision(decision_key=None, decision_id=decision, variables=question)
        [evaluated] = found.evaluated_decisions
        answers.append(([rule.rule_id for rule in evaluated.matched_rules], found.decision_output))
    await channel.close()
    return answers


def plain(row: Row | None) -> Answer:
    return ([], None) if row is None else ([row.id], {name: row.says(name) for name in row.outputs})


async def test_the_engine_finds_the_same_row_of_the_response_list(machine: Machine) -> None:
    table = read_tables(ROOT / "bpmn").response_list
    questions = [{"category": code, "urgency": urgency} for code, urgency in product(categories(), URGENCIES)]
    expected = [plain(table.decide(**question)) for question in questions]
    assert expected == await asyncio.wait_for(engine_says(machine.zeebe, "response_list", questions), timeout=120)


async def test_the_engine_finds_the_same_row_of_the_time_limits(machine: Machine) -> None:
    table = read_tables(ROOT / "bpmn").time_limit
    limits = table.candidates(0)
    questions = [
        {"limit": str(limit), "level": level, "urgency": urgency}
        for limit, level, urgency in product(limits, "ABCD", URGENCIES)
    ]
    expected = [plain(table.decide(**question)) for question in questions]
    assert expected == await asyncio.wait_for(engine_says(machine.zeebe, "time_limit", questions), timeout=120)


async def test_the_engine_finds_the_same_row_of_what_is_complex(machine: Machine) -> None:
    table = read_table(ROOT / "bpmn/complexity.dmn")
    assert table is not None
    asked = list(product(range(4), (1, 2, 3), range(5)))
    questions = [
        {"times_returned": times, "round": round_, "co_units": ["unit"] * count} for times, round_, count in asked
    ]
    expected = [
        plain(table.decide(times_returned=times, round=round_, **{"count(co_units)": count}))
        for times, round_, count in asked
    ]
    assert expected == await asyncio.wait_for(engine_says(machine.zeebe, "complexity", questions), timeout=120)


async def test_danger_has_a_faster_clock_than_rubbish_by_data_alone(town: Town) -> None:
    names = {}
    for category in (MANHOLE, RUBBISH):
        request_id = await town.take_in(category, community=COMMUNITY)
        await town.forward.settle()
        await town.report(request_id, "sign_in", "accepted")
        for order in await town.orders(request_id):
            names[category, order["kind"]] = (await town.deadline(order["work_order_id"]))["limit_name"]
    assert names == {
        (MANHOLE, "sign_in"): "sign_in",
        (MANHOLE, "handling"): "handling_fast",
        (MANHOLE, "co_handling"): "co_handling_fast",
        (RUBBISH, "sign_in"): "sign_in",
        (RUBBISH, "handling"): "handling",
    }
