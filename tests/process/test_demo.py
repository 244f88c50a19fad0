"""The demonstration as a newcomer runs it, only shorter: the books balance."""

import json
import os
import subprocess
import sys
from pathlib import Path

from casebook.district import load_district
from launcher.machine import ROOT
from launcher.simulator.behaviour import Behaviour, handling_times
from launcher.simulator.run import read_samples

LIMIT_SECONDS = 900
CONFIG = ROOT / "config"
KEYS = {
    "received", "closed", "open", "withdrawn", "merged", "by_level", "yellow", "red", "pushed_to_inspection",
    "returned", "arbitrated", "extended", "reopened", "sms", "scored", "mean_score", "incidents", "seconds",
}  # fmt: skip
SMS_KEYS = {"queued", "sent", "delivered", "failed", "uncertain", "duplicates"}


def test_a_short_demonstration_ends_with_balanced_books(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    environment = os.environ | {"MINHU_STATE": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        (sys.executable, "-m", "launcher", "demo", "--requests", "20", "--days", "5", "--json"),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert KEYS <= set(summary)
    assert SMS_KEYS == set(summary["sms"])
    ended = sum(summary[end] for end in ("closed", "open", "withdrawn", "merged"))
    assert 0 == summary["not_yet_arrived"]
    assert 10 < summary["received"] == ended
    assert (0, 0, 0) == (summary["incidents"], summary["sms"]["duplicates"], summary["sms"]["uncertain"])
    assert summary["sms"]["delivered"] == summary["sms"]["sent"] == summary["sms"]["queued"]


def test_a_wish_for_more_requests_than_there_are_samples_repeats_them_under_new_names() -> None:
    district = load_district(CONFIG)
    samples = read_samples(district, CONFIG / "samples", most=0)
    more = read_samples(district, CONFIG / "samples", most=len(samples.reports) + 50)
    assert len(samples.reports) + 50 == len(more.reports)
    assert 50 == sum(report.external_id.endswith("-1") for report in more.reports) - sum(
        report.external_id.endswith("-1") for report in samples.reports
    )


def test_the_same_seed_gives_the_same_people() -> None:
    times = handling_times(CONFIG / "samples" / "la311.csv")
    order = {"work_order_id": "JA20261123-000001-0-02", "request_id": "JA20261123-000001-0", "kind": "handling"}
    assert Behaviour(1, times).of_work_order(order) == Behaviour(1, times).of_work_order(order)
    assert any(
        Behaviour(1, times).of_work_order(order) != Behaviour(seed, times).of_work_order(order) for seed in range(2, 9)
    )
