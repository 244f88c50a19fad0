"""What tests of the directory write: a changed directory, requests, work orders."""

import itertools
import secrets
from datetime import datetime, tzinfo
from typing import Any

from casebook import requests, work_orders
from casebook.directory_changes import SPREADSHEET, carry_out, digest_of, directory_at, plan
from casebook.directory_tables import TABLES, Directory
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.reports import RequestReport
from casebook.work_orders import NewWorkOrder

COMMUNITY = "420102002003"
INSTANCES = itertools.count(10**9)


def changed(directory: Directory, table: str, key: str, /, **columns: object) -> Directory:
    """Return a directory in which one row says something else; without columns it is not there."""
    of, rows = TABLES[table], []
    for entry in getattr(directory, table):
        mine = of.key_of(entry)[0] == key
        if not mine:
            rows.append(entry)
        elif columns:
            rows.append(entry.model_copy(update=columns))
    return only(directory).model_copy(update={table: tuple(rows)})


def only(directory: Directory) -> Directory:
    """Return the tables of the directory alone, whatever else (a district) holds them."""
    return Directory.model_validate({name: getattr(directory, name) for name in TABLES})


async def decree(casebook: AsyncConnection, directory: Directory, *, valid_from: datetime, now: datetime) -> None:
    """Let a directory hold from an instant on, without asking whether it is sound."""
    planned = await plan(casebook, directory, valid_from=valid_from)
    assert planned.claimed == ()
    await carry_out(casebook, planned, source=SPREADSHEET, digest=digest_of(directory), now=now)


async def now_in_force(casebook: AsyncConnection, at: datetime) -> Directory:
    return await directory_at(casebook, at)


async def request(
    casebook: AsyncConnection, district: District, *, now: datetime, community: str = COMMUNITY, **who: Any
) -> str:
    """A citizen calls, or whoever is said; return the request's number."""
    caller: dict[str, Any] = {"caller_kind": "citizen", "caller_name": "样例来电人", "caller_phone": None, **who}
    report = RequestReport(
        platform="mayor_line",
        external_id=secrets.token_hex(6),
        channel="online",
        received_at=now,
        category="070101",
        community=community,
        urgency="normal",
        title="样例",
        text="样例诉求",
        **caller,
    )
    return (await requests.receive(casebook, report, now=now, district=district)).request_id


async def order(casebook: AsyncConnection, request_id: str, unit: str, *, now: datetime, kind: str = "handling") -> str:
    """A unit is asked for something; return the work order's number."""
    await requests.note_facts(casebook, request_id, lead_unit=unit, level="B")
    wanted = NewWorkOrder(
        request_id=request_id,
        process_instance_key=next(INSTANCES),
        kind=kind,
        unit=unit,
        level="B",
        form="handling_report",
        round=1,
    )
    return await work_orders.issue(casebook, wanted, now=now)


def local(text: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)
