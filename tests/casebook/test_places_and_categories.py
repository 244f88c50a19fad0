"""What the register keeps of a place, and what it teaches about categories."""

from datetime import datetime

from casebook import requests, suggestions
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.reports import RequestReport
from desk.intake import read_export
from tests.casebook.intake_register import sample
from tests.casebook.rows import COMMUNITY

WORDS = "楼下的石狮子倒了，压坏了花台。"


async def take_in(casebook: AsyncConnection, district: District, *, number: int, now: datetime) -> str:
    """Somebody reports a stone lion, of which no sample speaks, under a category of its own choosing."""
    report = RequestReport(
        platform="message_board",
        external_id=f"lion-{number}",
        channel="online",
        received_at=now,
        category="080106",
        community=COMMUNITY,
        urgency="normal",
        caller_kind="citizen",
        title="石狮子",
        text=f"{WORDS}{'' if number else '请找欧阳锋。'}",
    )
    return (await requests.receive(casebook, report, now=now, district=district)).request_id


async def test_before_the_first_training_the_catalogues_names_are_known(
    casebook: AsyncConnection, district: District
) -> None:
    first = (await suggestions.newest(casebook, district)).suggest("小区门口暴露垃圾")[0]
    assert "010101" == first.category


async def test_training_learns_from_the_register_and_no_word_of_a_single_letter(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    for number in range(suggestions.LEAST_REQUESTS):
        await take_in(casebook, district, number=number, now=now)
    await suggestions.train(casebook, district, samples=[], now=now)
    model = await suggestions.newest(casebook, district)
    assert "080106" == model.suggest("石狮子压坏了花台")[0].category
    assert "石狮" in model.counts["080106"]
    assert not any("欧阳" in pairs for pairs in model.counts.values())


async def test_a_platforms_point_is_kept_in_ours_with_the_datum_it_came_in(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    platform = district.platforms["digital_city"]
    rows = read_export(sample(platform), platform=platform, district=district)
    report = next(row for row in rows if isinstance(row, RequestReport) and row.lat is not None)
    taken = await requests.receive(casebook, report, now=now, district=district)
    row = await requests.get(casebook, taken.request_id)
    assert ("gcj02", report.lat, report.lon) == (row["datum"], row["lat"], row["lon"])
