"""Rows from before sealing, or sealed with a key that is being given up, are sealed with the first key.

In batches of one transaction each: whoever is stopped goes on where it stood, because what is done no longer matches.
Rows may be read meanwhile; both kinds are understood. Afterwards PostgreSQL writes the tables anew in which anything
stood unsealed, so that nothing of it is left in their pages.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    Text,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from casebook.engine import AsyncConnection, AsyncEngine
from casebook.schema import metadata
from casebook.schema.sealed import INDEX_OF, Sealed, SealedJson, sealer_of
from casebook.sealing import SEALED, Sealer

BATCH = 1_000
KEY = "key_"


def sealed_columns(table: Table) -> list[str]:
    """Return the names of a table's sealed columns."""
    return [column.name for column in table.columns if isinstance(column.type, (Sealed, SealedJson))]


async def reseal(casebook: AsyncEngine) -> dict[str, int]:
    """Seal what the first key has not sealed; return how many rows of which tables."""
    done: dict[str, int] = {}
    sealer = sealer_of(casebook.dialect)
    for table in metadata.sorted_tables:
        if not sealed_columns(table):
            continue
        async with casebook.connect() as connection:
            bare = await _any(connection, _bare(table))
        while count := await _batch(casebook, table, sealer=sealer):
            done[table.name] = done.get(table.name, 0) + count
        if bare:
            await _write_anew(casebook, table)
    return done


async def _any(casebook: AsyncConnection, condition: ColumnElement[bool]) -> bool:
    return (await casebook.execute(select(literal(1)).where(condition).limit(1))).first() is not None


def _bare(table: Table) -> ColumnElement[bool]:
    return _does_not_begin(table, f"{SEALED}.")


def _does_not_begin(table: Table, prefix: str) -> ColumnElement[bool]:
    """Match rows in which a sealed column holds something that does not begin so."""
    stored = [_stored(table, name) for name in sealed_columns(table)]
    return or_(*(value.is_not(None) & ~func.starts_with(value, prefix) for value in stored))


def _stored(table: Table, name: str) -> ColumnElement[Any]:
    """Return what stands in a sealed column, as a text; of JSON that is not sealed its own."""
    column = table.c[name]
    if isinstance(column.type, SealedJson):
        return type_coerce(column, JSONB).op("#>>", return_type=Text())(literal_column("'{}'"))
    return type_coerce(column, Text)


async def _batch(casebook: AsyncEngine, table: Table, *, sealer: Sealer) -> int:
    key, names = list(table.primary_key), sealed_columns(table)
    indexes = {column.name: column.info[INDEX_OF] for column in table.columns if INDEX_OF in column.info}
    async with casebook.begin() as connection:
        rows = await connection.execute(
            select(*key, *(table.c[name] for name in names))
            .where(_does_not_begin(table, sealer.prefix))
            .order_by(*key)
            .limit(BATCH)
            .with_for_update()
        )
        changed = [
            {KEY + column.name: row[column.name] for column in key}
            | {name: row[name] for name in names}
            | {name: row[of] and sealer.index(row[of]) for name, of in indexes.items()}
            for row in rows.mappings()
        ]
        if changed:
            mine = (column == bindparam(KEY + column.name) for column in key)
            written: dict[str, Any] = {name: bindparam(name) for name in (*names, *indexes)}
            await connection.execute(update(table).where(*mine).values(written), changed)
    return len(changed)


async def _write_anew(casebook: AsyncEngine, table: Table) -> None:
    async with casebook.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text(f"vacuum (full, analyze) {table.name}"))
