"""Reports on their way in the casebook: asked for once, made in versions, decided once, sent to each recipient once."""

import hashlib
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import RowMapping, select

from casebook import district_reports, erasure, settled
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.messages import NewMessage, queue
from casebook.report_making import make_figures
from casebook.report_periods import parse
from casebook.schema import messages, report_versions
from casebook.sparing import Sparing
from tests.casebook.report_desk import DESK, PROCESSES, ReportDesk
from workers.bulletin.files import Issue, write_files
from workers.errors import NeedsOperator
from workers.remind_approver import RemindApprover, remind_approver


@pytest.fixture
def desk(casebook: AsyncConnection, district: District) -> ReportDesk:
    return ReportDesk(casebook, district)


async def test_a_report_goes_from_the_wish_over_a_second_version_to_each_recipient_once(desk: ReportDesk) -> None:
    report_id, process = await desk.asked(), next(PROCESSES)
    assert "KB2097-10-14-1" == report_id
    first = await desk.made(report_id, process=process)
    assert (report_id, 1, False) == (first.report_id, first.version, first.already_there)
    assert (desk.now + timedelta(hours=24)).isoformat() == first.remind_at
    assert ["district_centre_duty_officer"] == await desk.told(report_id, "report_waiting")
    await desk.decided(report_id, 1, "redo", "补上昨晚的数字。")
    desk.now += timedelta(hours=1)
    second = await desk.made(report_id, process=process)
    assert (2, 2) == (second.version, (await desk.made(report_id, process=process)).version)
    await desk.decided(report_id, 2, "approved")
    assert 2 == (await desk.made(report_id, process=process)).version
    for _ in range(2):
        await desk.sent(report_id)
    heads = [f"district_centre_{duty}" for duty in ("deputy_head", "duty_officer", "principal_head")]
    assert heads == await desk.told(report_id, "report_published")
    decisions = [("report_decided", {"decision": decision}) for decision in ("redo", "approved")]
    assert decisions == (await desk.facts(report_id))[1:]


async def test_the_message_leads_to_the_page_and_says_no_figure(desk: ReportDesk) -> None:
    report_id = await desk.asked()
    await desk.made(report_id, process=next(PROCESSES))
    await desk.decided(report_id, 1, "approved")
    await desk.sent(report_id)
    mine = messages.c.dedupe_key.startswith(f"report_published/{report_id}/")
    rows = (await desk.casebook.execute(select(messages).where(mine))).mappings().all()
    text = f"江民呼快报〔2097〕1014号已印发，请打开查看：{DESK}/reports/{report_id}"
    assert {True} == {row["text"].endswith(text) for row in rows}
    assert {(None, True)} == {(row["request_id"], row["at_any_hour"]) for row in rows}


async def test_what_was_kept_is_made_again_to_the_byte_from_the_casebook(desk: ReportDesk) -> None:
    report_id = await desk.asked()
    await desk.made(report_id, process=next(PROCESSES))
    kept = (await desk.casebook.execute(select(report_versions).where(report_versions.c.report_id == report_id))).one()
    period = parse("flash_report", "2097-10-14", zone=desk.district.zone)
    figures = await make_figures(desk.casebook, period, as_of=kept.as_of, district=desk.district)
    again = write_files(figures, district=desk.district, issue=Issue(serial=1))
    assert (again["docx"], again["pdf"]) == (kept.word, kept.pdf)
    assert hashlib.sha256(kept.pdf).hexdigest() == kept.pdf_sha256


async def test_the_clock_reports_a_week_once_whoever_asks_for_it_besides(desk: ReportDesk) -> None:
    process = next(PROCESSES)
    made = await desk.made(None, process=process, kind="weekly_report")
    assert ("ZB2097-W41-1", 1, False) == (made.report_id, made.version, made.already_there)
    assert "ZB2097-W41-1" == (await desk.made(None, process=process, kind="weekly_report")).report_id
    other = await desk.made(None, process=next(PROCESSES), kind="weekly_report")
    assert (None, True) == (other.report_id, other.already_there)
    with pytest.raises(RejectedInput, match="2097-W41 的通报已经有了"):
        await desk.asked("weekly_report")
    assert [] == await desk.facts("ZB2097-W41-1")
    await desk.decided("ZB2097-W41-1", 1, "dropped")
    assert "ZB2097-W41-2" == await desk.asked("weekly_report")


async def test_flash_reports_of_a_day_are_numbered_and_the_key_pressed_twice_asks_once(desk: ReportDesk) -> None:
    first = await desk.asked()
    with pytest.raises(RejectedInput, match="正在编制、等待审批"):
        await desk.asked()
    await desk.made(first, process=next(PROCESSES))
    await desk.decided(first, 1, "dropped")
    assert "KB2097-10-14-2" == await desk.asked()
    second = await district_reports.get(desk.casebook, "KB2097-10-14-2")
    assert "江民呼快报〔2097〕1014-2号" == district_reports.document_number(second, district=desk.district)


async def test_a_second_process_for_a_report_becomes_an_incident(desk: ReportDesk) -> None:
    report_id = await desk.asked()
    await desk.made(report_id, process=next(PROCESSES))
    with pytest.raises(NeedsOperator, match="重复的"):
        await desk.made(report_id, process=next(PROCESSES))


async def test_what_cannot_be_decided_is_said(desk: ReportDesk) -> None:
    report_id, process = await desk.asked(), next(PROCESSES)
    with pytest.raises(RejectedInput, match="正在编制"):
        await desk.decided(report_id, 1, "approved")
    most = desk.district.reports.approval.versions_most
    for version in range(1, most + 1):
        await desk.made(report_id, process=process)
        if version < most:
            await desk.decided(report_id, version, "redo", "请核对。")
    with pytest.raises(RejectedInput, match="新的一版"):
        await desk.decided(report_id, 1, "approved")
    with pytest.raises(RejectedInput, match="写明哪里要改"):
        await desk.decided(report_id, most, "redo", "  ")
    with pytest.raises(RejectedInput, match=f"已经做到第 {most} 版"):
        await desk.decided(report_id, most, "redo", "再改。")
    await desk.decided(report_id, most, "dropped", "时机已过。")
    with pytest.raises(RejectedInput, match="已经有人批过了"):
        await desk.decided(report_id, most, "approved")


async def test_a_silent_approver_is_reminded_of_one_version_once_through_somebody_above(desk: ReportDesk) -> None:
    report_id = await desk.asked()
    await desk.made(report_id, process=next(PROCESSES))
    reminder = RemindApprover(report_id=report_id, version=1)
    for _ in range(2):
        await remind_approver(reminder, casebook=desk.casebook, now=desk.now, district=desk.district)
    both = ["district_centre_deputy_head", "district_centre_duty_officer"]
    assert both == await desk.told(report_id, "report_waiting")
    await desk.decided(report_id, 1, "redo", "请核对。")
    await remind_approver(reminder, casebook=desk.casebook, now=desk.now, district=desk.district)
    assert both == await desk.told(report_id, "report_waiting")


async def test_the_clock_may_move_only_when_a_report_waits_for_a_person_or_is_done(desk: ReportDesk) -> None:
    async def owed() -> int:
        return (await settled.owed(desk.casebook, now=desk.now)).get("reports_not_made_or_sent", 0)

    before, process = await owed(), next(PROCESSES)
    report_id = await desk.asked()
    seen = [await owed() - before]
    for version, decision in enumerate(("redo", "approved"), 1):
        await desk.made(report_id, process=process)
        seen.append(await owed() - before)
        await desk.decided(report_id, version, decision, "请核对。")
        seen.append(await owed() - before)
    await desk.sent(report_id)
    assert [1, 0, 1, 0, 1, 0] == [*seen, await owed() - before]


async def test_a_digest_never_takes_a_report_in_and_old_notices_are_erased(desk: ReportDesk) -> None:
    report_id = await desk.asked("weekly_report")
    await desk.made(report_id, process=next(PROCESSES), kind="weekly_report")
    mine = messages.c.dedupe_key.startswith(f"report_waiting/{report_id}/")
    rules = desk.district.sms.model_copy(update={"per_number_a_day": 1, "quiet": None})
    sparing = Sparing(rules=rules, texts=desk.district.texts, zone=desk.district.zone)
    [row] = (await desk.casebook.execute(select(messages).where(mine))).mappings().all()
    again = replace(a_notice(row), dedupe_key=f"report_waiting/{report_id}/again")
    await queue(desk.casebook, again, now=desk.now)
    await sparing.spare(desk.casebook, now=desk.now)
    states = (await desk.casebook.execute(select(messages.c.state).where(mine))).scalars().all()
    assert ["queued", "queued"] == list(states)
    await desk.casebook.execute(messages.update().where(mine).values(state="delivered"))
    for later, numbers in ((timedelta(0), 2), (timedelta(seconds=1), 0)):
        await erasure.erase_notices(desk.casebook, before=desk.now + later)
        kept = mine & messages.c.phone_index.is_not(None)
        assert numbers == len((await desk.casebook.execute(select(messages.c.message_id).where(kept))).all())


def a_notice(row: RowMapping) -> NewMessage:
    return NewMessage(**{field.name: row[field.name] for field in fields(NewMessage)} | {"fields": ()})
