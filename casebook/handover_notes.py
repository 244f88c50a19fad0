"""What units are told of a batch: one message for each unit, however many work orders change hands.

It goes to whoever is on duty in the unit, of one that has been abolished in its superior. A message belongs to a
request; that of a batch belongs to the first one in it.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.officer_notes import OfficerNote, name_of, tell_officer

Rows = list[dict[str, Any]]
EVENT = "redispatched"


async def tell_of_batch(
    casebook: AsyncConnection, batch_id: str, *, moved: Rows, district: District, now: datetime
) -> None:
    """Tell the unit that gives up work and each unit that gets some."""
    receivers = Counter(row["to_unit"] for row in moved)
    giver = moved[0]["from_unit"]
    post = _Post(casebook, batch_id, district=district, now=now)
    others = await post.name(next(iter(receivers))) if len(receivers) == 1 else f"{len(receivers)}个单位"
    await post.send(giver, "redispatched_away", first=moved[0], count=len(moved), other_unit=others)
    for unit, count in receivers.items():
        first = next(row for row in moved if row["to_unit"] == unit)
        await post.send(unit, "redispatched_here", first=first, count=count, other_unit=await post.name(giver))


async def tell_of_undoing(
    casebook: AsyncConnection, batch_id: str, *, restored: Rows, district: District, now: datetime
) -> None:
    """Tell every unit of a batch that work has gone back, and how much."""
    post = _Post(casebook, batch_id, district=district, now=now)
    counts = Counter(unit for row in restored for unit in (row["from_unit"], row["to_unit"]))
    for unit, count in counts.items():
        first = next(row for row in restored if unit in (row["from_unit"], row["to_unit"]))
        await post.send(unit, "redispatch_undone", first=first, count=count, other_unit="")


class _Post:
    """Messages of one batch at one instant."""

    def __init__(self, casebook: AsyncConnection, batch_id: str, *, district: District, now: datetime) -> None:
        self._casebook, self._batch_id = casebook, batch_id
        self._district, self._now = district, now

    async def name(self, unit: str) -> str:
        """Return what a unit is called now."""
        return await name_of(self._casebook, unit, now=self._now)

    async def send(self, unit: str, template: str, *, first: dict[str, Any], **fields: object) -> None:
        """Queue the message for whoever is on duty in a unit; RejectedInput when that is nobody."""
        note = OfficerNote(
            dedupe_key=f"{template}/{self._batch_id}/{unit}",
            unit=unit,
            event=EVENT,
            template=template,
            values={"batch_id": self._batch_id} | {name: str(value) for name, value in fields.items()},
            request_id=first["request_id"],
            work_order_id=first["work_order_id"],
        )
        if not await tell_officer(self._casebook, note, district=self._district, now=self._now):
            name = await self.name(unit)
            raise RejectedInput(f"{name}及其上级现在都没有值班员，没有人可以通知，没有改派。请在表“人员”里补上后重试。")
