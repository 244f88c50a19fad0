"""To whom a message about a unit goes: a duty becomes a person by the rule of `casebook/duty.py`, once for an occasion.

The audit trail keeps how the person was found. A repeated job goes to the same person, though the shift has changed.
"""

from dataclasses import dataclass
from datetime import datetime

from casebook import audit, directory, words
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator

ACTION = "addressed"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A duty in a unit, told of an event on one occasion."""

    request_id: str
    work_order_id: str | None
    event: str
    occasion: str
    unit: str
    duty: str


async def find_addressee(
    casebook: AsyncConnection, asked: Asked, *, now: datetime, district: District
) -> tuple[str, str | None]:
    """Return the person and the telephone number; None instead of a number when this occasion has been told before."""
    details = {"event": asked.event, "occasion": asked.occasion, "asked_unit": asked.unit, "asked_duty": asked.duty}
    before = await audit.once(casebook, ACTION, request_id=asked.request_id, **details)
    if before is not None:
        return str(before["recipient"]), None
    found = await directory.person_on_duty(casebook, asked.unit, duty=asked.duty, at=now, zone=district.zone)
    if found is None:
        raise NeedsOperator(
            f"诉求 {asked.request_id}：单位 {asked.unit or '（空）'} 及其上级现在都没有人承担"
            f"“{words.word(words.DUTIES, asked.duty)}”，也没有值班员。"
            "请在单位目录的表“人员”里给它或它的上级补值班员，或在表“替岗”里补替岗人，导入后再重试。"
        )
    details |= {"recipient": found["person"], "unit": found["unit"], "step": found["step"], "why": found["why"]}
    ids = {"request_id": asked.request_id, "work_order_id": asked.work_order_id, "climbed": found["climbed"]}
    await audit.note(casebook, ACTION, actor="engine", now=now, **ids, **details)
    return found["person"], found["phone"]
