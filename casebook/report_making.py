"""Makes the figures of a report from the casebook: only counts and codes leave it, and only what was known."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import text

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.report_counts import Names, all_groups, cube, hot_places, names, volume
from casebook.report_figures import ReportFigures
from casebook.report_known import Known
from casebook.report_lists import happenings, lit, typical_cases
from casebook.report_periods import Period, windows
from casebook.report_quality import quality, ranked, tallies

STEPS = ("受理与办结", "办理质量", "红黄灯", "典型事例")
Progress = Callable[[str], None]


def _silent(step: str) -> None:
    """Tell nobody."""


async def make_figures(
    casebook: AsyncConnection,
    period: Period,
    *,
    as_of: datetime,
    district: District,
    progress: Progress = _silent,
) -> ReportFigures:
    """Return the figures of a period as the casebook knew them at an instant, in one reading of it.

    The same casebook gives the same figures for the same instant, whatever happened since.
    """
    await casebook.execute(text("set local jit = off"))  # compiling costs more than these statements take
    known = Known(windows=windows(period, as_of), as_of=as_of)
    parts: dict[str, Any] = period.model_dump(include={"kind", "label", "begins", "ends"})
    parts |= {"until": known.now.ends.astimezone(district.zone), "as_of": as_of.astimezone(district.zone)}
    progress(STEPS[0])
    called, counted = await names(casebook, known), await cube(casebook, known)
    parts |= all_groups(counted, called, district=district)
    parts["volume"] = await volume(casebook, known, counted=counted, district=district)
    parts["hot_places"] = hot_places(counted, called, district=district)
    progress(STEPS[1])
    parts["quality"] = await quality(casebook, known, reasons=district.rating.reasons)
    parts |= await _rankings(casebook, known, called=called, least=district.reports.ranked_least)
    progress(STEPS[2])
    parts["lights"] = await lit(casebook, known, called=called, district=district)
    progress(STEPS[3])
    parts["cases"] = await typical_cases(casebook, known, called=called, district=district)
    parts |= await happenings(casebook, known)
    return ReportFigures(**parts)


async def _rankings(casebook: AsyncConnection, known: Known, *, called: Names, least: int) -> dict[str, Any]:
    units, streets = await tallies(casebook, known, street=called.street)
    return {
        "units_ranked": ranked(units, named=called.units, least=least),
        "streets_ranked": ranked(streets, named=called.places, least=least),
        "too_few": sum(1 for tally in units.values() if 0 < tally.judged < least),
    }
