"""谁应评谁: the lead judges each co-unit's cooperation and each co-unit the lead's, with its report, so always in time.

A rework brings another report; the last judgement of a round counts, and all of them stay. Silence has its own rule
(`[mutual]` in `config/rating.toml`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select

from casebook import audit, co_tasks, requests
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.mutual_facts import MARKS
from casebook.rating_rules import MutualRules
from casebook.schema import mutual_ratings, scores, work_orders

LEAD = "handling"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one unit says of another: `outcome` good, fair or poor; a coded reason when it is not good."""

    about_unit: str
    outcome: str
    reason: str | None = None


async def to_judge(casebook: AsyncConnection, order: dict[str, Any]) -> list[str]:
    """Return the units whose cooperation the unit of a work order is to judge with its report."""
    if order["kind"] == co_tasks.WORK:
        lead = (await requests.get(casebook, order["request_id"]))["lead_unit"]
        return [lead] if lead and lead != order["unit"] else []
    if order["kind"] != LEAD:
        return []
    tasks = await co_tasks.of_request(casebook, order["request_id"])
    reported = (task["unit"] for task in tasks if task["round"] == order["round"] and task["ending"] == "reported")
    return sorted({unit for unit in reported if unit != order["unit"]})


async def give(
    casebook: AsyncConnection,
    order: dict[str, Any],
    judgements: Iterable[Judgement],
    *,
    rules: MutualRules,
    now: datetime,
) -> None:
    """Write what a unit says with the report on a work order; RejectedInput when it may not, or says it twice."""
    may = await to_judge(casebook, order)
    for judgement in judgements:
        _must_fit(judgement, may=may, rules=rules)
        await _must_be_in_time(casebook, order, judgement)
        row = {"work_order_id": order["work_order_id"], "request_id": order["request_id"], "round": order["round"]}
        row |= {"by_unit": order["unit"], "rated_at": now, **vars(judgement)}
        await casebook.execute(insert(mutual_ratings).values(row))
        told = {"request_id": order["request_id"], "work_order_id": order["work_order_id"], **vars(judgement)}
        await audit.note(casebook, "cooperation_judged", actor=order["unit"], now=now, **told)


async def of_round(casebook: AsyncConnection, request_id: str, *, round_: int) -> list[dict[str, Any]]:
    """Return what the units of a round said of each other, the earliest first."""
    mine = (mutual_ratings.c.request_id == request_id) & (mutual_ratings.c.round == round_)
    rows = await casebook.execute(
        select(mutual_ratings).where(mine).order_by(mutual_ratings.c.rated_at, mutual_ratings.c.work_order_id)
    )
    return [dict(row) for row in rows.mappings()]


def _must_fit(judgement: Judgement, *, may: list[str], rules: MutualRules) -> None:
    if judgement.about_unit not in may:
        raise RejectedInput("只能评价同一件诉求里回过单的牵头或协办单位。请刷新后重试。")
    if judgement.outcome not in MARKS:
        raise RejectedInput("配合评价只能是好、一般、差。请重新选择。")
    if judgement.outcome == "good":
        return
    if judgement.reason not in rules.reasons:
        raise RejectedInput("评价配合一般或配合差，须选择理由。请选择后再提交。")


async def _must_be_in_time(casebook: AsyncConnection, order: dict[str, Any], judgement: Judgement) -> None:
    number = order["work_order_id"]
    mine = select(work_orders.c.reported_at).where(work_orders.c.work_order_id == number)
    if (await casebook.execute(mine)).scalar_one() is None:
        raise RejectedInput(f"工单 {number} 还没有回单。配合评价随回单提交。")
    scored = (scores.c.request_id == order["request_id"]) & (scores.c.round == order["round"])
    if (await casebook.execute(select(literal(1)).where(scored))).first():
        raise RejectedInput(f"工单 {number} 的这一轮已经计分，配合评价不再接收。")
    said = (mutual_ratings.c.work_order_id == number) & (mutual_ratings.c.about_unit == judgement.about_unit)
    if (await casebook.execute(select(literal(1)).where(said))).first():
        raise RejectedInput(f"工单 {number} 的配合评价已经提交，不能再次提交。")
