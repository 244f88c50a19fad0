"""What the phone sends is checked whole before it is taken in; each refusal names a field and what to do."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from casebook.district import load_district
from casebook.on_site import communities_of, ways_of
from desk.on_site.entry import NAMES, RefusedEntry, read, report_of

DISTRICT = load_district(Path(__file__).resolve().parents[2] / "config")
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ENTRY: dict[str, Any] = {
    "external_id": "0123456789abcdef0123456789abcdef",
    "unit": "community_002003",
    "channel": "patrol",
    "category": "020101",
    "community": "420102002003",
    "text": "井盖断裂。\n旁边有学校。",
    "caller_kind": "community",
    "lat": 30.61,
    "lon": 114.3,
    "seconds_ago": 3600,
    "pictures": [base64.b64encode(b"picture").decode()],
}
LARGE = base64.b64encode(b"x" * (DISTRICT.open311.picture_kb_most * 1024 + 1)).decode()


def body(**changes: Any) -> bytes:
    return json.dumps({name: value for name, value in (ENTRY | changes).items() if value is not ...}).encode()


def test_an_entry_becomes_a_report_of_the_hour_in_which_it_was_written() -> None:
    report = report_of(read(body(), district=DISTRICT), now=NOW, district=DISTRICT)
    assert ("on_site", "井盖断裂。", NOW - timedelta(hours=1)) == (report.platform, report.title, report.received_at)
    assert report.urgency == DISTRICT.catalogue["020101"].urgency


def test_a_phone_that_was_away_for_long_counts_from_thirty_days_ago() -> None:
    entry = read(body(seconds_ago=10**12), district=DISTRICT)
    assert NOW - timedelta(days=30) == report_of(entry, now=NOW, district=DISTRICT).received_at


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel", ...),
        ("channel", " "),
        ("category", "999999"),
        ("community", "420199999999"),
        ("text", ...),
        ("text", ""),
        ("text", " \n "),
        ("text", "坏\x00字"),
        ("text", "长" * 4001),
        ("address", "长" * 201),
        ("caller_kind", "minister"),
        ("caller_phone", "打不通"),
        ("lat", None),
        ("lat", 39.9),
        ("lat", "NaN"),
        ("pictures", ["不是 Base64"]),
        ("pictures", [ENTRY["pictures"][0]] * (DISTRICT.open311.pictures_most + 1)),
        ("pictures", [LARGE]),
    ],
)
def test_what_cannot_stand_is_refused_with_its_field(field: str, value: Any) -> None:
    with pytest.raises(RefusedEntry) as caught:
        read(body(**{field: value}), district=DISTRICT)
    assert field == caught.value.field
    assert str(caught.value).endswith("。")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff", body(external_id="XC1"), body(secret=1), body(unit=...)])
def test_what_no_page_of_ours_sends_is_refused(raw: bytes) -> None:
    with pytest.raises(RefusedEntry, match="请联网后刷新本页再发送"):
        read(raw, district=DISTRICT)


def test_the_words_of_a_refusal_hold_nothing_of_the_entry() -> None:
    with pytest.raises(RefusedEntry) as caught:
        read(body(caller_phone="1380001000x"), district=DISTRICT)
    assert "1380001" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_each_level_is_offered_its_own_ways_and_places() -> None:
    assert {"patrol", "visit", "forum"} == set(ways_of(DISTRICT, "community"))
    assert {"patrol", "forum"} == set(ways_of(DISTRICT, "street"))
    assert {} == ways_of(DISTRICT, "district")
    assert ["420102002003"] == list(communities_of(DISTRICT, "420102002003"))
    street = communities_of(DISTRICT, "420102002")
    assert {"420102002"} == {DISTRICT.communities[code].street for code in street}
    assert len(street) > 1


def test_every_field_has_a_name_that_people_know() -> None:
    assert all(NAMES.values())
