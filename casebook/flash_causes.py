"""What gives rise to a flash report by itself: a surge in a street, or a grave matter. Looked for off the hot path.

Only codes and counts are read. A rule speaks once for its category, street and day (`cause_key`).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import ColumnElement, func, select

from casebook import district_reports, words
from casebook.district import District
from casebook.district_reports import Origin, Wish
from casebook.engine import AsyncConnection
from casebook.report_periods import Period, last_whole
from casebook.report_rules import Grave, Surge
from casebook.schema import requests

TENTH = Decimal("0.1")
Spot = tuple[str, str]  # category and street


async def find(casebook: AsyncConnection, *, district: District, now: datetime) -> list[Wish]:
    """Return a wish for each cause that there is now, whether it was told before or not."""
    today, rules = last_whole("flash_report", now, zone=district.zone), district.reports.flash
    found = []
    if rules.surge:
        for spot, (count, usual) in (await _surges(casebook, rules.surge, district=district, now=now)).items():
            said = f"近{rules.surge.hours}小时受理{_said(spot, district)}诉求{count}件，{_times(count, usual)}。"
            found.append(_wish("surge", spot, today=today, said=said))
    if rules.grave:
        for spot, count in (await _grave(casebook, rules.grave, district=district, today=today)).items():
            said = (
                f"今日受理{_said(spot, district)}{'紧急' if rules.grave.urgent_only else ''}诉求{count}件，属重大事项。"
            )
            found.append(_wish("grave", spot, today=today, said=said))
    return found


async def ask(casebook: AsyncConnection, *, district: District, now: datetime) -> list[str]:
    """Ask for a flash report on each new cause; return their numbers."""
    wishes = await find(casebook, district=district, now=now)
    asked = [await district_reports.request(casebook, wish, now=now) for wish in wishes]
    return [report_id for report_id in asked if report_id]


def _wish(origin: Origin, spot: Spot, *, today: Period, said: str) -> Wish:
    return Wish(period=today, origin=origin, cause=said, cause_key="/".join((origin, *spot, today.label)))


async def _surges(
    casebook: AsyncConnection, rule: Surge, *, district: District, now: datetime
) -> dict[Spot, tuple[int, Decimal]]:
    """Return the counts and the usual counts where there are so many more than usual."""
    begins = now - timedelta(hours=rule.hours)
    lately = await _counts(casebook, _between(begins, now), district=district)
    many = {spot: count for spot, count in lately.items() if count >= rule.least}
    if not many:
        return {}
    before = _between(begins - timedelta(days=rule.usual_days), begins)
    earlier = await _counts(casebook, before & _of(category for category, _ in many), district=district)
    share = Decimal(rule.hours) / (rule.usual_days * 24)
    usual = {spot: earlier[spot] * share for spot in many}
    return {spot: (count, usual[spot]) for spot, count in many.items() if count >= usual[spot] * rule.times_usual}


async def _grave(casebook: AsyncConnection, rule: Grave, *, district: District, today: Period) -> Counter[Spot]:
    which = _between(today.begins, today.ends) & _of(rule.categories)
    if rule.urgent_only:
        which &= requests.c.urgency == "urgent"
    return await _counts(casebook, which, district=district)


async def _counts(casebook: AsyncConnection, which: ColumnElement[bool], *, district: District) -> Counter[Spot]:
    """Count requests by category and street; those that their callers took back do not count."""
    columns = (requests.c.category, requests.c.community)
    statement = select(*columns, func.count()).where(which, requests.c.withdrawal_asked_at.is_(None))
    counts: Counter[Spot] = Counter()
    for category, community, count in await casebook.execute(statement.group_by(*columns)):
        counts[category, district.street_of(community)] += count
    return counts


def _between(begins: datetime, ends: datetime) -> ColumnElement[bool]:
    return (requests.c.received_at >= begins) & (requests.c.received_at < ends)


def _of(categories: Iterable[str]) -> ColumnElement[bool]:
    return requests.c.category.in_(sorted(set(categories)))


def _said(spot: Spot, district: District) -> str:
    category, street = spot
    named = next((place.name for place in district.places if place.code == street), street)
    return f"{named}“{words.category(district, category)}”"


def _times(count: int, usual: Decimal) -> str:
    """Return how many times the usual a count is, rounded half up; nothing was usual when nothing came before."""
    if not usual:
        return "此前没有同类诉求"
    return f"是平常的{(count / usual).quantize(TENTH, ROUND_HALF_UP)}倍"
