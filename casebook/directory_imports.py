"""A spreadsheet becomes the directory from an instant on: all of it, or nothing and everything that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import select

from casebook import one_at_a_time, schema, work_orders
from casebook.directory_changes import SPREADSHEET, Change, Plan, carry_out, digest_of, directory_at, plan
from casebook.directory_reach import reach_findings
from casebook.directory_review import Book, Demands, review
from casebook.directory_sheets import as_text
from casebook.directory_tables import TABLES, Directory
from casebook.directory_words import CHANGES, COLUMNS, Wrong
from casebook.engine import AsyncConnection


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import changes, and what is wrong; it counts only when nothing refuses it."""

    plan: Plan
    wrong: Sequence[Wrong]

    @property
    def refused(self) -> bool:
        """Tell whether something refuses the import."""
        return any(each.refuses for each in self.wrong)


async def import_book(
    casebook: AsyncConnection, book: Book, *, demands: Demands, valid_from: datetime, now: datetime
) -> Imported:
    """Write the directory that a spreadsheet says, in the caller's transaction; who is refused must roll it back.

    The directory is looked at as it then is, and as it becomes with every change that was decided for later.
    """
    await one_at_a_time.hold(casebook, {"directory_imports"})
    wrong = review(book, demands, more=(reach_findings,))
    wanted = Directory.model_validate({name: [entry for _, entry in rows] for name, rows in book.items()})
    planned = await plan(casebook, wanted, valid_from=valid_from)
    found = [*wrong, *(_claimed(change, book) for change in planned.claimed), *await _left_with_work(casebook, planned)]
    if any(each.refuses for each in found):
        return Imported(plan=planned, wrong=found)
    await carry_out(casebook, planned, source=SPREADSHEET, digest=digest_of(wanted), now=now)
    for instant in await _later_changes(casebook, valid_from):
        found += await _as_of(casebook, instant, book=book, demands=demands)
    return Imported(plan=planned, wrong=[*dict.fromkeys(found)])


async def _later_changes(casebook: AsyncConnection, after: datetime) -> list[datetime]:
    instants: set[datetime] = set()
    for name in TABLES:
        stored = schema.metadata.tables[name]
        for column in (stored.c.valid_from, stored.c.valid_to):
            instants |= set((await casebook.execute(select(column).where(column > after).distinct())).scalars())
    return sorted(instants)


async def _as_of(casebook: AsyncConnection, instant: datetime, *, book: Book, demands: Demands) -> list[Wrong]:
    """Review the directory as it is from a later change on; rows keep the numbers they have in the spreadsheet."""
    directory = await directory_at(casebook, instant)
    then: dict[str, list[tuple[int, object]]] = {}
    for name, table in TABLES.items():
        rows = {table.key_of(entry): row for row, entry in book[name]}
        then[name] = [(rows.get(table.key_of(entry), 0), entry) for entry in getattr(directory, name)]
    return review(then, demands, more=(reach_findings,))  # type: ignore[arg-type]


def _claimed(change: Change, book: Book) -> Wrong:
    table = TABLES[change.table]
    row = next((row for row, entry in book[change.table] if table.key_of(entry) == change.key), 0)
    what = f"{'、'.join(map(as_text, change.key[:2]))} 已有定在更晚生效的变更，这次的{CHANGES[change.what]}会与它抵触"
    action = "请用同一个 --from 日期重新导入来更正那次变更，或等它生效之后再改"
    return Wrong(table=change.table, row=row, column=table.key[0], what=what, action=action)


async def _left_with_work(casebook: AsyncConnection, planned: Plan) -> list[Wrong]:
    ended = [change for change in planned.changes if change.table == "units" and change.what == "ended"]
    counts = await work_orders.count_open(casebook, [str(change.key[0]) for change in ended])
    return [
        Wrong(
            table="units",
            row=0,
            column="code",
            what=f"{change.key[0]} 将终止，仍有 {counts[str(change.key[0])]} 张在办工单",
            action=f"导入生效后请运行 ./minhu redispatch --from {change.key[0]} --dry-run 查看并改派",
            refuses=False,
        )
        for change in ended
        if counts.get(str(change.key[0]))
    ]


def change_sentence(change: Change) -> str:
    """Return a change as one line: sheet, row by its key, and of what changes before and after."""
    table = TABLES[change.table]
    key = "、".join(shown for value in change.key if (shown := as_text(value)))
    line = f"{CHANGES[change.what]}　{table.title}　{key}"
    for column in change.columns:
        before, after = as_text(getattr(change.before, column)), as_text(getattr(change.after, column))
        line += f"　{COLUMNS[change.table][column]}：{before or '（空）'} → {after or '（空）'}"
    return line


def change_record(change: Change) -> dict[str, object]:
    """Return a change for machines."""
    before, after = (entry and entry.model_dump(mode="json") for entry in (change.before, change.after))
    key = [as_text(value) for value in change.key]
    return {
        "table": change.table,
        "what": change.what,
        "key": key,
        "columns": list(change.columns),
        "before": before,
        "after": after,
    }


def begins(day: datetime | None, *, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the instant from which an import holds: now, or the midnight of a later day; None for a day gone by."""
    if day is None or day.date() == now.astimezone(zone).date():
        return now
    midnight = day.replace(tzinfo=zone)
    return midnight if midnight > now else None
