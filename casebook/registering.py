"""New requests into the register, one or many at once: number, row, caller, audit entry and the fact for the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit, facts, numbers, responsibility
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.reports import RequestReport
from casebook.rules import Circumstance
from casebook.schema import callers, request_numbers, requests
from casebook.schema.sealed import sealer_of

PERSONAL = {"name": "caller_name", "phone": "caller_phone", "address": "address"}


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """A report that is registered now; `merged_into` an open request, or urgent because of a circumstance."""

    report: RequestReport
    merged_into: str | None = None
    raised_by: Circumstance | None = None


async def write(
    casebook: AsyncConnection, fresh: Sequence[NewRequest], *, district: District, now: datetime
) -> list[str]:
    """Register them in this order and return their numbers.

    The numbers are asked for last: until the commit nobody else gets one.
    """
    centre = await responsibility.receiving_centre(casebook, at=now)
    taken = await _next_numbers(casebook, len(fresh), district=district, now=now)
    numbered = list(zip(taken, fresh, strict=True))
    rows = [_row(number, each, centre=centre, now=now) for number, each in numbered]
    people = [_caller(casebook, number, each.report) for number, each in numbered]
    await casebook.execute(insert(requests).returning(requests.c.request_id), rows)  # RETURNING: one statement for all
    await casebook.execute(insert(callers).returning(callers.c.request_id), people)
    await _note(casebook, numbered, now=now)
    received = [
        facts.Fact(
            name="request_received",
            request_id=number,
            correlation_key=number,
            variables={"request_id": number},
        )
        for number, each in numbered
        if not each.merged_into
    ]
    await facts.append_all(casebook, received, now=now)
    return taken


async def _next_numbers(casebook: AsyncConnection, count: int, *, district: District, now: datetime) -> list[str]:
    day = now.astimezone(district.zone).date()
    statement = upsert(request_numbers).values(day=day, last=count)
    rows = await casebook.execute(
        statement.on_conflict_do_update(
            index_elements=["day"], set_={"last": request_numbers.c.last + count}
        ).returning(request_numbers.c.last)
    )
    last = int(rows.scalar_one())
    ours = range(last - count + 1, last + 1)
    return [numbers.request_id(district.code, day=f"{day:%Y%m%d}", number=number) for number in ours]


def _row(number: str, fresh: NewRequest, *, centre: str, now: datetime) -> dict[str, Any]:
    report = fresh.report
    values = report.model_dump(exclude=set(PERSONAL.values()))
    values |= {"request_id": number, "taken_in_at": now, "merged_into": fresh.merged_into}
    values["datum"] = report.datum or (None if report.lat is None else "wgs84")
    return values | {"responsible_unit": centre}


def _caller(casebook: AsyncConnection, number: str, report: RequestReport) -> dict[str, Any]:
    person = {column: getattr(report, field) for column, field in PERSONAL.items()}
    found_by = report.caller_phone and sealer_of(casebook.dialect).index(report.caller_phone)
    return {"request_id": number, "phone_index": found_by, **person}


async def _note(casebook: AsyncConnection, numbered: Sequence[tuple[str, NewRequest]], *, now: datetime) -> None:
    received = [
        {"request_id": number, "platform": each.report.platform, "channel": each.report.channel}
        for number, each in numbered
    ]
    await audit.note_all(casebook, "received", received, actor="intake", now=now)
    raised = [{"request_id": number, "raised_by": each.raised_by} for number, each in numbered if each.raised_by]
    await audit.note_all(casebook, "urgency_raised", raised, actor="intake", now=now)
