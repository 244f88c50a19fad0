"""The measurements measure: every contender finishes, every figure is there; how fast is nobody's test."""

from collections.abc import Iterator

import pytest
from lxml import etree

from launcher.bench import intake, jobs, loop, matters, routing, scale, timers, year
from launcher.bench.picture import backlog_picture
from launcher.bench.serving import serving_machine
from launcher.bench.year_evidence import FINDINGS
from launcher.bench.year_world import Wish
from launcher.machine import SHORT_LIVED
from launcher.private import BROKER_ONLY
from launcher.stack import Machine

NOTHING = print


@pytest.fixture(scope="module")
def serving() -> Iterator[Machine]:
    """A machine that serves, started quickly: what is measured here is only that it is measured."""
    with serving_machine(BROKER_ONLY, **SHORT_LIVED) as machine:
        yield machine


def test_three_contenders_take_turns_and_all_finish(serving: Machine) -> None:
    wish = jobs.Wish(rounds=1, backlog=200, rate=20, steady_seconds=2)
    summary = jobs.measure_on(serving, wish, say=NOTHING)
    backlog, steady = summary["backlog"], summary["steady"]
    assert {"ours", "java", "stock_pyzeebe", "ratio_to_java", "ratio_to_stock_pyzeebe"} <= set(backlog)
    for name in ("ours", "java", "stock_pyzeebe"):
        assert backlog[name]["jobs_per_second"] > 0
        assert backlog[name]["cpu_seconds_per_1000"] > 0
        assert 0 < steady[name]["p50_ms"] <= steady[name]["p99_ms"]


def test_medians_are_of_rounds_and_ratios_of_pairs() -> None:
    def rounds(*speeds: float) -> list[dict[str, object]]:
        return [
            {"count": 100, "seconds": 100 / speed, "cpu_seconds": 0.1, "latencies_ms": [1.0, 2.0, 3.0]}
            for speed in speeds
        ]

    found = {
        "backlog": {"ours": rounds(100, 200, 300), "java": rounds(100, 100, 100), "stock_pyzeebe": rounds(1, 10, 10)},
        "steady": {name: rounds(1) for name in ("ours", "java", "stock_pyzeebe")},
    }
    summary = jobs.summarise(found)
    assert 200 == summary["backlog"]["ours"]["jobs_per_second"]
    assert 2 == summary["backlog"]["ratio_to_java"]
    assert 30 == summary["backlog"]["ratio_to_stock_pyzeebe"]
    assert 2.0 == summary["steady"]["java"]["p50_ms"]
    picture = etree.fromstring(backlog_picture(summary["backlog"]).encode())
    widths = [float(bar.get("width", "0")) for bar in picture.findall("{*}rect")[1:]]
    assert [2.0, 20.0] == [round(widths[0] / width, 1) for width in widths[1:]]


def test_whole_requests_are_counted_with_the_cpu_they_took(serving: Machine) -> None:
    summary = loop.measure_on(serving, 20)
    assert summary["requests_per_second"] > 0
    assert {"camunda", "workers", "postgres", "smsc", "driver"} <= set(summary["cpu_seconds"])
    assert summary["requests_per_cpu_second"] > 0


def test_a_request_is_measured_beside_many_that_wait(serving: Machine) -> None:
    none, some = scale.measure_on(serving, [30], count=10, say=NOTHING)["steps"]
    assert (0, 30) == (none["waiting"], some["waiting"])
    assert some["filling"]["requests_per_second"] > 0
    assert some["loop"]["requests_per_cpu_second"] > 0
    assert all(value > 0 for value in some["held"].values())


def test_finding_the_unit_is_timed_beside_one_row() -> None:
    summary = routing.measure(500, jobs=100, say=NOTHING)
    assert 0 < summary["job"]["p50_ms"] <= summary["job"]["p99_ms"]
    assert summary["ratio_p50"] > 0


def test_proposing_the_same_matter_is_timed_in_a_lopsided_register() -> None:
    summary = matters.measure(2000, asked=50, say=NOTHING)
    assert (2000, 50) == (summary["requests"], summary["asked"])
    assert 1 < summary["busiest_pair"]
    assert 0 < summary["p50_ms"] <= summary["p99_ms"]


def test_taking_an_export_in_is_timed_and_every_row_is_told() -> None:
    summary = intake.measure(intake.Wish(rows=600), say=NOTHING)
    whole = summary["whole"]
    assert 600 == whole["accepted"] + whole.get("merged", 0)
    assert whole["rejected"] > 0
    assert whole["rows_per_second"] > 0
    assert whole["most_memory_mb"] > 0


def test_red_lights_of_one_minute_are_timed_by_the_smsc() -> None:
    summary = timers.measure(30, say=NOTHING, settings=SHORT_LIVED)
    assert 30 == summary["work_orders"] == summary["red_messages"]
    assert 0 <= summary["earliest_seconds"] <= summary["p50_seconds"] <= summary["latest_seconds"]


def test_red_lights_of_a_steady_rate_are_timed_by_the_smsc() -> None:
    summary = timers.measure(6, per_minute=3, say=NOTHING, settings=SHORT_LIVED)
    assert (6, 3) == (summary["red_messages"], summary["per_minute"])
    assert 0 <= summary["earliest_seconds"] <= summary["p99_seconds"]


def test_a_few_weeks_of_the_year_are_judged_and_found_right() -> None:
    days: list[int] = []

    def progress(done: int) -> None:
        days.append(done)

    summary = year.measure(Wish(requests=40, days=21), progress=progress)
    assert {} == {name: summary["examples"] for name in FINDINGS if summary[name]}
    assert 40 == summary["requests"]["received"]
    assert min(summary["lights"][light] for light in ("yellow", "red", "inspection")) > 0
    assert summary["work_orders"] > 80
    assert days == sorted(days)
    assert 0 <= summary["after_the_instant"]["least_seconds"]
    assert year.is_sound(summary)
