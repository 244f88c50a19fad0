"""The demonstration as a newcomer runs it, only shorter: the books balance."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from casebook.district import load_district
from casebook.rules import QuietHours
from launcher.machine import ROOT
from launcher.simulator.behaviour import Act, Behaviour, handling_times
from launcher.simulator.run import first_morning, read_samples
from launcher.turn import alone

LIMIT_SECONDS = 900
CONFIG = ROOT / "config"
KEYS = {
    "received", "closed", "open", "withdrawn", "merged", "by_level", "yellow", "red", "pushed_to_inspection",
    "returned", "arbitrated", "extended", "reopened", "sms", "scored", "mean_score", "incidents", "seconds",
}  # fmt: skip
ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = QuietHours(begins=time(21, 30), ends=time(7, 30))
SMS_KEYS = {"queued", "sent", "delivered", "failed", "uncertain", "gathered", "needless", "duplicates"}


def demonstrate(state: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"MINHU_STATE": str(state), "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        (sys.executable, "-m", "launcher", "demo", *options),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def invitations(state: Path) -> list[datetime]:
    """Return when the carrier took the texts that invite citizens to rate, in the district's zone."""
    [journal] = state.rglob("smsc.jsonl")
    entries = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    return [datetime.fromisoformat(entry["at"]).astimezone(ZONE) for entry in entries if "前评价" in entry["text"]]


def test_a_short_demonstration_ends_with_balanced_books(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    done = demonstrate(tmp_path / "state", "--requests", "20", "--days", "5", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert KEYS <= set(summary)
    assert SMS_KEYS == set(summary["sms"])
    ended = sum(summary[end] for end in ("closed", "open", "withdrawn", "merged"))
    assert 0 == summary["not_yet_arrived"]
    assert 10 < summary["received"] == ended
    assert (0, 0, 0) == (summary["incidents"], summary["sms"]["duplicates"], summary["sms"]["uncertain"])
    assert summary["sms"]["delivered"] == summary["sms"]["sent"]
    assert summary["sms"]["queued"] == sum(summary["sms"][what] for what in ("sent", "gathered", "needless"))
    assert 0 < len(invited := invitations(tmp_path / "state"))
    assert [] == [at for at in invited if NIGHT.until(at)]


def test_a_second_demonstration_leaves_the_first_alone(tmp_path: Path) -> None:
    with alone(tmp_path / "demo.lock", otherwise=""):
        second = demonstrate(tmp_path)
    assert second.returncode != 0
    assert "另一场演示正在进行" in second.stderr
    assert not (tmp_path / "demo").exists()


def test_a_wish_for_more_requests_than_there_are_samples_repeats_them_under_new_names() -> None:
    district = load_district(CONFIG)
    samples = read_samples(district, CONFIG / "samples", most=0)
    more = read_samples(district, CONFIG / "samples", most=len(samples.reports) + 50)
    assert len(samples.reports) + 50 == len(more.reports)
    assert 50 == sum(report.external_id.endswith("-1") for report in more.reports) - sum(
        report.external_id.endswith("-1") for report in samples.reports
    )


def test_the_same_seed_gives_the_same_people_whatever_the_date() -> None:
    times = handling_times(CONFIG / "samples" / "la311.csv")

    def acts(seed: int, begin: date, *, number: str) -> list[Act]:
        order = {"work_order_id": f"{number}-02", "request_id": number, "kind": "handling"}
        return Behaviour(seed, times, begin=begin).of_work_order(order)

    first = acts(1, date(2026, 11, 23), number="JA20261124-000001-0")
    assert first == acts(1, date(2027, 3, 1), number="JA20270302-000001-7")
    assert any(first != acts(seed, date(2026, 11, 23), number="JA20261124-000001-0") for seed in range(2, 9))


def test_a_demonstration_begins_on_a_monday_morning() -> None:
    tuesday = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert first_morning(tuesday, ZONE) == datetime(2026, 11, 30, 8, 0, tzinfo=ZONE)
    early_monday = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert first_morning(early_monday, ZONE) == datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
