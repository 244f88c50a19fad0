"""A request about which something personal stands in every column that can hold it."""

import itertools
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Float, LargeBinary, Table, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.personal import PERSONAL
from casebook.schema import metadata, picture_contents, requests
from tests.casebook.rows import order, request

UNIT = "street_002_order"
NUMBERS = itertools.count(10**12)
BY_TYPE: tuple[tuple[type, Any], ...] = ((Float, 30.6), (LargeBinary, b""))


async def filled_request(
    casebook: AsyncConnection, district: District, canary: str, *, taken_in: datetime, closed: datetime | None
) -> str:
    """Take a request in and write the canary wherever personal data may stand; return its number."""
    number = await request(casebook, district, now=taken_in)
    order_id = await order(casebook, number, UNIT, now=taken_in)
    keys = {"requests.request_id": number, "work_orders.work_order_id": order_id, "unit_codes.code": UNIT}
    for table in metadata.sorted_tables:
        if _is_of_requests(table):
            await _fill(casebook, table, keys, canary=canary, now=taken_in)
    await casebook.execute(update(requests).where(requests.c.request_id == number).values(closed_at=closed))
    return number


def personal_of(table: Table) -> list[Column[Any]]:
    """Return the columns that are emptied when a request's term is over."""
    named = {name: each for name, each in PERSONAL.items() if each.term == "closing"}
    return [column for column in table.columns if f"{table.name}.{column.name}" in named]


def _is_of_requests(table: Table) -> bool:
    return bool(personal_of(table)) or table.name in {"pictures", "scores"}


async def _fill(casebook: AsyncConnection, table: Table, keys: dict[str, str], *, canary: str, now: datetime) -> None:
    by = "request_id" if "request_id" in table.c else "work_order_id"
    values = {column.name: _value(column, canary) for column in personal_of(table)}
    if by in table.c:
        mine = table.c[by] == keys["requests.request_id" if by == "request_id" else "work_orders.work_order_id"]
        if (await casebook.execute(select(table.c[by]).where(mine))).first():
            await casebook.execute(update(table).where(mine).values(values))
            return
    if table is picture_contents:
        values["content"] = canary.encode()
        keys["picture_contents.sha256"] = values["sha256"] = secrets.token_hex(32)
    for column in table.columns:
        if column.name not in values and not column.nullable and column.identity is None and not column.server_default:
            values[column.name] = _needed(column, keys, now=now)
    await casebook.execute(insert(table).values(values))


def _value(column: Column[Any], canary: str) -> Any:
    if isinstance(column.type, ARRAY):
        return [canary]
    if isinstance(column.type, JSONB):
        return [["name", canary]]
    return next((value for kind, value in BY_TYPE if isinstance(column.type, kind)), canary)


def _needed(column: Column[Any], keys: dict[str, str], *, now: datetime) -> Any:
    for key in column.foreign_keys:
        return keys[key.target_fullname]
    if column.name == "weights" or isinstance(column.type, JSONB):
        return {}
    kind = column.type.python_type
    return {datetime: now, int: next(NUMBERS) % 100, float: 1.0, bool: False}.get(kind) or _word(column)


def _word(column: Column[Any]) -> Any:
    if isinstance(column.type, ARRAY):
        return []
    return secrets.token_hex(8) if column.type.python_type is str else column.type.python_type(1)
