"""Supervision: the lights that were raised."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook.engine import AsyncConnection
from casebook.schema import lights


async def raise_light(
    casebook: AsyncConnection, work_order_id: str, light: str, *, version: int, now: datetime
) -> bool:
    """Note a light of one version of a deadline; tell whether it is new."""
    values = {"work_order_id": work_order_id, "light": light, "version": version}
    added = await casebook.execute(
        upsert(lights).values(raised_at=now, **values).on_conflict_do_nothing().returning(literal(1))
    )
    return added.first() is not None


async def raised_before(casebook: AsyncConnection, work_order_id: str, light: str, *, version: int) -> datetime | None:
    """Return when this light was last raised under an earlier version of the deadline."""
    rows = await casebook.execute(
        select(func.max(lights.c.raised_at)).where(
            lights.c.work_order_id == work_order_id,
            lights.c.light == light,
            lights.c.version < version,
        )
    )
    raised_at: datetime | None = rows.scalar_one()
    return raised_at


async def lights_of(casebook: AsyncConnection, work_order_ids: Sequence[str]) -> list[tuple[str, str, int, datetime]]:
    """Return every light that was ever raised over these work orders: number, light, version, instant."""
    rows = await casebook.execute(select(lights).where(lights.c.work_order_id.in_(work_order_ids)))
    return [(row.work_order_id, row.light, row.version, row.raised_at) for row in rows]


async def count_lights(casebook: AsyncConnection) -> int:
    """Count all lights that were ever raised."""
    return int((await casebook.execute(select(func.count()).select_from(lights))).scalar_one())
