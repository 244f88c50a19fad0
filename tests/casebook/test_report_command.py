"""`./minhu report` as an official types it: files, their digests, and a sentence for what cannot be."""

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher.__main__ import main
from launcher.stack import Machine

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def minhu(machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("MINHU_STATE", str(machine.settings.state))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*arguments: object) -> tuple[int, str]:
        code = main(["report", *(str(argument) for argument in arguments)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_a_report_of_an_instant_is_written_twice_the_same(minhu: Command, tmp_path: Path) -> None:
    wish = ("--kind", "month", "--period", "2026-01", "--as-of", "2026-02-01T08:00", "--json")
    told = []
    for folder in ("first", "second"):
        code, said = minhu(*wish, "--output", tmp_path / folder)
        assert code == 0
        told.append(json.loads(next(line for line in said.splitlines() if line.startswith("{"))))
    assert told[0] == told[1]
    assert {"kind": "monthly_report", "period": "2026-01", "as_of": "2026-02-01T08:00:00+08:00"} == {
        name: value for name, value in told[0].items() if name != "files"
    }
    kept = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "first").iterdir()}
    assert kept == told[0]["files"]
    assert {"monthly_report-2026-01.docx", "monthly_report-2026-01.pdf"} == set(kept)


def test_a_months_open_data_comes_with_its_dictionary(minhu: Command, tmp_path: Path) -> None:
    code, said = minhu("--open-data", "2026-01", "--output", tmp_path)
    assert (0, 2) == (code, said.count("已写好"))
    table = list(csv.DictReader((tmp_path / "open_data-2026-01.csv").read_text(encoding="utf-8-sig").splitlines()))
    dictionary = (tmp_path / "open_data-2026-01.dictionary.csv").read_text(encoding="utf-8-sig").splitlines()
    assert list(table[0]) == [row["column"] for row in csv.DictReader(dictionary)]
    assert {("2026-01", "0", "0")} == {(row["month"], row["received"], row["closed"]) for row in table}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--period", "2026年10月"), "统计期“2026年10月”写法不对，应为月份，例如 2026-10。"),
        (("--kind", "week", "--period", "2026-10"), "应为年份和周次，例如 2026-W44"),
        (("--period", "2100-01"), "统计期 2100-01 还没有开始"),
        (("--open-data", "2026-W01"), "应为月份，例如 2026-10"),
        (("--period", "2026-01", "--as-of", "昨天"), "时刻“昨天”写法不对，应如 2026-11-01T08:00"),
        (("--period", "2026-01", "--as-of", "2025-12-31"), "早于统计期 2026-01 的开始"),
        (("--period", "2026-01", "--as-of", "2099-12-31"), "统计截至的时刻还没有到"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    minhu: Command, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    code, said = minhu(*arguments, "--output", tmp_path)
    assert code != 0
    assert sentence in said
    assert [] == list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said(minhu: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("样例")
    code, said = minhu("--period", "2026-01", "--output", tmp_path / "file")
    assert code != 0
    assert "写不进去" in said
