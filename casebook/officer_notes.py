"""A text for whoever is on duty in a unit: one occasion, one template, filled with facts and the unit's own name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from casebook import directory, messages
from casebook.district import District
from casebook.duty import DUTY_OFFICER
from casebook.engine import AsyncConnection


@dataclass(frozen=True, kw_only=True)
class OfficerNote:
    """What is told to which unit; `dedupe_key` names the occasion, `values` all that the template wants but `unit`."""

    dedupe_key: str
    unit: str
    event: str
    template: str
    values: Mapping[str, str]
    request_id: str | None
    work_order_id: str | None = None
    at_any_hour: bool = False


async def tell_officer(casebook: AsyncConnection, note: OfficerNote, *, district: District, now: datetime) -> bool:
    """Queue the text; return False when neither the unit nor any above it has somebody on duty."""
    found = await directory.person_on_duty(casebook, note.unit, duty=DUTY_OFFICER, at=now, zone=district.zone)
    if found is None:
        return False
    values = {**note.values, "unit": await name_of(casebook, note.unit, now=now)}
    message = messages.NewMessage(
        dedupe_key=note.dedupe_key,
        request_id=note.request_id,
        work_order_id=note.work_order_id,
        event=note.event,
        recipient=found["person"],
        phone=found["phone"],
        text=district.texts.fill(note.template, values),
        template=note.template,
        fields=district.texts.filled(note.template, values),
        at_any_hour=note.at_any_hour,
    )
    await messages.queue(casebook, message, now=now)
    return True


async def name_of(casebook: AsyncConnection, unit: str, *, now: datetime) -> str:
    """Return what a unit is called now; one that nobody knows is called by its code."""
    return str((await directory.unit(casebook, unit, at=now) or {"name": unit})["name"])
