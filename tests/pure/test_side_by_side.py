"""The suite in pieces: no test is left out, none runs twice, and what fails anywhere is counted at the end."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from launcher.machine import ROOT
from launcher.side_by_side import ALONE, TOGETHER, Piece, closing_line, counts, piece_of, run_all

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><error/></testcase>
<testcase name="d"><skipped/></testcase><testcase name="e"><properties/></testcase>
</testsuite></testsuites>"""


def files_of(paths: tuple[str, ...]) -> list[str]:
    """Return the test files of a piece, as pytest's own arguments say."""
    left_out = {word.removeprefix("--ignore=") for word in piece_of(paths).command if word.startswith("--ignore=")}
    found = (file for path in paths for file in ([ROOT / path] if path.endswith(".py") else (ROOT / path).rglob("*")))
    names = (file.relative_to(ROOT).as_posix() for file in found if file.match("test_*.py"))
    return [name for name in names if name not in left_out]


def test_every_test_file_belongs_to_exactly_one_piece() -> None:
    there = {file.relative_to(ROOT).as_posix() for file in (ROOT / "tests").rglob("test_*.py")}
    run = Counter(name for paths in (*TOGETHER, *ALONE) for name in files_of(paths))
    assert dict.fromkeys(there, 1) == dict(run)


def test_a_report_is_counted_by_how_its_tests_ended(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert Counter() == counts(report)
    report.write_text(REPORT, encoding="utf-8")
    assert {"passed": 2, "failed": 2, "skipped": 1} == counts(report)


def python(program: str) -> Piece:
    return Piece(title=program, command=(sys.executable, "-c", program))


def test_a_piece_that_fails_or_dies_is_a_failure_and_all_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    total = run_all([python("print('一')"), python("exit(3)"), python("import os; os.abort()")], at_once=2)
    assert {"failed": 2} == total
    assert "\n一\n" in capsys.readouterr().out


def test_the_closing_line_says_the_same_words_whatever_happened() -> None:
    assert "7 passed, 0 failed, 0 skipped" == closing_line(Counter(passed=7))
