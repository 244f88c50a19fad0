"""What changes in the directory, and from when: compared first, then written all at once or not at all.

A version that is over is never touched: statistics of last month find the unit of last month. What a later version of
the same row already says cannot be overtaken by an earlier one.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import one_at_a_time, schema
from casebook.configuration import Configured
from casebook.directory_tables import TABLES, Directory, TableOf
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.newest import in_force
from casebook.schema import directory_imports, unit_codes

FILES, SPREADSHEET = "files", "spreadsheet"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # what is imported first has always been so, for all that is known
Versions = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One row that is added, changed or ended; `version_id` is the version that ends with it."""

    table: str
    what: str
    key: tuple[object, ...]
    before: Configured | None = None
    after: Configured | None = None
    version_id: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns in which the row changes."""
        if self.before is None or self.after is None:
            return ()
        names = type(self.after).model_fields
        return tuple(name for name in names if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All changes from one instant on, and the rows that a later version already claims."""

    valid_from: datetime
    changes: tuple[Change, ...]
    claimed: tuple[Change, ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """Count the changes of each table."""
        counts = {name: dict.fromkeys(("added", "changed", "ended"), 0) for name in TABLES}
        for change in self.changes:
            counts[change.table][change.what] += 1
        return counts


async def directory_at(casebook: AsyncConnection, at: datetime | None) -> Directory:
    """Return the whole directory as it is in force at an instant, without one as it was decided last."""
    tables: dict[str, list[Configured]] = {}
    for name, table in TABLES.items():
        stored = schema.metadata.tables[name]
        rows = await casebook.execute(
            select(stored).where(in_force(stored, at)).order_by(*(stored.c[column] for column in table.key))
        )
        tables[name] = [_entry(table, dict(row)) for row in rows.mappings()]
    return Directory.model_validate(tables)


async def plan(casebook: AsyncConnection, wanted: Directory, *, valid_from: datetime) -> Plan:
    """Compare what is wanted with what is in force at an instant; nothing is written."""
    changes: list[Change] = []
    claimed: list[Change] = []
    for name, table in TABLES.items():
        stored = schema.metadata.tables[name]
        not_over = (stored.c.valid_to.is_(None)) | (stored.c.valid_to > valid_from)
        rows = [dict(row) for row in (await casebook.execute(select(stored).where(not_over))).mappings()]
        later = {table.key_of(_entry(table, row)) for row in rows if row["valid_from"] > valid_from}
        ends_later = [row for row in rows if row["valid_to"] is not None and row["valid_from"] <= valid_from]
        later |= {table.key_of(_entry(table, row)) for row in ends_later}
        current = [row for row in rows if row["valid_from"] <= valid_from]
        for change in _compare(table, current, wanted=getattr(wanted, name)):
            (claimed if change.key in later else changes).append(change)
    return Plan(valid_from=valid_from, changes=tuple(changes), claimed=tuple(claimed))


def _compare(table: TableOf, current: Versions, *, wanted: tuple[Configured, ...]) -> Iterator[Change]:
    entries = {table.key_of(entry): (entry, row["version_id"]) for row in current for entry in [_entry(table, row)]}
    for after in wanted:
        key = table.key_of(after)
        before, version_id = entries.pop(key, (None, None))
        what = "added" if before is None else "changed"
        if before != after:
            yield Change(table=table.name, what=what, key=key, before=before, after=after, version_id=version_id)
    for key, (before, version_id) in entries.items():
        yield Change(table=table.name, what="ended", key=key, before=before, version_id=version_id)


def _entry(table: TableOf, row: Mapping[str, Any]) -> Configured:
    return table.model.model_validate({column: row[column] for column in table.model.model_fields})


async def carry_out(casebook: AsyncConnection, planned: Plan, *, source: str, digest: str, now: datetime) -> None:
    """Write a plan in the caller's transaction, and note who it came from."""
    codes = [
        {"code": change.key[0]} for change in planned.changes if change.table == "units" and change.what == "added"
    ]
    if codes:
        await casebook.execute(upsert(unit_codes).on_conflict_do_nothing(), codes)
    for name, table in TABLES.items():
        stored = schema.metadata.tables[name]
        mine = [change for change in planned.changes if change.table == name]
        over = [change.version_id for change in mine if change.version_id is not None]
        # A version that begins at the very instant at which it ends was never in force: it is corrected, not kept.
        never = (stored.c.version_id.in_(over)) & (stored.c.valid_from >= planned.valid_from)
        await casebook.execute(stored.delete().where(never))
        ended = update(stored).where(stored.c.version_id.in_(over)).values(valid_to=planned.valid_from)
        await casebook.execute(ended)
        fresh = [
            {column: getattr(change.after, column) for column in table.model.model_fields}
            | {"valid_from": planned.valid_from}
            for change in mine
            if change.after is not None
        ]
        if fresh:
            await casebook.execute(insert(stored), fresh)
    await casebook.execute(
        insert(directory_imports).values(
            source=source, digest=digest, valid_from=planned.valid_from, imported_at=now, changes=planned.counts()
        )
    )


async def import_files(casebook: AsyncConnection, district: District, *, now: datetime) -> str:
    """Bring the directory of `config/directory` into the casebook; tell what became of it.

    `imported`: the casebook now says what the files say. `same`: they have not changed since. `owned`: a spreadsheet
    was imported before, so the casebook owns the directory and the files, though changed, are left alone.
    """
    await one_at_a_time.hold(casebook, {"directory_imports"})
    digest = digest_of(district)
    newest = select(directory_imports).order_by(directory_imports.c.import_id.desc()).limit(1)
    last_of_files = newest.where(directory_imports.c.source == FILES)
    if (last := (await casebook.execute(last_of_files)).mappings().one_or_none()) and last["digest"] == digest:
        return "same"
    spreadsheet = select(literal(1)).where(directory_imports.c.source == SPREADSHEET).limit(1)
    if (await casebook.execute(spreadsheet)).first():
        return "owned"
    nothing_known = (await casebook.execute(select(literal(1)).select_from(directory_imports).limit(1))).first() is None
    planned = await plan(casebook, district, valid_from=BEGINNING if nothing_known else now)
    await carry_out(casebook, planned, source=FILES, digest=digest, now=now)
    return "imported"


def digest_of(directory: Directory) -> str:
    """Return the same few letters for the same directory."""
    content = hashlib.sha256()
    for name in TABLES:
        for row in sorted(repr(_told(entry)) for entry in getattr(directory, name)):
            content.update(row.encode())
        content.update(name.encode())
    return content.hexdigest()


def _told(entry: Configured) -> list[tuple[str, str]]:
    shown = entry.model_dump()
    return [(name, str(value)) for name, value in shown.items() if value is not None or isinstance(value, date | time)]
