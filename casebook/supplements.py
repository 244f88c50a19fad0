"""What a platform sends later about a request it has sent before: more text, other codes, or that it is withdrawn."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import audit
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.reports import RequestReport
from casebook.schema import requests, supplements
from casebook.supplement_notes import tell_engine

COMPARED = ("category", "community", "urgency")
PLATFORM, CALLER = "intake", "caller"
WORDS_MOST, A_DAY_MOST = 1000, 5
DAY = timedelta(days=1)


async def note(
    casebook: AsyncConnection, request: dict[str, Any], report: RequestReport, *, now: datetime
) -> Literal["supplemented", "already_known"]:
    """Keep what a repeated row says that the request does not, and tell the engine; a known wording is not kept.

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
    if (number := kept.scalar_one_or_none()) is None:
        return "already_known"
    await audit.note(casebook, "supplemented", actor=PLATFORM, now=now, request_id=request["request_id"], **changed)
    await tell_engine(casebook, request["request_id"], supplement=f"supplement-{number}", now=now)
    return "supplemented"


async def add_words(casebook: AsyncConnection, request_id: str, text: str, *, now: datetime) -> None:
    """Keep what a caller adds on their own page, and tell the engine; RejectedInput: nothing, too much, too often."""
    words = text.strip()
    if not words or len(words) > WORDS_MOST:
        raise RejectedInput(f"补充内容请写 1 至 {WORDS_MOST} 个字。")
    mine = (supplements.c.request_id == request_id) & (supplements.c.written_by == CALLER)
    today = await casebook.execute(select(func.count()).where(mine, supplements.c.received_at > now - DAY))
    if today.scalar_one() >= A_DAY_MOST:
        raise RejectedInput("今天补充的次数已满，请明天再写，或拨打电话。")
    values = {"request_id": request_id, "digest": digest(words), "text": words, "written_by": CALLER}
    kept = await casebook.execute(
        upsert(supplements)
        .values(**values, changed={}, received_at=now)
        .on_conflict_do_nothing()
        .returning(supplements.c.supplement_id)
    )
    if (number := kept.scalar_one_or_none()) is not None:
        await audit.note(casebook, "supplemented", actor=CALLER, now=now, request_id=request_id)
        await tell_engine(casebook, request_id, supplement=f"supplement-{number}", now=now)


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
