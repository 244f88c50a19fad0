"""What simulated leads and streets do together with others: call a co-unit in, call posted forces."""

from datetime import datetime
from typing import Any

from casebook import co_units, enforcement, requests
from casebook.co_units import Invitation
from casebook.enforcement import Whistle
from casebook.engine import AsyncConnection

FORCES_AT_ONCE = 2


async def call_co_unit(casebook: AsyncConnection, order: dict[str, Any], unit: str, *, now: datetime) -> None:
    """Let the lead of an open work order call one more unit in; RejectedInput when that unit is there already."""
    invitation = Invitation(units=(unit,), reason="现场情况复杂，请到场配合。")
    await co_units.call_in(casebook, order["work_order_id"], invitation, now=now)


async def call_forces(casebook: AsyncConnection, order: dict[str, Any], *, first: int, now: datetime) -> None:
    """Let the street's centre call two of its posted forces, from the `first` on, to the place of a request."""
    request = await requests.get(casebook, order["request_id"])
    centre = await enforcement.caller_for(casebook, request["community"], at=now)
    posted = await enforcement.forces_for(casebook, request["community"], at=now)
    forces = [force["code"] for force in posted]
    if centre is None or not forces:
        return
    begin = first % len(forces)
    chosen = tuple((forces + forces)[begin : begin + min(FORCES_AT_ONCE, len(forces))])
    whistle = Whistle(forces=chosen, called_by=centre, urgency=request["urgency"], note="请到场联合执法。")
    await enforcement.call(casebook, order["request_id"], whistle, now=now)
