"""Many rows of an export at once: those that concern nothing else are done in a few statements.

A row is the *first of its kind* when no earlier row of its chunk has its number at the platform, or its caller's matter
(telephone, category, community). A first report is *plain* when the register has neither: there is no wording to
compare, nothing to join, and there are no earlier calls to count. One whose wording is registered already says nothing.
All other rows go through `requests.receive` and the like, one at a time and after these; so both together leave the
same register as row by row, but for the order of the numbers within a chunk.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from casebook import one_at_a_time, quarantine, registering
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.registering import NewRequest
from casebook.reports import RequestReport
from casebook.requests import identities
from casebook.schema import callers, requests
from casebook.schema.sealed import sealer_of
from casebook.urgency import urgency_of_plain

PlainResult = Literal["accepted", "already_known"]
Matter = tuple[str | None, str, str]  # the caller's number, category, community


def first_of_their_kind(rows: Iterable[tuple[int, RequestReport | None, str | None]]) -> set[int]:
    """Return the places of the rows with which nothing before them in the chunk has to do.

    `rows`: place, the report (None when it is none), the platform's number as far as it could be read.
    """
    seen: set[str] = set()
    first = set()
    for place, report, external_id in rows:
        keys = {f"/{external_id}"} if external_id else set()
        if report:
            keys |= identities(report)
        if not keys & seen:
            first.add(place)
        seen |= keys
    return first


async def register_plain(
    casebook: AsyncConnection, reports: Sequence[RequestReport], *, state_field: str, district: District, now: datetime
) -> dict[str, PlainResult]:
    """Register a platform's plain reports; return what became of these, and of those that say nothing, by their number.

    The reports are to be the first of their kind. `state_field` is the platform's field whose refusals a report does
    not settle (`quarantine.settle_corrected`).
    """
    if not reports:
        return {}
    await one_at_a_time.hold(casebook, set[str]().union(*map(identities, reports)))
    platform = reports[0].platform
    known = await _known(casebook, platform, [report.external_id for report in reports])
    fresh = [report for report in reports if report.external_id not in known]
    matters = await _matters(casebook, fresh, district=district, now=now)
    plain = [_new(report, district=district) for report in fresh if _matter(report) not in matters]
    if plain:
        await registering.write(casebook, plain, district=district, now=now)
    results: dict[str, PlainResult] = {each.report.external_id: "accepted" for each in plain}
    for report in reports:
        if known.get(report.external_id, object()) in (report.text, None):
            results[report.external_id] = "already_known"
    if results:
        await quarantine.settle_corrected(casebook, platform, set(results), state=state_field, now=now)
    return results


def _new(report: RequestReport, *, district: District) -> NewRequest:
    urgency, raised_by = urgency_of_plain(report, district=district)
    return NewRequest(report=report.model_copy(update={"urgency": urgency}), raised_by=raised_by)


async def _known(casebook: AsyncConnection, platform: str, external_ids: Collection[str]) -> dict[str, str | None]:
    """Return the wordings that are registered, by the platform's numbers; None where it was erased."""
    mine = (requests.c.platform == platform) & requests.c.external_id.in_(external_ids)
    rows = await casebook.execute(select(requests.c.external_id, requests.c.text, requests.c.erased_at).where(mine))
    return {row.external_id: None if row.erased_at else row.text for row in rows}


async def _matters(
    casebook: AsyncConnection, reports: Iterable[RequestReport], *, district: District, now: datetime
) -> set[Matter]:
    """Return the matters of these callers that they may have called about before, as long ago as any rule looks."""
    sealer = sealer_of(casebook.dialect)
    phones = {
        index: report.caller_phone
        for report in reports
        if report.caller_phone
        for index in sealer.indexes(report.caller_phone)
    }
    if not phones:
        return set()
    days = max(district.limits.merge_window_days, district.urgency.repeated_days)
    rows = await casebook.execute(
        select(callers.c.phone_index, requests.c.category, requests.c.community)
        .select_from(requests.join(callers))
        .where(callers.c.phone_index.in_(phones), requests.c.taken_in_at >= now - timedelta(days=days))
    )
    return {(phones[row.phone_index], row.category, row.community) for row in rows}


def _matter(report: RequestReport) -> Matter:
    return report.caller_phone, report.category, report.community
