"""The same rows as often as you like, at once, and with a crash in the middle: the same register."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import func, select

from casebook import intake_cursors
from casebook.district import District, load_district
from casebook.engine import open_casebook
from casebook.schema import requests
from desk.intake.pull import Puller, Tally
from desk.intake.register import Door
from launcher.bench.intake import write_export
from launcher.machine import ROOT
from launcher.private import private_machine
from launcher.stack import Machine
from tests.casebook.intake_register import BOARD, bring, clock, empty, register, sample

pytestmark = pytest.mark.slow
LIMIT_SECONDS = 60.0
SECRET = "样例密钥"


@pytest.fixture(scope="module")
def own_machine() -> Iterator[Machine]:
    with private_machine("postgres") as machine:
        yield machine


@pytest.fixture(scope="module")
def own_district(own_machine: Machine) -> District:
    return load_district(own_machine.settings.config)


@pytest.fixture(autouse=True)
def _empty(own_machine: Machine) -> None:
    """Begin with an empty register."""

    empty(own_machine)


def test_ten_times_and_six_at_once_is_once(own_machine: Machine, own_district: District) -> None:
    codes = (BOARD, "social_governance")

    async def story() -> None:
        first = await bring(own_machine, own_district, *codes)
        once = await register(own_machine)
        assert len(once["requests"]) == 198
        assert len(once["supplements"]) == first.results["supplemented"] == 4
        assert len(once["refused"]) == 10
        for _ in range(2):
            await bring(own_machine, own_district, *codes)
        await asyncio.gather(*(bring(own_machine, own_district, *codes) for _ in range(6)))
        again = await bring(own_machine, own_district, *codes)
        assert once == await register(own_machine)
        good = again.read - len(again.rejected)
        assert again.results == {"already_known": good}

    asyncio.run(story())


def test_six_at_once_from_nothing_is_once(own_machine: Machine, own_district: District) -> None:
    async def story() -> None:
        await asyncio.gather(*(bring(own_machine, own_district, BOARD) for _ in range(6)))
        found = await register(own_machine)
        assert len(found["requests"]) == 88
        received = [fact for fact in found["facts"] if fact[0] == "request_received"]
        assert len(received) == len(set(received)) == len([row for row in found["requests"] if not row[5]])
        await bring(own_machine, own_district, BOARD)
        assert found == await register(own_machine)

    asyncio.run(story())


def command(folder: Path, platform: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "launcher",
        "intake",
        "--platform",
        platform,
        "--pull",
        "--from",
        str(folder),
        "--json",
    ]


def environment(machine: Machine) -> dict[str, str]:
    values = os.environ | {"MINHU_STATE": str(machine.settings.state), "PYTHONPATH": str(ROOT)}
    values.pop("DATABASE_URL", None)
    return values


async def count_requests(machine: Machine) -> int:
    casebook = open_casebook(machine.database_url, key=machine.personal_key)
    async with casebook.connect() as connection:
        count = (await connection.execute(select(func.count()).select_from(requests))).scalar_one()
    await casebook.dispose()
    return int(count)


def wait_for_requests(machine: Machine, process: "subprocess.Popen[bytes]", *, more_than: int) -> None:
    end = monotonic() + LIMIT_SECONDS
    while monotonic() < end and process.poll() is None:
        if asyncio.run(count_requests(machine)) > more_than:
            return
        sleep(0.01)


def test_a_pull_that_is_killed_again_and_again_goes_on_where_it_was(
    own_machine: Machine, own_district: District, tmp_path: Path
) -> None:
    platform = own_district.platforms["social_governance"]
    write_export(tmp_path, 1500, platform=platform.code, district=own_district)
    asked = command(tmp_path, platform.code)
    for at in (10, 400, 800):
        process = subprocess.Popen(
            asked, cwd=ROOT, env=environment(own_machine), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for_requests(own_machine, process, more_than=at)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run(asked, cwd=ROOT, env=environment(own_machine), capture_output=True, text=True, check=True)
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["skipped"] >= 700
    after_crashes = asyncio.run(register(own_machine))
    empty(own_machine)
    once = asyncio.run(bring(own_machine, own_district, platform.code, folder=tmp_path))
    assert once.read == summary["skipped"] + summary["read"]
    assert after_crashes == asyncio.run(register(own_machine))


def test_a_folder_is_read_once_a_new_file_and_a_changed_one_are_not_missed(
    own_machine: Machine, own_district: District, tmp_path: Path
) -> None:
    platform = own_district.platforms[BOARD]
    document = json.loads(sample(platform).read_text(encoding="utf-8"))
    items = document["data"]["items"]

    def export(name: str, some: Sequence[Any]) -> None:
        (tmp_path / name).write_text(json.dumps({"data": {"items": some}}), encoding="utf-8")

    async def pull() -> Tally:
        return await bring(own_machine, own_district, BOARD, folder=tmp_path)

    async def story() -> None:
        export("1.json", items[:5])
        (tmp_path / "2.json").write_text("{", encoding="utf-8")
        first = await pull()
        assert (first.read, [broken["file"] for broken in first.broken]) == (5, ["2.json"])
        assert (await pull()).read == 0
        export("2.json", items[5:8])
        assert (await pull()).read == 3
        export("1.json", items[:6])
        changed = await pull()
        assert (changed.read, changed.results["accepted"]) == (6, 0)

    asyncio.run(story())


def test_a_cursor_moves_behind_its_chunk_or_not_at_all(
    own_machine: Machine, own_district: District, tmp_path: Path
) -> None:
    platform = own_district.platforms[BOARD]
    shutil.copy(sample(platform), tmp_path)

    class Crash(Exception):
        pass

    def crash_at(count: int) -> None:
        if count == 7:
            raise Crash

    async def story() -> None:
        casebook = open_casebook(own_machine.database_url, key=own_machine.personal_key)
        door = Door(platform=platform, source="", district=own_district)
        puller = Puller(casebook=casebook, clock=clock, door=door, tally=Tally(), say=crash_at, chunk_rows=5)
        with pytest.raises(Crash):
            await puller.folder(tmp_path)
        async with casebook.connect() as connection:
            [cursor] = await intake_cursors.overview(connection)
        assert (cursor["rows"], cursor["finished_at"]) == (5, None)
        await casebook.dispose()
        assert (await bring(own_machine, own_district, BOARD, folder=tmp_path)).skipped == 5

    asyncio.run(story())
