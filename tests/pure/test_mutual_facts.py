"""What lead and co-units say of each other takes off where something is left, by the district's own rule."""

from datetime import UTC, datetime

import pytest

from casebook import mutual_facts

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fact", "marks", "several", "expected"),
    [
        ("smooth", ("good",), "lowest", "smooth"),
        ("smooth", ("fair",), "lowest", "smooth_fair"),
        ("late", ("poor",), "lowest", "late_poor"),
        ("absent", ("poor",), "lowest", "absent"),
        ("refused", ("good",), "lowest", "refused"),
        ("alone", (), "lowest", "alone"),
        ("smooth", ("good", "good", "poor"), "lowest", "smooth_poor"),
        ("smooth", ("good", "good", "poor"), "middle", "smooth"),
        ("smooth", ("good", "fair", "poor"), "middle", "smooth_fair"),
        ("smooth", ("good", "poor"), "middle", "smooth_poor"),
        ("smooth", (None, "good"), "lowest", "smooth_fair"),  # silence counts as fair here
    ],
)
def test_what_marks_make_of_conduct(fact: str, marks: tuple[str | None, ...], several: str, expected: str) -> None:
    given = [
        {
            "by_unit": str(at),
            "about_unit": "x",
            "outcome": mark,
            "reason": None,
            "rated_at": NOW,
            "work_order_id": str(at),
        }
        for at, mark in enumerate(marks)
        if mark
    ]
    said = mutual_facts.last_said(given, about="x", by=map(str, range(len(marks))))
    assert expected == mutual_facts.with_marks((fact, []), said, unanswered="fair", several=several)[0]
