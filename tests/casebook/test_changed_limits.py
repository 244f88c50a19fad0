"""A changed limit touches running work orders only when somebody asks; what it would touch is known beforehand."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from casebook import changed_limits, deadlines, extensions, replanning, work_orders
from casebook.deadline_rule import NoDeadline
from casebook.decision_tables import Table
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.explain import life_of
from casebook.preview import read_tables
from tests.casebook.rows import local, order, request
from workers.plan_deadlines import PlanDeadlines, plan_deadlines

UNIT = "street_002_order"
BPMN = Path(__file__).resolve().parents[2] / "bpmn"
OF_A_STREET = ("OutputEntry_Handling_B_Normal_LimitHours", "OutputEntry_Handling_B_Normal_InspectHours")


@pytest.fixture
def began(district: District) -> datetime:
    return local("2026-11-24T09:00", district.zone)


def table_with(folder: Path, *, limit_hours: float, inspect_hours: float = 200) -> Table:
    """The time limits after an official gave a street's handling other hours."""
    shutil.copytree(BPMN, folder, ignore=shutil.ignore_patterns("node_modules", "pictures"))
    file = folder / "time_limit.dmn"
    text = file.read_text(encoding="utf-8")
    for name, hours in zip(OF_A_STREET, (limit_hours, inspect_hours), strict=True):
        head, _, rest = text.partition(f'id="{name}">')
        text = f'{head}id="{name}">\n          <text>{hours:g}</text>{rest.partition("</text>")[2]}'
    file.write_text(text, encoding="utf-8")
    return read_tables(folder).time_limit


async def plan(casebook: AsyncConnection, number: str, *, district: District, now: datetime) -> dict[str, object]:
    """The engine plans a work order's deadline by the limit with which its process began."""
    says = read_tables(BPMN).time_limit.decide(limit="handling", level="B", urgency="normal")
    assert says is not None
    limit = {name: says.says(name) for name in ("limit_hours", "inspect_hours", "basis")}
    read = PlanDeadlines(work_order_id=number, limit="handling", **limit)  # type: ignore[arg-type]
    await plan_deadlines(read, casebook=casebook, now=now, district=district)
    entry = await deadlines.newest(casebook, number)
    assert entry is not None
    return entry


async def test_a_table_like_the_ledger_moves_nothing(
    casebook: AsyncConnection, district: District, began: datetime
) -> None:
    number = await order(casebook, await request(casebook, district, now=began), UNIT, now=began)
    await plan(casebook, number, district=district, now=began)
    found = await changed_limits.find(casebook, read_tables(BPMN).time_limit, district=district)
    assert number not in {each.work_order_id for each in found}


async def test_a_longer_limit_is_shown_and_moves_only_when_asked_and_then_once(
    casebook: AsyncConnection, district: District, began: datetime, tmp_path: Path
) -> None:
    asked = await request(casebook, district, now=began)
    number = await order(casebook, asked, UNIT, now=began)
    first = await plan(casebook, number, district=district, now=began)
    table = table_with(tmp_path / "bpmn", limit_hours=100)
    found = [each for each in await changed_limits.find(casebook, table, district=district) if each.request_id == asked]
    assert [("handling", number)] == [(each.limit_name, each.work_order_id) for each in found]
    assert (first["red_at"], True) == (found[0].red_before, found[0].red_at > found[0].red_before)
    assert first == await plan(casebook, number, district=district, now=began)  # nothing was written
    await replanning.plan_again(casebook, found, district=district, now=began)
    second = await plan(casebook, number, district=district, now=began)
    assert (2, 100, found[0].red_at) == (second["version"], second["limit_hours"], second["red_at"])
    assert not [
        each for each in await changed_limits.find(casebook, table, district=district) if each.request_id == asked
    ]
    assert any("按改动后的时限表重新计算" in line for line in await life_of(casebook, asked, district=district))


async def test_an_extension_of_before_and_after_stays_on_top_of_the_new_limit(
    casebook: AsyncConnection, district: District, began: datetime, tmp_path: Path
) -> None:
    asked = await request(casebook, district, now=began)
    number = await order(casebook, asked, UNIT, now=began)
    await plan(casebook, number, district=district, now=began)
    table = table_with(tmp_path / "bpmn", limit_hours=100)

    async def extend() -> None:
        wish = extensions.MoreTime(hours=7, reason="样例")
        asked_for = await extensions.ask(casebook, number, wish, district=district, now=began)
        await extensions.decide(casebook, asked_for, granted=True, person="district_centre", now=began)
        await plan(casebook, number, district=district, now=began)

    await extend()
    found = [each for each in await changed_limits.find(casebook, table, district=district) if each.request_id == asked]
    await replanning.plan_again(casebook, found, district=district, now=began)
    moved = await plan(casebook, number, district=district, now=began)
    assert (100, 7) == (moved["limit_hours"], moved["extended_hours"])
    await extend()
    again = await deadlines.newest(casebook, number)
    assert again is not None
    assert (100, 14) == (again["limit_hours"], again["extended_hours"])


async def test_what_is_reported_keeps_its_deadline_and_a_limit_of_nothing_is_refused(
    casebook: AsyncConnection, district: District, began: datetime, tmp_path: Path
) -> None:
    asked = await request(casebook, district, now=began)
    number = await order(casebook, asked, UNIT, now=began)
    await plan(casebook, number, district=district, now=began)
    with pytest.raises(NoDeadline, match="时限应大于 0"):
        await changed_limits.find(casebook, table_with(tmp_path / "none", limit_hours=0), district=district)
    report = work_orders.Report(outcome="done", person=UNIT)
    await work_orders.report(casebook, number, report, now=began)
    found = await changed_limits.find(casebook, table_with(tmp_path / "bpmn", limit_hours=100), district=district)
    assert asked not in {each.request_id for each in found}
