"""Requests found by a piece of their number."""

from sqlalchemy import ColumnElement, case, or_, select

from casebook.engine import AsyncConnection
from casebook.schema import requests
from casebook.views import Rows


async def find_requests(casebook: AsyncConnection, fragment: str, *, most: int = 12) -> Rows:
    """Return requests whose number or platform number contains the fragment, the newest first."""
    inside: list[ColumnElement[bool]] = [
        column.contains(fragment, autoescape=True) for column in (requests.c.request_id, requests.c.external_id)
    ]
    state = case(
        (requests.c.closed_at.is_not(None), "已办结"),
        (requests.c.withdrawn_at.is_not(None), "已撤回"),
        (requests.c.merged_into.is_not(None), "已并案"),
        else_="在办",
    )
    rows = await casebook.execute(
        select(requests.c.request_id, requests.c.category, requests.c.community, state.label("state"))
        .where(or_(*inside))
        .order_by(requests.c.taken_in_at.desc())
        .limit(most)
    )
    return [dict(row) for row in rows.mappings()]
