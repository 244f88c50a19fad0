"""Checks that forms offer the reasons that the district lists, for returns and for bad ratings, and no others."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from casebook.district import District
from launcher.model_check.finding import Finding, Place, listed, nearest

FIELDS = {"return_reason": "returned", "report_up_reason": "cannot_solve"}
LISTED_IN, RATINGS_LISTED_IN = "config/return_reasons.toml", "config/rating.toml"
OF_RATINGS = "reason"


def reason_findings(files: Iterable[Path], district: District) -> Iterator[Finding]:
    """Yield the reasons that a form offers without being listed, and the listed ones that it leaves out."""
    for path in files:
        if path.suffix == ".form":
            for field in _fields(path):
                offered = {str(choice.get("value")): choice for choice in field.get("values") or ()}
                place = Place(file=path.name, element=str(field.get("id") or field["key"]))
                listed_in = RATINGS_LISTED_IN if field["key"] == OF_RATINGS else LISTED_IN
                allowed = _allowed(district, field["key"])
                yield from _field_findings(place, offered, allowed=allowed, listed_in=listed_in)


def _fields(path: Path) -> list[dict[str, Any]]:
    with suppress(OSError, ValueError, AttributeError, TypeError):  # a broken form is named elsewhere
        form = json.loads(path.read_text(encoding="utf-8"))
        return (
            [field for field in form["components"] if field.get("key") in {*FIELDS, OF_RATINGS}]
            if "components" in form
            else []
        )
    return []


def _allowed(district: District, key: str) -> dict[str, str]:
    if key == OF_RATINGS:
        return dict(district.rating.reasons)
    outcome = FIELDS[key]
    return {code: reason.name for code, reason in district.return_reasons.items() if outcome in reason.outcomes}


def _field_findings(
    place: Place, offered: Mapping[str, object], *, allowed: Mapping[str, str], listed_in: str
) -> Iterator[Finding]:
    for code in sorted(offered.keys() - allowed.keys()):
        action = f"可用的有：{listed(allowed)}；新的理由先写进 {listed_in}"
        yield place.finding(f"没有理由 {code}{nearest(code, allowed)}", action=action)
    for code in sorted(allowed.keys() - offered.keys()):
        yield place.finding(f"漏了理由 {code}“{allowed[code]}”", action=f"请补上这个选项，或在 {listed_in} 里去掉它")
