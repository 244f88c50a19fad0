"""What a platform sends later about a request it has sent before: more text, other codes, or that it is withdrawn."""

import hashlib
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit
from casebook.engine import AsyncConnection
from casebook.reports import RequestReport
from casebook.schema import requests, supplements

COMPARED = ("category", "community", "urgency")
PLATFORM = "intake"


async def note(
    casebook: AsyncConnection, request: dict[str, Any], report: RequestReport, *, now: datetime
) -> Literal["supplemented", "already_known"]:
    """Keep what a repeated row says that the request does not; a wording that is known already is not kept again.

    What was registered stays as it is: level, unit and deadlines rest on it. The caller holds the lock of the row's
    identity, so that two copies of a file cannot both find it new.
    """
    if report.text == request["text"] or request["erased_at"]:  # what was erased does not come back
        return "already_known"
    changed = {name: getattr(report, name) for name in COMPARED if getattr(report, name) != request[name]}
    values = {"request_id": request["request_id"], "digest": digest(report.text), "text": report.text}
    kept = await casebook.execute(
        upsert(supplements)
        .values(**values, changed=changed, received_at=now)
        .on_conflict_do_nothing()
        .returning(supplements.c.supplement_id)
    )
    if kept.first() is None:
        return "already_known"
    await audit.note(casebook, "supplemented", actor=PLATFORM, now=now, request_id=request["request_id"], **changed)
    return "supplemented"


async def known(casebook: AsyncConnection, platform: str, external_id: str) -> dict[str, Any] | None:
    """Return the request that a platform sent under its own number, or None."""
    rows = await casebook.execute(
        select(requests).where(requests.c.platform == platform, requests.c.external_id == external_id)
    )
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


def added(before: str, after: str) -> str:
    """Return what a later wording adds: its end when it begins like the earlier one, else all of it."""
    return after[len(before) :].strip() if after.startswith(before) else after


def digest(text: str) -> str:
    """Return by which a wording is known again."""
    return hashlib.sha256(text.encode()).hexdigest()
