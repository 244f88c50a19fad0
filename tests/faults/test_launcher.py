"""Things are killed on a real machine; it comes up again with everything it knew, and leaves nothing behind."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
import smpp34
from sqlalchemy import create_engine, text

from launcher.errors import LauncherError
from launcher.machine import ROOT
from launcher.parts import MachineOptions
from launcher.private import BROKER_ONLY, kill, private_machine
from launcher.stack import Machine

RECEIPT_LIMIT_SECONDS = 10


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with private_machine("postgres", "camunda", "smsc") as started:
        yield started


def pid(machine: Machine, name: str) -> int:
    process = machine.processes.running(name)
    assert process is not None
    return process.pid


def submit(machine: Machine, content: bytes) -> str | None:
    async def send() -> str | None:
        client = smpp34.Client("127.0.0.1", machine.ports["smsc"], "minhu", "loopback")
        session = await client.connect()
        answer = await session.submit_sm("9990001", content, data_coding=8, registered_delivery=1)
        if answer.is_success:
            await asyncio.wait_for(session.next(), RECEIPT_LIMIT_SECONDS)
        await session.unbind()
        return answer.message_id if answer.is_success else None

    return asyncio.run(send())


def journal(machine: Machine) -> list[str]:
    return [json.loads(line)["text"] for line in machine.smsc_journal.read_text(encoding="utf-8").splitlines()]


def test_a_second_start_keeps_what_runs(machine: Machine) -> None:
    before = {name: pid(machine, name) for name in ("postgres", "camunda", "smsc")}

    Machine(machine.settings, options=BROKER_ONLY).start("postgres", "camunda", "smsc")

    assert {name: pid(machine, name) for name in before} == before


def test_a_killed_database_comes_back_with_its_data(machine: Machine) -> None:
    casebook = create_engine(machine.database_url)
    with casebook.begin() as connection:
        connection.execute(text("CREATE TABLE kept (what text)"))
        connection.execute(text("INSERT INTO kept VALUES ('诉求')"))
    casebook.dispose()
    kill(machine, "postgres")
    assert (machine.postgres.home / "data" / "postmaster.pid").exists()

    machine.start("postgres")

    with casebook.connect() as connection:
        assert connection.execute(text("SELECT what FROM kept")).scalar_one() == "诉求"
    casebook.dispose()


def test_a_stale_postmaster_file_with_a_strangers_number_does_not_prevent_the_start(machine: Machine) -> None:
    kill(machine, "postgres")
    stale = machine.postgres.home / "data" / "postmaster.pid"
    stale.write_text(stale.read_text().replace(stale.read_text().split()[0], str(os.getpid()), 1))

    machine.start("postgres")

    assert machine.processes.running("postgres")


def test_a_killed_short_message_centre_keeps_its_journal(machine: Machine) -> None:
    submit(machine, "第一条".encode("utf-16-be"))
    kill(machine, "smsc")

    machine.start("smsc")

    assert submit(machine, "第二条".encode("utf-16-be"))
    assert journal(machine)[-2:] == ["第一条", "第二条"]


def test_a_killed_engine_comes_back_at_the_moved_time(machine: Machine) -> None:
    machine.clock.advance(timedelta(days=3))
    moved = machine.clock.now()
    kill(machine, "camunda")

    machine.start("camunda")

    assert machine.clock.now() >= moved
    assert machine.clock.advance(timedelta()) >= moved


def test_a_part_that_dies_at_start_says_the_last_lines_of_its_log(tmp_path: Path) -> None:
    journal_that_is_a_folder = tmp_path / "state" / "smsc.jsonl"
    journal_that_is_a_folder.mkdir(parents=True)

    with private_machine(state=tmp_path / "state") as machine, pytest.raises(LauncherError, match="IsADirectoryError"):
        machine.start("smsc")


def test_a_centre_told_to_misbehave_does(tmp_path: Path) -> None:
    options = MachineOptions(operate=False, smsc=("--reject-every", "2", "--receipt-delay", "0"))
    with private_machine("smsc", options=options) as machine:
        answers = [submit(machine, "通知".encode("utf-16-be")) for _ in range(4)]

        assert [answer is not None for answer in answers] == [True, False, True, False]
        assert journal(machine) == ["通知", "通知"]


def test_a_number_that_another_process_has_now_is_never_signalled() -> None:
    with private_machine() as machine, subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1) as stranger:
        record = machine.settings.state / "run" / "smsc.json"
        record.parent.mkdir()
        noted = {"pid": stranger.pid, "created": 1.0, "log_start": 0, "stop_signal": 15, "stop_grace_seconds": 1.0}
        record.write_text(json.dumps(noted))

        machine.stop()

        assert stranger.poll() is None
        stranger.communicate(b"\n", timeout=10)


def test_a_port_taken_by_another_program_gives_way() -> None:
    with socket.socket() as holder, private_machine() as machine:
        holder.bind(("127.0.0.1", machine.ports["smsc"]))
        holder.listen()

        machine.start("smsc")

        assert machine.ports["smsc"] != holder.getsockname()[1]
        assert submit(machine, "通知".encode("utf-16-be"))


def test_down_leaves_no_process(machine: Machine) -> None:
    state = str(machine.settings.state)
    started = [pid(machine, name) for name in ("postgres", "camunda", "smsc")]
    environment = {**os.environ, "MINHU_STATE": state, "PYTHONPATH": str(ROOT)}

    down = subprocess.run(
        [sys.executable, "-m", "launcher", "down"], env=environment, capture_output=True, text=True, check=False
    )

    assert (down.returncode, down.stdout) == (0, "")
    assert machine.running_parts() == []
    assert [number for number in started if _alive(number)] == []
    assert _processes_of(state) == []


def _alive(number: int) -> bool:
    return psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE


def _processes_of(state: str) -> list[str]:
    """Return what still mentions the state folder; a dying process gets a moment."""
    until = time.monotonic() + 5
    while True:
        found = [
            " ".join(process.info["cmdline"] or [])
            for process in psutil.process_iter(["cmdline", "status"])
            if process.info["status"] != psutil.STATUS_ZOMBIE and state in " ".join(process.info["cmdline"] or [])
        ]
        if not found or time.monotonic() > until:
            return found
