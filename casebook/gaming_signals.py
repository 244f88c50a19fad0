"""Signals that a score may have been played for: what an inspector looks at; no score changes by itself.

Telephone numbers are compared by their blind indexes and never opened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from casebook.engine import AsyncConnection
from casebook.newest import deadlines_in_force
from casebook.periods import Period
from casebook.schema import callback_calls, callers, ratings, requests, work_orders
from casebook.scoring_rules import SignalRules

KINDS = {
    "empty_report": "临近期限的空回单",
    "late_return": "临近期限的退单",
    "rating_series": "同一号码连续好评",
    "split_matter": "一事拆成多件",
    "callback_differs": "回访与评价不一致",
}
GOOD = 4
WORK = ("handling", "co_handling")
GIVEN_BACK = ("returned", "cannot_solve")


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One thing to look at: its kind (`KINDS`), the unit it speaks about, when, and the requests it rests on."""

    kind: str
    unit: str
    at: datetime
    request_ids: tuple[str, ...]
    what: str


async def find(casebook: AsyncConnection, period: Period, *, rules: SignalRules) -> list[Signal]:
    """Return the signals of a period, the newest first."""
    found = [
        *await _just_before_red(casebook, period, rules=rules, kind="empty_report"),
        *await _just_before_red(casebook, period, rules=rules, kind="late_return"),
        *await _ratings_in_series(casebook, period, rules=rules),
        *await _split_matters(casebook, period, rules=rules),
        *await _callbacks_that_differ(casebook, period, by_stars=rules.callback_stars),
    ]
    return sorted(found, key=lambda signal: (signal.at, signal.request_ids), reverse=True)


async def _just_before_red(casebook: AsyncConnection, period: Period, *, rules: SignalRules, kind: str) -> list[Signal]:
    """Find orders answered in the last minutes before red: reports that say nothing, or returns."""
    newest, reported = deadlines_in_force(), work_orders.c.reported_at
    length = func.char_length(func.btrim(func.coalesce(work_orders.c.note, "")))
    chosen: dict[str, tuple[ColumnElement[bool], ...]] = {
        "empty_report": (
            work_orders.c.kind.in_(WORK),
            work_orders.c.outcome == "done",
            length < rules.report_letters_least,
        ),
        "late_return": (work_orders.c.kind == "sign_in", work_orders.c.outcome.in_(GIVEN_BACK)),
    }
    rows = await casebook.execute(
        select(
            work_orders.c.work_order_id, work_orders.c.request_id, work_orders.c.unit, reported, newest.c.red_at, length
        )
        .join(newest, newest.c.work_order_id == work_orders.c.work_order_id)
        .where(reported >= period.begins, reported < period.ends, *chosen[kind])
        .where(reported <= newest.c.red_at, newest.c.red_at - reported <= timedelta(minutes=rules.last_minutes))
    )
    signals = []
    for row in rows:
        left = int((row.red_at - row.reported_at).total_seconds() // 60)
        said = f"回单只写了 {row[5]} 个字" if kind == "empty_report" else "退单或上报"
        what = f"工单 {row.work_order_id} 在期限前 {left} 分钟{said}"
        signals.append(Signal(kind=kind, unit=row.unit, at=row.reported_at, request_ids=(row.request_id,), what=what))
    return signals


async def _callbacks_that_differ(casebook: AsyncConnection, period: Period, *, by_stars: int) -> list[Signal]:
    """Find callers who said something else when they were rung than when they rated."""
    rang, rated = callback_calls.c, ratings.c
    other = (rang.resolved == "unresolved") != (rated.resolved == "unresolved")
    apart = func.abs(rang.satisfaction - rated.satisfaction) >= by_stars
    same = (rated.request_id == rang.request_id) & (rated.round == rang.round) & rated.rated_at.is_not(None)
    rows = await casebook.execute(
        select(
            rang.request_id, rang.called_at, requests.c.lead_unit, rated.satisfaction.label("own"), rang.satisfaction
        )
        .join(ratings, same)
        .join(requests, requests.c.request_id == rang.request_id)
        .where(rang.called_at >= period.begins, rang.called_at < period.ends)
        .where(rang.outcome == "reached", rang.rating_id.is_(None), other | apart)
    )
    return [
        Signal(
            kind="callback_differs",
            unit=row.lead_unit or "",
            at=row.called_at,
            request_ids=(row.request_id,),
            what=f"诉求人评价 {row.own} 星，回访时说 {row.satisfaction} 星",
        )
        for row in rows
    ]


async def _ratings_in_series(casebook: AsyncConnection, period: Period, *, rules: SignalRules) -> list[Signal]:
    said = (
        select(
            ratings.c.request_id,
            requests.c.lead_unit.label("unit"),
            callers.c.phone_index.label("who"),
            ratings.c.rated_at.label("at"),
        )
        .join(requests, requests.c.request_id == ratings.c.request_id)
        .join(callers, callers.c.request_id == ratings.c.request_id)
        .where(ratings.c.rated_at >= period.begins, ratings.c.rated_at < period.ends)
        .where(ratings.c.satisfaction >= GOOD, ratings.c.resolved == "resolved", callers.c.phone_index.is_not(None))
    )
    span = timedelta(hours=rules.series_hours)
    return await _runs(
        casebook,
        said,
        least=rules.series_ratings,
        within=span,
        told=("rating_series", lambda count: f"同一号码在 {rules.series_hours} 小时内连续给出 {count} 个好评"),
    )


async def _split_matters(casebook: AsyncConnection, period: Period, *, rules: SignalRules) -> list[Signal]:
    """Find requests that came one after the other and were not merged with each other."""
    who = func.concat_ws("|", callers.c.phone_index, requests.c.category, requests.c.community)
    came = (
        select(
            requests.c.request_id,
            func.coalesce(requests.c.lead_unit, requests.c.responsible_unit).label("unit"),
            who.label("who"),
            requests.c.received_at.label("at"),
        )
        .join(callers, callers.c.request_id == requests.c.request_id)
        .where(requests.c.received_at >= period.begins, requests.c.received_at < period.ends)
        .where(requests.c.merged_into.is_(None), callers.c.phone_index.is_not(None))
    )
    return await _runs(
        casebook,
        came,
        least=rules.split_requests,
        within=timedelta(minutes=rules.split_minutes),
        told=(
            "split_matter",
            lambda count: f"同一来源、地点、类别，{rules.split_minutes} 分钟内登记 {count} 件",
        ),
    )


async def _runs(
    casebook: AsyncConnection,
    rows_of: Select[Any],
    *,
    least: int,
    within: timedelta,
    told: tuple[str, Callable[[int], str]],
) -> list[Signal]:
    """Find runs of at least so many rows (`request_id`, `unit`, `who`, `at`) of the same `who` within a span."""
    each = rows_of.subquery()
    window: dict[str, Any] = {"partition_by": each.c.who, "order_by": (each.c.at, each.c.request_id)}
    first = func.lag(each.c.at, least - 1).over(**window).label("first_at")
    members = func.array_agg(each.c.request_id).over(**window, rows=(-(least - 1), 0)).label("request_ids")
    number = func.dense_rank().over(order_by=each.c.who).label("run")  # who it was stays in the database
    ended = select(number, each.c.unit, each.c.at, first, members).subquery()
    rows = await casebook.execute(
        select(ended)
        .where(ended.c.first_at.is_not(None), ended.c.at - ended.c.first_at <= within)
        .order_by(ended.c.run, ended.c.at)
    )
    merged: list[dict[str, Any]] = []
    for row in map(dict, rows.mappings()):
        if merged and merged[-1]["run"] == row["run"] and set(merged[-1]["request_ids"]) & set(row["request_ids"]):
            row["request_ids"] = [*dict.fromkeys([*merged.pop()["request_ids"], *row["request_ids"]])]
        merged.append(row)
    kind, what = told
    return [
        Signal(
            kind=kind,
            unit=row["unit"],
            at=row["at"],
            request_ids=tuple(row["request_ids"]),
            what=what(len(row["request_ids"])),
        )
        for row in merged
    ]
