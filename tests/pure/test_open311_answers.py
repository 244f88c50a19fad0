"""Answers of the Open311 door hold the same in XML as in JSON, whatever the texts are."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from desk.open311.answers import NOT_XML, Answer, Refused, refusal
from desk.open311.listing import moment

VALUES = st.text(st.characters(codec="utf-8")) | st.integers() | st.booleans() | st.none()
ROWS = st.lists(st.fixed_dictionaries({"service_code": VALUES, "description": VALUES}), max_size=4)


def said(value: Any) -> str:
    """Return a value as XML shows it: without what XML cannot hold, with line ends as XML reads them."""
    shown = "" if value is None else str(value).lower() if isinstance(value, bool) else NOT_XML.sub("", str(value))
    return shown.replace("\r\n", "\n").replace("\r", "\n")


@given(rows=ROWS)
def test_both_forms_say_the_same(rows: list[dict[str, Any]]) -> None:
    answer = Answer(root="services", content=rows)
    assert rows == json.loads(bytes(answer.response("json").body))
    read = fromstring(bytes(answer.response("xml").body))
    found = [{field.tag: field.text or "" for field in row} for row in read.findall("service")]
    assert [{name: said(value) for name, value in row.items()} for row in rows] == found


def test_a_refusal_has_the_standards_body() -> None:
    answer = refusal(Refused(429, "慢一点", retry_after=7))
    assert (
        "<errors><error><code>429</code><description>慢一点</description></error></errors>"
        in bytes(answer.response("xml").body).decode()
    )
    assert "7" == answer.response("json").headers["Retry-After"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T10:00:00+08:00", datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("2026-11-23T10:00:00 08:00", datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("2026-11-23T02:00:00Z", datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("2026-11-23T02:00Z", datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("2026-11-23T02:00:00", None),
        ("2026-02-30T02:00:00Z", None),
        ("20261123T020000Z", None),
        ("2026-11-23", None),
        ("1926-11-23T02:00:00Z", None),
        ("２026-11-23T02:00:00Z", None),
    ],
)
def test_an_instant_has_its_offset(text: str, expected: datetime | None) -> None:
    assert expected == moment(text)
