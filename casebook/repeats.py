"""Many reporters of one open matter: from a number on it is urgent, and at set numbers its unit is told, once each.

Source of the rule: `tell_at` and `urgent_from` under `[same_matter]` in `config/district.toml`. What runs already keeps
its limits; a leader may shorten them (缩短时限). What is issued from then on gets those of an urgent request:
`issue_work_order` tells the process how urgent its request is by now, before the limit is looked up.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from casebook import audit
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.officer_notes import OfficerNote, tell_officer
from casebook.rules import REPEATED
from casebook.schema import requests


async def note(casebook: AsyncConnection, main_id: str, *, district: District, now: datetime) -> None:
    """Raise the urgency of a main request and tell its unit, when the number of its reporters asks for it."""
    count, rule = await count_of(casebook, main_id), district.same_matter
    if count < rule.urgent_from and count not in rule.tell_at:
        return
    rows = await casebook.execute(select(requests).where(requests.c.request_id == main_id))
    main = dict(rows.mappings().one())
    if count >= rule.urgent_from and main["urgency"] != "urgent":
        await casebook.execute(update(requests).where(requests.c.request_id == main_id).values(urgency="urgent"))
        details = {"request_id": main_id, "raised_by": "reporters", "count": count}
        await audit.note(casebook, "urgency_raised", actor="intake", now=now, **details)
    if count in rule.tell_at:
        await _tell(casebook, main, count, district=district, now=now)


async def count_of(casebook: AsyncConnection, main_id: str) -> int:
    """Count the reports of one matter, the first among them."""
    joined = select(func.count()).where(requests.c.merged_into == main_id)
    return 1 + int((await casebook.execute(joined)).scalar_one())


async def _tell(
    casebook: AsyncConnection, main: dict[str, Any], count: int, *, district: District, now: datetime
) -> None:
    """Queue the text for whoever is on duty in the unit that answers for the matter; the occasion is the number."""
    main_id = main["request_id"]
    note = OfficerNote(
        dedupe_key=f"{REPEATED}/{main_id}/{count}",
        unit=main["lead_unit"] or main["responsible_unit"],
        event=REPEATED,
        template=REPEATED,
        values={
            "request_id": main_id,
            "community": district.communities[main["community"]].name,
            "category": district.catalogue[main["category"]].name,
            "count": str(count),
        },
        request_id=main_id,
        at_any_hour=district.sms.goes_at_once(REPEATED, urgency=main["urgency"]),
    )
    await tell_officer(casebook, note, district=district, now=now)
