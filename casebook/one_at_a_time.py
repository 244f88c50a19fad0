"""Locks on what has no row yet, until the transaction ends; always in one order, so that nobody waits in a ring."""

from collections.abc import Collection

from sqlalchemy import ARRAY, Text, bindparam, text

from casebook.engine import AsyncConnection

HOLD = text("select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(:keys) as key").bindparams(
    bindparam("keys", type_=ARRAY(Text))
)


async def hold(casebook: AsyncConnection, keys: Collection[str]) -> None:
    """Let nobody else hold one of these keys until the transaction ends."""
    await casebook.execute(HOLD, {"keys": sorted(keys)})
