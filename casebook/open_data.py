"""Open data of a month: how many requests of which kind came from which community, too coarse to find a person in.

No text, no number, no instant, no unit and no level leaves; a count that is small and not zero is only said to be so.
There is one table and no sums, so that nothing left out can be worked out from something told.
"""

from collections import Counter
from datetime import datetime

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.report_counts import cube, names
from casebook.report_figures import Figure
from casebook.report_known import Known
from casebook.report_periods import Period, windows


class OpenRow(Figure):
    """One community and one kind of matter in one month; a count is its digits, or `<5` where it is small."""

    month: str
    street_code: str
    street: str
    community_code: str
    community: str
    category: str
    received: str
    closed: str


def coarse(count: int, *, least: int) -> str:
    """Return a count as it may be told: itself when it is nothing or large enough, else that it is small."""
    return str(count) if count == 0 or count >= least else f"<{least}"


async def open_rows(
    casebook: AsyncConnection, period: Period, *, as_of: datetime, district: District
) -> tuple[OpenRow, ...]:
    """Return a row for every community and kind of matter, also where nothing happened, in the order of codes."""
    known = Known(windows=windows(period, as_of), as_of=as_of)
    called, counted = await names(casebook, known), await cube(casebook, known)
    received, closed = (_by_major(each, district) for each in (counted.received_at, counted.closed_at))
    least = district.reports.open_data_least
    return tuple(
        OpenRow(
            month=period.label,
            street_code=place.street,
            street=called.places.get(place.street, place.street),
            community_code=place.code,
            community=called.places.get(place.code, place.name),
            category=major,
            received=coarse(received[place.code, major], least=least),
            closed=coarse(closed[place.code, major], least=least),
        )
        for _, place in sorted(district.communities.items())
        for major in dict.fromkeys(category.major for category in district.catalogue.values())
    )


def _by_major(counts: dict[tuple[str, str], Counter[str]], district: District) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for (community, category), each in counts.items():
        if category in district.catalogue:
            found[community, district.catalogue[category].major] += each["now"]
    return found
