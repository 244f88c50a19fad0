"""How often a client called in the present minute, counted for all desks together."""

from datetime import datetime

from sqlalchemy import case, text
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.schema import door_calls


async def count(casebook: AsyncConnection, client: str, *, now: datetime) -> int:
    """Count one more call of a client and return how many there were in this minute."""
    await casebook.execute(text("set local synchronous_commit to off"))  # losing a count in a crash costs nothing
    minute = now.replace(second=0, microsecond=0)
    statement = upsert(door_calls).values(client=client, minute=minute, calls=1)
    same = door_calls.c.minute == statement.excluded.minute
    changed = {"minute": statement.excluded.minute, "calls": case((same, door_calls.c.calls + 1), else_=1)}
    rows = await casebook.execute(
        statement.on_conflict_do_update(index_elements=["client"], set_=changed).returning(door_calls.c.calls)
    )
    return int(rows.scalar_one())
