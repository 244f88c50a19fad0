"""What is taken back with a request that ends before it is done: work orders, matters, calls of forces, the rating."""

from datetime import datetime

from casebook import enforcement, matters, ratings, requests, work_orders
from casebook.engine import AsyncConnection


async def take_back(casebook: AsyncConnection, request_id: str, *, ending: str, now: datetime) -> None:
    """Close all that is still open of a request that was `withdrawn` or `merged`; harmless when repeated."""
    await requests.take_turn(casebook, request_id)
    for work_order_id in await work_orders.open_of_request(casebook, request_id):
        await work_orders.close(casebook, work_order_id, now=now, outcome="recalled")
    await matters.end_with_request(casebook, request_id, ending=ending, now=now)
    await enforcement.recall_all(casebook, request_id, now=now)
    row = await requests.get(casebook, request_id)
    await ratings.close(casebook, request_id, round_=row["round"], now=now)
