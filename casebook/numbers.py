"""Numbers of requests that survive being read out over the telephone."""

import re

LEADING_REQUEST_ID = re.compile(r"^[A-Z]{2}\d{8}-\d{6}-\d")
REQUEST_ID = re.compile(r"^(?P<district>[A-Z]{2})(?P<day>\d{8})-(?P<number>\d{6})-(?P<check>\d)$")


def check_digit(digits: str) -> int:
    """Return the check digit of a row of digits by ISO/IEC 7064, MOD 11,10.

    It finds every single wrong digit and nearly every swap of two neighbours.
    """
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return (11 - rest) % 10


def request_id(district: str, *, day: str, number: int) -> str:
    """Return e.g. `JA20261123-000123-7` for district `JA`, day `20261123`, number 123."""
    digits = f"{day}{number:06d}"
    return f"{district}{day}-{number:06d}-{check_digit(digits)}"


def is_request_id(text: str) -> bool:
    """Tell whether `text` is a request's number with the right check digit."""
    match = REQUEST_ID.match(text)
    return match is not None and int(match["check"]) == check_digit(match["day"] + match["number"])


def request_of(number: object) -> str | None:
    """Return the request's number with which a request's, work order's or rating's number begins, or None."""
    match = LEADING_REQUEST_ID.match(str(number))
    return match[0] if match else None
