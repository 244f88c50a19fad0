"""A report of the district on the real engine: asked for, made, sent back, made anew, approved, told to each once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from casebook import district_reports, flash_causes
from casebook.district_reports import Decision, Given
from casebook.report_periods import last_whole
from casebook.schema import audit_trail, messages
from casebook.schema import district_reports as reports
from tests.process.town import COMMUNITY, Town, until
from workers.flash_watch import FlashWatch

CENTRE, COLLAPSE = "district_centre", "020104"
WEEK = timedelta(weeks=1)


async def ask(town: Town) -> str:
    now = town.clock()
    async with town.casebook.begin() as connection:
        period = last_whole("flash_report", now, zone=town.district.zone)
        report_id = await district_reports.ask(connection, period, person=CENTRE, now=now)
    await town.forward.settle()
    return report_id


async def decide(town: Town, report_id: str, version: int, decision: Decision) -> None:
    given = Given(version=version, decision=decision, person=CENTRE, remark="请补上昨晚的数字。")
    async with town.casebook.begin() as connection:
        rules = town.district.reports.approval
        await district_reports.decide(connection, report_id, given, rules=rules, now=town.clock())
    await town.forward.settle()


async def version_of(town: Town, report_id: str) -> int:
    async with town.casebook.begin() as connection:
        newest = await district_reports.newest_version(connection, report_id)
    return int(newest["version"]) if newest else 0


async def told(town: Town, report_id: str, event: str) -> list[str]:
    mine = messages.c.dedupe_key.startswith(f"{event}/{report_id}/", autoescape=True)
    async with town.casebook.begin() as connection:
        return list((await connection.execute(select(messages.c.recipient).where(mine))).scalars())


async def scheduled(town: Town) -> list[dict[str, Any]]:
    async with town.casebook.begin() as connection:
        rows = await connection.execute(select(reports).where(reports.c.origin == "schedule"))
        return [dict(row) for row in rows.mappings()]


async def test_a_flash_report_goes_back_once_and_then_to_each_recipient_once(town: Town) -> None:
    report_id = await ask(town)
    assert 1 == await version_of(town, report_id)
    assert 1 == len(await told(town, report_id, "report_waiting"))
    await decide(town, report_id, 1, "redo")
    assert 2 == await version_of(town, report_id)
    assert [] == await told(town, report_id, "report_published")
    await decide(town, report_id, 2, "approved")
    heads = await told(town, report_id, "report_published")
    assert 0 < len(set(heads)) == len(heads)  # at some hours one person holds two of the offices
    assert len(heads) == len(town.arrived(report_id))
    noted = select(audit_trail.c.details).where(audit_trail.c.action == "report_sent")
    async with town.casebook.begin() as connection:
        sent = [row for row in (await connection.execute(noted)).scalars() if row["report_id"] == report_id]
    assert [(len(heads), [])] == [(row["told"], row["vacant"]) for row in sent]


async def test_a_dropped_report_goes_nowhere(town: Town) -> None:
    report_id = await ask(town)
    await decide(town, report_id, 1, "dropped")
    assert [] == await told(town, report_id, "report_published")
    async with town.casebook.begin() as connection:
        assert (await district_reports.get(connection, report_id))["dropped_at"]


async def test_a_grave_matter_is_found_by_the_watch_and_reported_once(town: Town) -> None:
    watch = FlashWatch(casebook=town.casebook, district=town.district, clock=town.clock, database_url="")
    await town.take_in(COLLAPSE, urgency="urgent")
    await watch.look()
    await town.forward.settle()
    street = town.district.street_of(COMMUNITY)
    day = last_whole("flash_report", town.clock(), zone=town.district.zone).label
    mine = select(reports.c.report_id).where(reports.c.cause_key == f"grave/{COLLAPSE}/{street}/{day}")
    async with town.casebook.begin() as connection:
        [report_id] = (await connection.execute(mine)).scalars().all()
        asked = await flash_causes.ask(connection, district=town.district, now=town.clock())
    assert (1, []) == (await version_of(town, report_id), asked)
    await decide(town, report_id, 1, "dropped")


async def test_a_jump_over_two_mondays_begins_one_report_for_the_last_week(town: Town) -> None:
    before = {row["report_id"] for row in await scheduled(town)}
    await town.pass_time(town.clock() + 2 * WEEK)
    week = last_whole("weekly_report", town.clock(), zone=town.district.zone).label
    report_id = f"ZB{week}-1"
    await until(lambda: version_of(town, report_id))
    fresh = [row for row in await scheduled(town) if row["report_id"] not in before]
    assert [week] == [row["period"] for row in fresh if row["kind"] == "weekly_report"]
    assert 1 == len(await told(town, report_id, "report_waiting"))
    await town.pass_time(town.clock() + timedelta(hours=town.district.reports.approval.remind_hours))
    await until(lambda: _twice(town, report_id))
    await decide(town, report_id, 1, "dropped")


async def _twice(town: Town, report_id: str) -> bool:
    return 2 == len(await told(town, report_id, "report_waiting"))
