"""Every figure of a report agrees with a second opinion, knows nothing of later, and survives a month without cases."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.report_figures import Group, ReportFigures, Standing
from casebook.report_making import make_figures
from casebook.report_periods import Period, parse, windows
from casebook.report_rules import Kind
from tests.casebook.report_life import Life, drawn
from tests.casebook.report_oracle import Oracle, rounded
from tests.casebook.rows import local

Case = tuple[int, Kind, str, str]
CASES: list[Case] = [
    (1, "monthly_report", "2097-10", "2097-11-09T10:30"),
    (2, "monthly_report", "2097-10", "2097-10-08T16:05"),
    (3, "weekly_report", "2097-W41", "2097-10-30T00:00"),
    (4, "flash_report", "2097-10-09", "2097-10-09T18:00"),
]


def told(groups: tuple[Group, ...]) -> dict[str, tuple[dict[str, int], int]]:
    return {group.code: (group.received.model_dump(), group.closed) for group in groups}


def ranked(standings: tuple[Standing, ...]) -> list[tuple[object, ...]]:
    return [(each.code, each.on_time.part, each.on_time.whole, each.scored, each.score) for each in standings]


async def lived(casebook: AsyncConnection, district: District, *, seed: int, period: Period) -> Life:
    """Fill the register: in the month, in the one before, and a year ago."""
    first = period.begins.replace(day=1)
    starts = (first, first + timedelta(days=5), first - timedelta(days=28), first - timedelta(days=363))
    life = drawn(seed, district, starts=starts, count=260)
    await life.write(casebook)
    return life


def check_volume(figures: ReportFigures, oracle: Oracle) -> None:
    rows, ends = oracle.requests.values(), oracle.stretches["now"][1]
    volume = figures.volume
    assert oracle.trio(row["received_at"] for row in rows) == volume.received.model_dump()
    assert oracle.trio(row["closed_at"] for row in rows) == volume.closed.model_dump()
    assert sum(oracle.inside(row["withdrawn_at"]) for row in rows) == volume.withdrawn
    assert sum(oracle.inside(row["received_at"]) for row in rows if row["merged_into"]) == volume.merged
    gone = {
        row["request_id"]
        for row in rows
        if row["merged_into"]
        or any((at := oracle.known(row[name])) and at < ends for name in ("closed_at", "withdrawn_at"))
    }
    assert sum(row["received_at"] < ends and row["request_id"] not in gone for row in rows) == volume.open_at_end
    for column in ("received", "closed"):
        days = oracle.by_day(f"{column}_at", figures.begins.tzinfo or UTC)
        assert days == {day.day: getattr(day, column) for day in volume.by_day if getattr(day, column)}


def check_groups(figures: ReportFigures, oracle: Oracle, district: District) -> None:
    streets = {code: place.street for code, place in district.communities.items()}
    assert oracle.groups(lambda row: str(row["channel"])) == told(figures.by_channel)
    assert oracle.groups(lambda row: district.catalogue[row["category"]].major) == told(figures.by_category)
    assert oracle.groups(lambda row: str(row["category"])) == told(figures.by_matter)
    assert oracle.groups(lambda row: streets[row["community"]]) == told(figures.by_street)
    assert oracle.groups(lambda row: str((oracle.lead(row["request_id"]) or row)["level"] or "")) == told(
        figures.by_level
    )
    assert oracle.groups(lambda row: str((oracle.lead(row["request_id"]) or {"unit": ""})["unit"])) == told(
        figures.by_unit
    )
    places = oracle.groups(lambda row: f"{row['community']} {row['category']}")
    most = sorted(((-counts["now"], code) for code, (counts, _) in places.items() if counts["now"] > 1))
    shown = [(-place.now, f"{place.community} {place.category}") for place in figures.hot_places]
    assert most[: district.reports.hot_most] == shown


def check_quality(figures: ReportFigures, oracle: Oracle) -> None:
    found = figures.quality
    for name, on_time, first, back in (
        ("now", found.on_time, found.right_first_time, found.returned),
        ("before", found.on_time_before, found.right_first_time_before, found.returned_before),
    ):
        assert oracle.on_time(name) == (on_time.part, on_time.whole)
        assert oracle.dispatched(name) == (first.part, back.part, first.whole)
    rated = [row for row in oracle.life["ratings"] if oracle.inside(row["rated_at"])]
    stars = [row["satisfaction"] for row in rated if row["satisfaction"] is not None]
    points = [row["score"] for row in oracle.scores().values()]
    assert (len(rated), sum(row["resolved"] == "resolved" for row in rated)) == (found.rated, found.resolved.part)
    assert rounded(sum(stars), len(stars)) == found.satisfaction
    words = {"slow": "办得太慢", "attitude": "态度不好", "of_old": "of_old"}  # the last is no longer listed
    why = Counter(row["reason"] for row in rated if row["reason"])
    counted = sorted(why.items(), key=lambda item: (-item[1], item[0]))
    assert [(words[code], count) for code, count in counted] == [(each.name, each.count) for each in found.reasons]
    assert (len(points), rounded(sum(points), len(points))) == (found.scored, found.score)


def check_lights_and_rankings(figures: ReportFigures, oracle: Oracle, district: District) -> None:
    lights, least = figures.lights, district.reports.ranked_least
    for name, counted, whole, listed in (
        ("yellow", lights.yellow, lights.yellow_open, lights.yellow_list),
        ("red", lights.red, lights.red_open, lights.red_list),
    ):
        standing = oracle.standing_on(name)
        assert oracle.lit(name) == counted.model_dump()
        assert len(standing) == whole
        assert [row["work_order_id"] for row in standing[: district.reports.lists_most]] == [
            order.work_order_id for order in listed
        ]
    streets = {code: place.street for code, place in district.communities.items()}
    assert oracle.standings(lambda unit, _: unit, least) == ranked(figures.units_ranked)
    assert oracle.standings(lambda _, row: streets[row["community"]], least) == ranked(figures.streets_ranked)


def check_cases(figures: ReportFigures, oracle: Oracle, district: District) -> None:
    scores, most = oracle.scores(), district.reports.cases_each
    closed = [row for row in oracle.requests.values() if oracle.inside(row["closed_at"])]
    took = {row["request_id"]: row["closed_at"] - row["received_at"] for row in closed}
    scored = [number for number in took if number in scores]
    good = sorted(scored, key=lambda number: (-scores[number]["score"], took[number], number))[:most]
    slow = sorted(took, key=lambda number: (-took[number], number))[:most]
    shown = {why: [case.request_id for case in figures.cases if case.why == why] for why in ("办得好", "办得慢")}
    assert {"办得好": good, "办得慢": [number for number in slow if number not in good]} == shown


@pytest.mark.parametrize("case", CASES)
async def test_every_figure_agrees_with_a_second_opinion(
    casebook: AsyncConnection, district: District, case: Case
) -> None:
    seed, kind, label, as_of = case
    period = parse(kind, label, zone=district.zone)
    life = await lived(casebook, district, seed=seed, period=period)
    instant = local(as_of, district.zone)
    figures = await make_figures(casebook, period, as_of=instant, district=district)
    stretches = {name: (window.begins, window.ends) for name, window in windows(period, instant).items()}
    oracle = Oracle(life, {str(name): stretch for name, stretch in stretches.items()}, instant)
    assert figures.volume.received.now
    check_volume(figures, oracle)
    check_groups(figures, oracle, district)
    check_quality(figures, oracle)
    check_lights_and_rankings(figures, oracle, district)
    check_cases(figures, oracle, district)


async def test_what_is_written_later_changes_no_figure(casebook: AsyncConnection, district: District) -> None:
    period = parse("monthly_report", "2097-10", zone=district.zone)
    as_of = local("2097-11-02T09:00", district.zone)
    await lived(casebook, district, seed=5, period=period)
    before = await make_figures(casebook, period, as_of=as_of, district=district)
    later = drawn(6, district, starts=(as_of,), count=40)
    for row in (row for rows in later.rows.values() for row in rows):
        for name in ("request_id", "work_order_id", "merged_into", "external_id", "rating_id", "token", "batch_id"):
            if row.get(name):
                row[name] = str(row[name]).replace("JA2099", "JA2100").replace("report-", "later-")
    await later.write(casebook)
    assert before == await make_figures(casebook, period, as_of=as_of, district=district)


async def test_a_month_without_cases_is_a_report_of_nothing(casebook: AsyncConnection, district: District) -> None:
    period = parse("monthly_report", "2061-02", zone=district.zone)
    figures = await make_figures(casebook, period, as_of=period.ends, district=district)
    assert (0, 0, None) == (figures.volume.received.now, figures.volume.open_at_end, figures.quality.on_time.percent())
    assert ((), (), ()) == (figures.units_ranked, figures.hot_places, figures.cases)
    assert 28 == len(figures.volume.by_day)
    assert figures.volume.received.on_before() is None


def test_an_instant_is_kept_in_the_districts_zone(district: District) -> None:
    period = parse("monthly_report", "2097-10", zone=district.zone)
    assert datetime(2097, 10, 1, tzinfo=district.zone) == period.begins
    assert str(period.begins.tzinfo) == str(district.zone)
