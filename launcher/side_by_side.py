"""The whole test suite as pieces of work, two at a time: most tests wait for something half of their time.

Each piece is a process of its own, whose output is shown whole when it has ended. What fills both cores, or measures
how soon somebody else takes over, comes last and has the machine to itself.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from launcher.machine import ROOT
from launcher.progress import say

AT_ONCE = 2
CHECKS = (
    ("ruff", "check", "--quiet", "."),
    ("ruff", "format", "--check", "--quiet", "."),
    ("mypy",),
)
# The longest first. A file that is named is left out of its folder's piece.
TOGETHER = (
    ("tests/process",),
    ("tests/faults",),
    ("tests/process/test_a_year_of_lights.py",),
    ("tests/faults/test_every_crash_point.py",),
    ("tests/desk",),
    ("tests/models", "tests/pure"),
    ("tests/process/test_bench.py", "tests/process/test_demo.py"),
    ("tests/casebook", "tests/gateways", "tests/open311"),
)
ALONE = (("tests/faults/test_three_brokers.py", "tests/faults/test_campaign.py"),)
REPORTS = ROOT / "build" / "tests"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One process: a check of the code, or pytest on some paths, which then writes a report."""

    title: str
    command: tuple[str, ...]
    report: Path | None = None

    def run(self) -> "Outcome":
        """Run it; what it says is kept until its end."""
        say(f"开始：{self.title}")
        began = time.monotonic()
        done = subprocess.run(self.command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        counted = counts(self.report) if self.report else Counter[str]()
        if done.returncode and not counted["failed"]:
            counted["failed"] = 1  # a check, or a process that ended before it could report
        return Outcome(
            piece=self,
            said=done.stdout.decode("utf-8", errors="replace"),
            counted=counted,
            seconds=time.monotonic() - began,
        )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a piece said, and its tests by how they ended."""

    piece: Piece
    said: str
    counted: Counter[str]
    seconds: float

    def show(self) -> None:
        """Print it in one go."""
        print(f"——— {self.piece.title}（{self.seconds:.0f} 秒）———\n{self.said}", flush=True)


def counts(report: Path) -> Counter[str]:
    """Return how many tests passed, failed and were skipped by a pytest report; nothing when there is none."""
    if not report.exists():
        return Counter()
    found = Counter[str]()
    for case in etree.parse(report).iter("testcase"):
        ends = {child.tag for child in case}
        found["failed" if ends & {"failure", "error"} else "skipped" if "skipped" in ends else "passed"] += 1
    return found


def piece_of(paths: tuple[str, ...]) -> Piece:
    """Return pytest on some paths, without the files that are pieces of their own."""
    named = sorted({path for each in (*TOGETHER, *ALONE) for path in each if path.endswith(".py")} - {*paths})
    left_out = (f"--ignore={path}" for path in named if str(Path(path).parent) in paths)
    report = REPORTS / f"{'+'.join(Path(path).stem for path in paths)}.xml"
    # Two processes that note their last failures in one file would read it half-written.
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--junit-xml={report}", *left_out, *paths)
    return Piece(title=" ".join(paths), command=command, report=report)


def whole_suite() -> int:
    """Check the code and run every test; the counts are the last line. 0 when nothing failed."""
    began, total = time.monotonic(), Counter[str]()
    for report in REPORTS.glob("*.xml"):
        report.unlink()
    checks = [Piece(title=" ".join(check), command=(sys.executable, "-m", *check)) for check in CHECKS]
    for pieces, at_once in (([*checks, *map(piece_of, TOGETHER)], AT_ONCE), ([*map(piece_of, ALONE)], 1)):
        total += run_all(pieces, at_once=at_once)
    say(f"全部测试用时 {time.monotonic() - began:.0f} 秒。")
    print(closing_line(total), flush=True)
    return 1 if total["failed"] else 0


def run_all(pieces: Iterable[Piece], *, at_once: int) -> Counter[str]:
    """Run so many at once, begun in their order; show each when it has ended, and return all counts."""
    total = Counter[str]()
    hands = ThreadPoolExecutor(at_once)
    try:
        for done in as_completed([hands.submit(piece.run) for piece in pieces]):
            outcome = done.result()
            outcome.show()
            total += outcome.counted
    finally:
        hands.shutdown(cancel_futures=True)  # who interrupts does not want the others
    return total


def closing_line(total: Counter[str]) -> str:
    """Return the counts as the last line shows them, alone on it, the same three words whatever happened."""
    return ", ".join(f"{total[end]} {end}" for end in ("passed", "failed", "skipped"))
