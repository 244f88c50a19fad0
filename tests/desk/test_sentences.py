"""What the desk and `./minhu explain` say, and what they keep to themselves."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from casebook.explain import life_of
from casebook.sentences import deadline_sentence
from desk import masks
from launcher.commands import explain
from launcher.errors import LauncherError
from launcher.stack import Machine
from tests.desk.district_life import NAME, DistrictLife

ROOT = Path(__file__).resolve().parents[2]
TELL = (
    "import sys; from argparse import ArgumentParser; from launcher.commands import explain;"
    "parser = ArgumentParser(); explain.arguments(parser); sys.exit(explain.run(parser.parse_args()))"
)


def test_a_deadline_says_its_rule_its_start_and_the_skipped_days() -> None:
    entry = {
        "limit_name": "handling",
        "limit_hours": 21.0,
        "basis": "working",
        "extended_hours": 7.0,
        "started_at": datetime(2026, 11, 27, 6, 0, tzinfo=UTC),
        "yellow_at": datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
        "red_at": datetime(2026, 12, 3, 6, 0, tzinfo=UTC),
        "inspect_at": datetime(2026, 12, 7, 6, 0, tzinfo=UTC),
        "skipped": [{"day": "2026-11-28", "why": "周末"}, {"day": "2026-11-29", "why": "周末"}],
        "provisional": False,
        "changes": [],
        "unit_hours": None,
    }
    assert deadline_sentence(entry, zone=ZoneInfo("Asia/Shanghai")) == (
        "办理时限 21 个工作小时，另批准延期 7 个工作小时，从 11月27日 14:00 起算，跳过 11月28日至29日（周末），"
        "11月30日 17:00 亮黄灯，12月3日 14:00 到期，12月7日 14:00 移交督查。"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13800010001。", "请打138****0001。"),
        ("诉求JA20261126-000010-7已办结", "诉求JA20261126-000010-7已办结"),
        ("工单JA20261126-000010-7-04期限11月27日09:32", "工单JA20261126-000010-7-04期限11月27日09:32"),
        ("请评价：http://127.0.0.1:8000/r/fbU_bjQc", "请评价：http://127.0.0.1:8000/r/****"),
        ("027-8271 3056 或 02782713056", "027****3056 或 027****3056"),
        ("3 号楼 502 室", "3 号楼 502 室"),
        ("2026-11-28 起停水", "2026-11-28 起停水"),
    ],
)
def test_numbers_of_people_are_hidden_in_free_text(text: str, shown: str) -> None:
    assert masks.words(text) == shown


def test_a_short_or_missing_number_shows_nothing() -> None:
    assert (masks.phone(None), masks.phone("12345"), masks.name(None)) == ("未留", "****", "未留")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_life_is_told_without_the_caller(life: DistrictLife) -> None:
    request_id = await life.request()
    work_order_id = await life.work_order(request_id)
    await life.light(work_order_id, "yellow")
    async with life.casebook.connect() as connection:
        told = [line.split("　", 1)[1] for line in await life_of(connection, request_id, district=life.district)]
    assert told[0].startswith("收到诉求：市长专线（线上集），")
    assert "01 号工单（签收）亮黄灯。" in told
    assert NAME not in "".join(told)


@pytest.mark.asyncio(loop_scope="session")
async def test_the_command_tells_a_life_as_json(life: DistrictLife, machine: Machine) -> None:
    request_id = await life.request()
    environment = os.environ | machine.environment()
    told = subprocess.run(  # noqa: ASYNC221 - a short one, and nothing else waits
        [sys.executable, "-c", TELL, request_id, "--json"], env=environment, cwd=ROOT, capture_output=True, check=True
    )
    last = json.loads(told.stdout.splitlines()[-1])
    assert last["request_id"] == request_id
    assert last["sentences"]


@pytest.mark.parametrize("number", ["JA20261128-000012-5", "12", "", "JA20261128-000012-9-01"])
def test_a_wrong_number_is_refused_before_anything_is_asked(number: str) -> None:
    parser = ArgumentParser()
    explain.arguments(parser)
    with pytest.raises(LauncherError, match="不是诉求编号"):
        explain.run(parser.parse_args([number]))
