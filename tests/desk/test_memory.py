"""Routing memory: decisions are remembered with how they ended, shown at the next alike case, adopted by a person."""

import asyncio
import json
import shutil
from argparse import Namespace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from casebook import memory, work_orders
from casebook.errors import RejectedInput
from casebook.response_row import Listed, listed
from launcher.commands import memory as command
from launcher.errors import LauncherError
from launcher.machine import ROOT
from launcher.model_check.review import Folders
from tests.desk.district_life import DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
UNIT, ROLE = "street_002_urban", "street_urban"


async def decided(life: DistrictLife, *, answer: str = "accepted", unit: str = UNIT) -> str:
    """A centre assigns a unit, and the unit answers; return the request's number."""
    request_id = await life.request()
    number = await life.work_order(request_id, kind="assignment", form="assignment")
    sign_in = work_orders.NewWorkOrder(
        request_id=request_id,
        process_instance_key=hash(number),
        kind="sign_in",
        unit=unit,
        level="B",
        form="sign_in",
        round=1,
    )
    async with life.casebook.begin() as connection:
        report = work_orders.Report(outcome="assigned", person="district_centre", assigned_unit=unit)
        await work_orders.report(connection, number, report, now=life.clock())
    async with life.casebook.begin() as connection:
        order = await work_orders.issue(connection, sign_in, now=life.clock() + timedelta(seconds=1))
        code = "not_ours" if answer == "returned" else None
        report = work_orders.Report(outcome=answer, person=unit, reason_code=code)
        await work_orders.report(connection, order, report, now=life.clock() + timedelta(seconds=2))
    return request_id


async def proposal(life: DistrictLife) -> memory.Proposal:
    async with life.casebook.connect() as connection:
        found = await memory.proposals(connection, least=1)
    return next(each for each in found if each.evidence.role == ROLE)


async def test_decisions_alike_become_a_proposal_with_how_they_ended(life: DistrictLife) -> None:
    for answer in ("accepted", "accepted", "returned"):
        await decided(life, answer=answer)
    found = await proposal(life)
    assert (found.evidence.times, found.evidence.accepted, found.evidence.returned) == (3, 2, 1)
    assert (found.level, found.verdict, found.evidence.situations) == ("B", None, ("unclear",))
    async with life.casebook.connect() as connection:
        assert [] == await memory.proposals(connection, least=4)


async def test_the_next_alike_case_shows_what_was_decided_before(page: Page, life: DistrictLife) -> None:
    request_id = await life.request()
    number = await life.work_order(request_id, kind="assignment", form="assignment")
    await page.goto(f"/work-orders/{number}")
    await expect(page.get_by_text("同类事项以前怎么定的")).to_be_visible()
    await expect(page.get_by_text("街道城市管理办：3 次，其中本街道 3 次")).to_be_visible()
    await expect(page.get_by_text("签收 2 次、退回 1 次")).to_be_visible()


async def test_a_person_adopts_and_only_then_the_list_is_written(
    page: Page, life: DistrictLife, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    category = (await proposal(life)).evidence.category
    bpmn = tmp_path / "bpmn"
    shutil.copytree(ROOT / "bpmn", bpmn, ignore=shutil.ignore_patterns("node_modules", "pictures"))
    before = (bpmn / "response_list.dmn").read_bytes()
    monkeypatch.setenv("MINHU_BPMN", str(bpmn))
    monkeypatch.setenv("DATABASE_URL", life.casebook.url.render_as_string(hide_password=False))
    wanted = Namespace(json=True, write=True)
    assert 0 == await asyncio.to_thread(command.run, wanted)
    assert before == (bpmn / "response_list.dmn").read_bytes()
    await page.goto("/memory")
    await page.get_by_role("button", name="采纳", exact=True).click()
    await expect(page.get_by_text("要写入响应清单的行")).to_be_visible()
    assert 0 == await asyncio.to_thread(command.run, wanted)
    assert listed((bpmn / "response_list.dmn").read_bytes())[category] == Listed(level="B", lead_role=ROLE)
    async with life.casebook.begin() as connection:
        with pytest.raises(RejectedInput, match="已经写进响应清单"):
            await memory.say(
                connection, evidence=(category, ROLE), verdict="rejected", person="somebody", now=life.clock()
            )


async def test_a_row_that_would_break_the_list_is_not_written(tmp_path: Path, life: DistrictLife) -> None:
    bpmn = tmp_path / "bpmn"
    shutil.copytree(ROOT / "bpmn", bpmn, ignore=shutil.ignore_patterns("node_modules", "pictures"))
    found = await proposal(life)
    nobody = memory.Proposal(
        evidence=memory.Evidence(**vars(found.evidence) | {"role": "no_such_role"}), level="B", verdict="adopted"
    )
    path = bpmn / "response_list.dmn"
    before = path.read_bytes()
    folders = Folders(bpmn=bpmn, config=ROOT / "config")
    with pytest.raises(LauncherError, match="没有角色 no_such_role"):
        await asyncio.to_thread(command._write, path, [nobody], folders=folders)  # noqa: SLF001 - the guard itself
    assert before == path.read_bytes()


async def test_the_command_lists_the_evidence_as_json(
    life: DistrictLife, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", life.casebook.url.render_as_string(hide_password=False))
    await asyncio.to_thread(command.run, Namespace(json=True, write=False))
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    [found] = [each for each in last["proposals"] if each["role"] == ROLE]
    assert (found["times"], found["accepted"], found["returned"]) == (3, 2, 1)
    assert '<rule id="Rule_' in found["row"]
