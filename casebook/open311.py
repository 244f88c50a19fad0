"""What comes in through the Open311 door: a report with what it brings, and what a reporter adds later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit, pictures, requests
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.pictures import Picture
from casebook.reports import RequestReport
from casebook.requests import Taken
from casebook.schema import open311_additions, open311_reports
from casebook.schema import requests as register
from casebook.supplement_notes import tell_engine


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A report of a client, and what it brings beyond the register; each answer has code, question and answer."""

    report: RequestReport
    email: str | None = None
    device_id: str | None = None
    account_id: str | None = None
    media_urls: tuple[str, ...] = ()
    answers: tuple[dict[str, Any], ...] = ()
    pictures: tuple[Picture, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What a reporter adds to a request; `external_id` is the client's own number of it."""

    request_id: str
    external_id: str
    status: str | None
    text: str = field(repr=False)
    media_urls: tuple[str, ...] = ()


async def receive(casebook: AsyncConnection, brought: Brought, *, now: datetime, district: District) -> Taken:
    """Take a report in like any other, and keep with it what it brings; one known already gets other words at most."""
    taken = await requests.receive(casebook, brought.report, now=now, district=district)
    if taken.result in ("already_known", "supplemented"):
        return taken
    await casebook.execute(
        insert(open311_reports).values(
            request_id=taken.request_id,
            client=brought.report.platform,
            email=brought.email,
            device_id=brought.device_id,
            account_id=brought.account_id,
            media_urls=list(brought.media_urls),
            answers=list(brought.answers),
        )
    )
    await pictures.keep(casebook, taken.request_id, found=brought.pictures, now=now)
    return taken


async def sent_as(casebook: AsyncConnection, external_id: str, *, platform: str) -> str | None:
    """Return the number of the request that a client sent under a number of its own, or None."""
    rows = await casebook.execute(
        select(register.c.request_id).where(register.c.platform == platform, register.c.external_id == external_id)
    )
    found: str | None = rows.scalar_one_or_none()
    return found


async def is_sender(casebook: AsyncConnection, request_id: str, *, platform: str) -> bool:
    """Tell whether a request came from this client and has not been erased."""
    theirs = (register.c.request_id == request_id) & (register.c.platform == platform)
    mine = select(register.c.request_id).where(theirs, register.c.erased_at.is_(None))
    return (await casebook.execute(mine)).first() is not None


async def add(casebook: AsyncConnection, addition: Addition, *, platform: str, now: datetime) -> int:
    """Keep what a reporter adds, once for each number of the client, and return our number of it."""
    row = vars(addition) | {"client": platform, "media_urls": list(addition.media_urls), "received_at": now}
    written = upsert(open311_additions).values(row).on_conflict_do_nothing(index_elements=["client", "external_id"])
    new = (await casebook.execute(written.returning(open311_additions.c.addition_id))).scalar_one_or_none()
    if new is not None:
        await audit.note(casebook, "added_to", actor="caller", now=now, request_id=addition.request_id)
        await tell_engine(casebook, addition.request_id, supplement=f"addition-{new}", now=now)
        return int(new)
    mine = (open311_additions.c.client == platform) & (open311_additions.c.external_id == addition.external_id)
    return int((await casebook.execute(select(open311_additions.c.addition_id).where(mine))).scalar_one())


async def brought_with(casebook: AsyncConnection, request_id: str) -> dict[str, Any]:
    """Return what a page shows beside the report: answers, pictures, addresses of pictures, additions."""
    rows = await casebook.execute(
        select(open311_reports.c.answers, open311_reports.c.media_urls).where(
            open311_reports.c.request_id == request_id
        )
    )
    row = rows.mappings().one_or_none()
    shown = await pictures.of_requests(casebook, [request_id])
    return {
        "answers": row["answers"] if row else [],
        "media_urls": row["media_urls"] if row else [],
        "pictures": shown.get(request_id, []),
        "additions": await _additions(casebook, request_id),
    }


async def _additions(casebook: AsyncConnection, request_id: str) -> Sequence[dict[str, Any]]:
    rows = await casebook.execute(
        select(open311_additions.c.text, open311_additions.c.media_urls, open311_additions.c.received_at)
        .where(open311_additions.c.request_id == request_id)
        .order_by(open311_additions.c.addition_id)
    )
    return [dict(row) for row in rows.mappings()]
