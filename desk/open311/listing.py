"""Which requests or updates are asked for: filters, spans of time and pages."""

import re
from datetime import datetime, timedelta

from casebook.open311_views import Wanted
from desk.open311.answers import BAD_REQUEST, Refused, both
from desk.open311.reading import Call
from desk.open311.services import known_category

W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")
LOST_PLUS = re.compile(r" (?=\d\d:\d\d$)")  # a plus that nobody escaped arrives as a blank
YEARS = range(2000, 2100)
SPAN = ("start_date", "end_date")
STATES = {"open": True, "closed": False}
PAGES_MOST = 1_000_000


def moment(text: str) -> datetime | None:
    """Return an instant in the standard's form, with its offset; None for anything else."""
    written = LOST_PLUS.sub("+", text.strip())
    if not W3C.fullmatch(written):
        return None
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    return read if read.year in YEARS else None


def wanted(call: Call) -> Wanted:
    """Return which requests a list is to hold; numbers go before everything else, as the standard says.

    What they go before must still be well formed, so that a mistake in it is heard of.
    """
    page, page_size = _pages(call)
    is_open = _state(call.several("status"))
    for name in SPAN:
        _instant(call, name)
    if numbers := call.several("service_request_id"):
        return Wanted(page=page, page_size=page_size, request_ids=numbers)
    codes = call.several("service_code")
    for code in codes or ():
        known_category(code, call.office.district)
    since, until = span(call)
    return Wanted(
        page=page,
        page_size=page_size,
        categories=codes,
        since=since,
        until=until,
        is_open=is_open,
    )


def wanted_updates(call: Call) -> Wanted:
    """Return which updates are asked for: of numbers, within a span, or both."""
    page, page_size = _pages(call)
    numbers = call.several("service_request_id")
    timed = numbers is None or call.one("start_date") or call.one("end_date")
    since, until = span(call) if timed else (None, None)
    return Wanted(page=page, page_size=page_size, request_ids=numbers, since=since, until=until)


def span(call: Call) -> tuple[datetime, datetime]:
    """Return from when to when; what is left out is filled so that the longest span results, up to now."""
    longest = timedelta(days=call.office.district.open311.days_most)
    since, until = (_instant(call, name) for name in SPAN)
    if since is None:
        until = until or call.now
        since = until - longest
    elif until is None:
        until = max(since, min(since + longest, call.now))
    if not since <= until <= since + longest:
        days = longest.days
        sentence = both(
            f"start_date 应不晚于 end_date，相隔不超过 {days} 天。",
            f"start_date must not be after end_date, nor more than {days} days before it.",
        )
        raise Refused(BAD_REQUEST, sentence)
    return since, until


def _instant(call: Call, name: str) -> datetime | None:
    given = call.one(name)
    if given is None:
        return None
    read = moment(given)
    if read is None:
        sentence = both(
            f"{name} 应为带时区的时刻，例如 2026-11-23T10:00:00+08:00。",
            f"{name} must be a W3C date and time with its offset.",
        )
        raise Refused(BAD_REQUEST, sentence)
    return read


def _state(given: tuple[str, ...] | None) -> bool | None:
    states = {state.lower() for state in given or ()}
    if states - STATES.keys():
        raise Refused(BAD_REQUEST, both("status 只能是 open、closed。", "status is open or closed."))
    return STATES[states.pop()] if len(states) == 1 else None


def _pages(call: Call) -> tuple[int, int]:
    most = call.office.district.open311.page_most
    return _number(call, "page", most=PAGES_MOST) or 1, _number(call, "page_size", most=most) or most


def _number(call: Call, name: str, *, most: int) -> int | None:
    given = call.one(name)
    if given is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", given.strip()) or not 1 <= int(given) <= most:
        raise Refused(BAD_REQUEST, both(f"{name} 应为 1 到 {most} 的整数。", f"{name} is a number from 1 to {most}."))
    return int(given)
