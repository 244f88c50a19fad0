"""One import of a spreadsheet: carried out in one transaction, taken back when it is refused or only tried."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from casebook.directory_imports import Imported, import_book
from casebook.directory_review import Book, Demands
from casebook.directory_words import Wrong
from launcher.casebook_at_hand import casebook_at_hand
from launcher.model_check.models import read_models
from launcher.stack import Machine

RESPONSE_LIST = "response_list"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is imported, from when on, and whether it is only tried; `cells` are wrong by themselves."""

    book: Book
    cells: list[Wrong]
    demands: Demands
    valid_from: datetime
    now: datetime
    dry_run: bool


async def bring_in(machine: Machine, wish: Wish) -> Imported:
    """Import and return what changed, or would have; nothing is left of an import that is refused."""
    async with casebook_at_hand(machine) as casebook, casebook.connect() as connection:
        imported = await import_book(
            connection, wish.book, demands=wish.demands, valid_from=wish.valid_from, now=wish.now
        )
        imported = replace(imported, wrong=[*wish.cells, *imported.wrong])
        if imported.refused or wish.dry_run:
            await connection.rollback()
        else:
            await connection.commit()
        return imported


def roles_of_the_response_list(bpmn: Path) -> frozenset[str]:
    """Return the roles that the response list names as lead or co-unit; what is no literal names none."""
    table = read_models([bpmn / f"{RESPONSE_LIST}.dmn"]).tables.get(RESPONSE_LIST)
    named: set[str] = set()
    for row in table.rows if table else ():
        co_roles = row.says("co_roles")
        said = [row.says("lead_role"), *(co_roles if isinstance(co_roles, list) else [])]
        named |= {role for role in said if isinstance(role, str)}
    return frozenset(named)
