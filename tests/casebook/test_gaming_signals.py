"""What inspectors are shown, at its exact bounds; and that nobody's number or name is in it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from casebook import gaming_signals, periods, requests
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import callers, deadlines, ratings, work_orders
from casebook.schema import requests as register
from casebook.schema.sealed import sealer_of
from tests.casebook.rows import order, request

AT = datetime(2031, 5, 10, 3, tzinfo=UTC)
PHONE = "13800010001"
MINUTE = timedelta(minutes=1)
UNIT = "dept_water"


async def found(casebook: AsyncConnection, district: District) -> list[tuple[str, str, int]]:
    month = periods.period("2031-05", zone=district.zone)
    signals = await gaming_signals.find(casebook, month, rules=district.scoring.signals)
    assert PHONE not in repr(signals)
    assert "样例来电人" not in repr(signals)
    return [(signal.kind, signal.unit, len(signal.request_ids)) for signal in signals]


async def answered(
    casebook: AsyncConnection, district: District, *, kind: str, outcome: str, note: str, left: timedelta
) -> None:
    """A unit answers so long before its red light."""
    request_id = await request(casebook, district, now=AT)
    number = await order(casebook, request_id, UNIT, now=AT, kind=kind)
    values = {"reported_at": AT, "outcome": outcome, "note": note, "person": UNIT}
    await casebook.execute(update(work_orders).where(work_orders.c.work_order_id == number).values(values))
    at = dict.fromkeys(("started_at", "yellow_at", "inspect_at", "planned_at"), AT) | {"red_at": AT + left}
    ledger = {"work_order_id": number, "version": 1, "limit_name": kind, "limit_hours": 1, "inspect_hours": 2}
    rest = {"basis": "working", "extended_hours": 0, "skipped": [], "provisional": False, "changes": []}
    await casebook.execute(insert(deadlines).values(ledger | rest | at))


@pytest.mark.parametrize(
    ("left", "note", "expected"),
    [
        (30 * MINUTE, "好", 1),
        (30 * MINUTE, "  已经办好了　 ", 1),
        (timedelta(0), "", 1),
        (31 * MINUTE, "好", 0),
        (-MINUTE, "好", 0),
        (5 * MINUTE, "已更换灯泡并测试，恢复照明", 0),
    ],
)
async def test_a_report_that_says_nothing_just_before_red_is_shown(
    casebook: AsyncConnection, district: District, left: timedelta, note: str, expected: int
) -> None:
    await answered(casebook, district, kind="handling", outcome="done", note=note, left=left)
    assert [("empty_report", UNIT, 1)] * expected == await found(casebook, district)


async def test_a_return_just_before_red_is_shown_and_one_in_good_time_is_not(
    casebook: AsyncConnection, district: District
) -> None:
    await answered(casebook, district, kind="sign_in", outcome="returned", note="不属本单位", left=10 * MINUTE)
    await answered(casebook, district, kind="sign_in", outcome="returned", note="不属本单位", left=90 * MINUTE)
    await answered(casebook, district, kind="sign_in", outcome="accepted", note="", left=MINUTE)
    assert [("late_return", UNIT, 1)] == await found(casebook, district)


async def called_from(casebook: AsyncConnection, request_id: str, phone: str | None) -> None:
    found_by = phone and sealer_of(casebook.dialect).index(phone)
    mine = callers.c.request_id == request_id
    await casebook.execute(update(callers).where(mine).values(phone=phone, phone_index=found_by))


async def rated(
    casebook: AsyncConnection, district: District, *, at: datetime, phone: str | None = PHONE, stars: int = 5
) -> None:
    request_id = await request(casebook, district, now=at - timedelta(days=20))
    await requests.note_facts(casebook, request_id, lead_unit=UNIT)
    await called_from(casebook, request_id, phone)
    invited = {"rating_id": f"{request_id}-R1", "request_id": request_id, "round": 1, "token": request_id}
    said = {"invited_at": at, "due_at": at, "rated_at": at, "resolved": "resolved", "satisfaction": stars}
    await casebook.execute(insert(ratings).values(invited | said))


async def test_good_ratings_from_one_number_in_series_are_one_signal(
    casebook: AsyncConnection, district: District
) -> None:
    for hours in (0, 12, 24, 40):
        await rated(casebook, district, at=AT + timedelta(hours=hours))
    assert [("rating_series", UNIT, 3)] == await found(casebook, district)
    await rated(casebook, district, at=AT + timedelta(hours=36))
    assert [("rating_series", UNIT, 5)] == await found(casebook, district)


async def test_two_or_bad_or_different_or_nameless_ratings_are_no_series(
    casebook: AsyncConnection, district: District
) -> None:
    for stars in (5, 5, 2):
        await rated(casebook, district, at=AT, stars=stars)
    for last in range(3):
        await rated(casebook, district, at=AT, phone=f"1380002000{last}")
        await rated(casebook, district, at=AT, phone=None)
    assert [] == await found(casebook, district)


async def test_a_matter_that_comes_in_pieces_is_shown_once(casebook: AsyncConnection, district: District) -> None:
    for minutes in (0, 7, 15):
        request_id = await request(casebook, district, now=AT + minutes * MINUTE)
        await called_from(casebook, request_id, PHONE)
        values = {"lead_unit": UNIT}
        await casebook.execute(update(register).where(register.c.request_id == request_id).values(values))
    await request(casebook, district, now=AT + 8 * MINUTE, community="420102003004")
    assert [("split_matter", UNIT, 3)] == await found(casebook, district)


async def test_citizens_without_a_number_are_not_taken_for_one_by_their_names(
    casebook: AsyncConnection, district: District
) -> None:
    for _ in range(4):
        await request(casebook, district, now=AT)
    assert [] == await found(casebook, district)
