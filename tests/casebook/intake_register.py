"""A register that tests of the intake fill, read and empty."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from casebook.district import District
from casebook.engine import open_casebook
from casebook.platforms import Platform
from casebook.schema import audit_trail, callers, fact_outbox, platform_status, rejected_rows, requests, supplements
from desk.intake.pull import Puller, Tally
from desk.intake.register import Door
from launcher.machine import ROOT
from launcher.stack import Machine

SAMPLES = ROOT / "config/samples"
BOARD = "message_board"
EMPTY = "truncate requests, audit_trail, rejected_rows, intake_cursors, fact_outbox, request_numbers cascade"


def empty(machine: Machine) -> None:
    async def clear() -> None:
        casebook = open_casebook(machine.database_url, key=machine.personal_key)
        async with casebook.begin() as connection:
            await connection.execute(text(EMPTY))
        await casebook.dispose()

    asyncio.run(clear())


def sample(platform: Platform) -> Path:
    return SAMPLES / f"{platform.code}.{platform.format}"


def clock() -> datetime:
    return datetime.now(UTC)


async def register(machine: Machine) -> dict[str, Any]:
    """What stands in the casebook, without what a clock or a counter gave."""
    casebook = open_casebook(machine.database_url, key=machine.personal_key)
    of_caller = (callers.c.name, callers.c.phone, callers.c.address)
    asked = {
        "requests": select(
            requests.c.platform,
            requests.c.external_id,
            requests.c.category,
            requests.c.urgency,
            requests.c.text,
            requests.c.merged_into.is_not(None),
            requests.c.withdrawal_asked_at.is_not(None),
            *of_caller,
        ).join(callers),
        "supplements": select(requests.c.external_id, supplements.c.text).join(supplements),
        "facts": select(fact_outbox.c.name, requests.c.external_id).join(
            requests, requests.c.request_id == fact_outbox.c.request_id
        ),
        "refused": select(
            rejected_rows.c.digest, rejected_rows.c.row, rejected_rows.c.reason, rejected_rows.c.settled_by
        ),
        "trail": select(audit_trail.c.action, requests.c.external_id).join(
            requests, requests.c.request_id == audit_trail.c.request_id
        ),
        "told": select(platform_status.c.state, requests.c.external_id).join(
            requests, requests.c.request_id == platform_status.c.request_id
        ),
    }
    async with casebook.connect() as connection:
        found = {name: sorted(map(tuple, await connection.execute(query)), key=str) for name, query in asked.items()}
    await casebook.dispose()
    return found


async def bring(machine: Machine, district: District, *codes: str, folder: Path | None = None) -> Tally:
    """Take samples in (or pull from a folder), as a process of its own would."""
    casebook, tally = open_casebook(machine.database_url, key=machine.personal_key), Tally()
    for code in codes:
        platform = district.platforms[code]
        door = Door(platform=platform, source=sample(platform).name, district=district)
        puller = Puller(casebook=casebook, clock=clock, door=door, tally=tally)
        await (puller.folder(folder) if folder else puller.file(sample(platform)))
    await casebook.dispose()
    return tally
