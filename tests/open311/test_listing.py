"""Lists hold what is asked for, page by page: compared with a plain reading of the same rows."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, insert, select

from casebook.schema import requests
from tests.open311.door import COMMUNITY, Door

ROWS, STEP = 4000, timedelta(minutes=67, seconds=11)  # 186 days; no row is at a limit that a test may ask for
CATEGORIES = ("010101", "010102", "020101", "020103", "030101")
DAYS = 90
MINUTES = st.integers(-200 * 24 * 60, 2 * 24 * 60)


@dataclass(frozen=True)
class Row:
    """What a list may ask for."""

    number: str
    category: str
    received_at: datetime
    is_open: bool


@pytest.fixture(scope="module")
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def rows(casebook: Engine, now: datetime) -> Iterator[list[Row]]:
    """A few thousand requests beside whatever other tests have sent; they are taken back."""
    chance = random.Random(311)  # noqa: S311 - sample data
    written = [_row(number, now=now, chance=chance) for number in range(ROWS)]
    with casebook.begin() as connection:
        connection.execute(insert(requests), written)
        connection.execute(requests.update().where(requests.c.external_id == "M0").values(merged_into="XX-000001"))
    columns = requests.c
    is_open = func.coalesce(columns.closed_at, columns.withdrawn_at).is_(None) & columns.merged_into.is_(None)
    with casebook.connect() as connection:
        found = connection.execute(select(columns.request_id, columns.category, columns.received_at, is_open)).all()
    everything = sorted((Row(*row) for row in found), key=lambda row: (row.received_at, row.number), reverse=True)
    yield everything
    with casebook.begin() as connection:
        connection.execute(delete(requests).where(requests.c.request_id.like("XX-%")))


def _row(number: int, *, now: datetime, chance: random.Random) -> dict[str, Any]:
    received_at = now - timedelta(minutes=5) - number * STEP
    ends = chance.choice((None, None, "closed_at", "withdrawn_at"))
    return {
        "request_id": f"XX-{number:06d}",
        "platform": chance.choice(("mayor_line", "open311_demo")),
        "external_id": f"M{number}",
        "channel": "online",
        "category": chance.choice(CATEGORIES),
        "community": COMMUNITY,
        "urgency": "normal",
        "caller_kind": "citizen",
        "title": "样例",
        "text": "样例",
        "received_at": received_at,
        "taken_in_at": received_at,
        "responsible_unit": "district_centre",
        "closed_at": received_at if ends == "closed_at" else None,
        "withdrawn_at": received_at if ends == "withdrawn_at" else None,
    }


def expected(rows: list[Row], asked: dict[str, Any], *, now: datetime) -> list[str] | None:
    """Return the numbers that the standard and our paging ask for; None where the call is to be refused."""
    found, start, end = rows, asked.get("start_date"), asked.get("end_date")
    if numbers := asked.get("service_request_id"):
        found = [row for row in found if row.number in numbers]
    else:
        longest = timedelta(days=DAYS)
        if start and end:
            if not timedelta(0) <= end - start <= longest:
                return None
        elif start:
            end = start + longest if start > now else min(start + longest, now)
        else:
            end = end or now
            start = end - longest
        found = [row for row in found if start <= row.received_at <= end]
        if asked.get("service_code"):
            found = [row for row in found if row.category in asked["service_code"]]
        if len(states := set(asked.get("status", ()))) == 1:
            found = [row for row in found if row.is_open == (states == {"open"})]
    size = asked.get("page_size", 1000)
    first = (asked.get("page", 1) - 1) * size
    return [row.number for row in found[first : first + size]]


ASKED = st.fixed_dictionaries(
    {},
    optional={
        "service_request_id": st.lists(st.integers(0, ROWS + 9).map(lambda n: f"XX-{n:06d}"), min_size=1, max_size=6),
        "service_code": st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=3),
        "start_date": MINUTES,
        "end_date": MINUTES,
        "status": st.lists(st.sampled_from(("open", "closed")), min_size=1, max_size=2),
        "page": st.integers(1, 6),
        "page_size": st.integers(1, 1000),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=ASKED, key=st.sampled_from(({}, {"api_key": "demo"})))
def test_a_list_holds_exactly_what_is_asked_for(
    asked: dict[str, Any], key: dict[str, str], door: Door, rows: list[Row], now: datetime
) -> None:
    meant = asked | {
        name: now.replace(microsecond=0) + timedelta(minutes=asked[name])
        for name in ("start_date", "end_date")
        if name in asked
    }
    params = {
        name: value.isoformat()
        if isinstance(value, datetime)
        else ",".join(value)
        if isinstance(value, list)
        else value
        for name, value in meant.items()
    }
    answer = door.get("requests.json", **params | key)
    numbers = expected(rows, meant, now=now)
    if numbers is None:
        assert 400 == answer.status_code
    else:
        assert numbers == [row["service_request_id"] for row in answer.json()]


def test_all_pages_together_are_the_whole_list(door: Door, rows: list[Row], now: datetime) -> None:
    whole = expected(rows, {"page_size": len(rows)}, now=now)
    found: list[str] = []
    page = 0
    while page == 0 or len(found) == page * 300:
        page += 1
        found += [row["service_request_id"] for row in door.get("requests.json", page=page, page_size=300).json()]
    assert whole == found
    assert whole is not None
    assert whole[:1000] == [row["service_request_id"] for row in door.get("requests.json").json()]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"start_date": "2026-11-01"}, 400),
        ({"start_date": "2026-11-01T00:00:00"}, 400),
        ({"end_date": "2026-13-01T00:00:00Z"}, 400),
        ({"end_date": "0001-01-01T00:00:00Z"}, 400),
        ({"start_date": "yesterday"}, 400),
        ({"status": "perhaps"}, 400),
        ({"page": "0"}, 400),
        ({"page": "1e3"}, 400),
        ({"page": "１"}, 400),
        ({"page_size": "1001"}, 400),
        ({"extensions": "maybe"}, 400),
        ({"service_code": "010101,999998"}, 404),
        ({"api_key": "forged"}, 403),
    ],
)
def test_a_wrong_filter_is_refused(door: Door, params: dict[str, str], status: int) -> None:
    for path in ("requests.json", "servicerequestupdates.json"):
        answer = door.get(path, **params)
        if path == "requests.json" or params.keys() & {"start_date", "end_date", "page", "page_size", "api_key"}:
            assert (status, status) == (answer.status_code, answer.json()[0]["code"])


def test_an_empty_parameter_is_as_good_as_none_and_a_lost_plus_is_found(door: Door) -> None:
    assert 200 == door.get("requests.json", start_date="", status="", service_code="", page="").status_code
    plain = door.session.get(f"{door.url}/requests.json?end_date=2026-11-01T00:00:00+08:00", timeout=20)
    assert 200 == plain.status_code
