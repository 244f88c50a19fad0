"""`./minhu deadline`: the instants agree with plain counting, and bad input is named."""

import json
from argparse import ArgumentParser
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from casebook.district import load_district
from casebook.errors import RejectedInput
from launcher.commands import deadline
from launcher.deadline_forecast import Clock, Question, read_office_hours, read_question
from launcher.errors import LauncherError
from tests.pure.minute_counting import count, some_minutes, some_periods, some_start, written

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("Asia/Shanghai")
SETTINGS = load_district(ROOT / "config").calendar
CASES = 4000


def run(*arguments: str) -> int:
    parser = ArgumentParser()
    deadline.arguments(parser)
    return deadline.run(parser.parse_args(list(arguments)))


def clock(office_hours: str = "09:00-12:00,13:30-17:30", basis: str = "working") -> Clock:
    return Clock(settings=SETTINGS, office_hours=read_office_hours(office_hours), basis=basis, zone=ZONE)


def test_thousands_of_limits_agree_with_counting_minute_by_minute() -> None:
    dice, differing = Random(20261123), []  # noqa: S311 - the same cases each time
    for _ in range(CASES):
        start, periods = some_start(dice), some_periods(dice)
        minutes = some_minutes(dice, periods)
        hours = Decimal(minutes) / 60
        answer = clock(written(periods)).forecast(Question(start=start.replace(tzinfo=ZONE), hours=hours))
        half, end = count(start, minutes, periods)
        counted_half = answer.yellow_at.replace(tzinfo=None)
        exact = half - timedelta(seconds=30 * (minutes % 2))  # half of an odd number ends amid a minute
        if (counted_half, answer.red_at.replace(tzinfo=None)) != (exact, end):
            differing.append((start, written(periods), minutes, counted_half, half, answer.red_at, end))
    assert [] == differing


def test_skipped_days_are_exactly_the_days_off_on_the_way() -> None:
    answer = clock().forecast(read_question("2026-09-30T16:00", "8", zone=ZONE))
    assert [f"2026-10-0{day}" for day in range(1, 8)] == [each["day"] for each in answer.skipped]
    assert "跳过 10月1日至3日（国庆节）" in "".join(answer.sentences)


def test_one_limit_is_told_in_sentences_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--start", "2026-02-13T17:00", "--hours", "2", "--json") == 0
    *sentences, last = capsys.readouterr().out.splitlines()
    assert sentences == [
        "时限 2 个工作小时，从 2026年2月13日（周五）17:00 起算，工作日 09:00–12:00、13:30–17:30 计时。",
        "2026年2月14日（周六）09:30 用满一半，此后亮黄灯。",
        "2026年2月14日（周六）10:30 到期，未办结亮红灯。",
        "调休上班、照常计时：2月14日（周六）。",
    ]
    answer = json.loads(last)
    assert "".join(sentences) == answer["reason"]
    assert ("2026-02-14T09:30:00+08:00", "2026-02-14T10:30:00+08:00") == (answer["yellow_at"], answer["red_at"])
    assert ([], False) == (answer["skipped"], answer["provisional"])


def test_calendar_hours_run_through_nights_and_holidays() -> None:
    answer = clock(basis="calendar").forecast(read_question("2026-09-30T16:00", "24", zone=ZONE))
    assert datetime(2026, 10, 1, 4, tzinfo=ZONE) == answer.yellow_at
    assert datetime(2026, 10, 1, 16, tzinfo=ZONE) == answer.red_at
    assert [] == answer.skipped


def test_a_start_with_another_offset_is_the_same_instant() -> None:
    utc = read_question("2026-11-23T01:30:00Z", "8", zone=ZONE)
    assert read_question("2026-11-23T09:30", "8", zone=ZONE) == utc


def test_a_limit_into_a_year_that_nobody_has_confirmed_is_provisional() -> None:
    answer = clock().forecast(read_question("2026-12-31T17:00", "8", zone=ZONE))
    assert answer.provisional
    assert "暂定" in answer.sentences[-1]


def test_a_bad_row_is_named_and_the_others_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "limits.csv"
    rows = ["start,hours", "2026-11-23T09:30,7", "yesterday,7", "2026-11-23T09:30,abc", "2026-11-23T09:30,0", ""]
    rows += [
        "2026-11-23,-1",
        "1890-01-01,2",
        "2045-01-01,2",
        "2026-11-23T09:30,99999999",
        "2026-11-23T09:30,nan",
        "2026-11-23",
    ]
    rows += ["2026-11-23T09:30,7,7", "0001-01-01T00:00+14:00,1", "2026-11-23T09:30,0.5"]
    path.write_bytes("\n".join(rows).encode() + "\n二〇二六,1\n".encode("gb18030") + b"2026-11-23 09:30 , 1 \n")
    assert run("--csv", str(path)) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    errors = {line["row"]: line["error"] for line in lines if "error" in line}
    words = {3: "start“yesterday”", 4: "hours“abc”", 5: "hours“0”", 7: "hours“-1”", 8: "start“1890-01-01”"}
    words |= {
        9: "confirmed_years",
        10: "hours“99999999”",
        11: "hours“nan”",
        12: "hours“”",
        13: "列数",
        14: "start“0001",
    }
    words |= {16: "UTF-8"}
    assert words.keys() == errors.keys()
    assert [] == [row for row in words if words[row] not in errors[row] or f"第 {row} 行" not in errors[row]]
    assert [2, 15, 17] == [line["row"] for line in lines if "error" not in line]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("开始,小时\n", "没有“start”这一列"),
        ("start,hours,limit\n", "不认识“limit”这一列"),
        ("start,hours,hours\n", "有两个“hours”列"),
        ("", "没有“start”这一列"),
        (None, "打不开"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "limits.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(LauncherError, match=said):
        run("--csv", str(path))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "缺少 --start"),
        (("--start", "2026-11-23"), "缺少 --hours"),
        (("--start", "2026-11-23", "--csv", "limits.csv"), "--csv 和 --start"),
        (("--start", "23.11.2026", "--hours", "8"), "start“23.11.2026”"),
        (("--start", "2026-11-23", "--hours", "8h"), "hours“8h”"),
        (("--start", "2026-11-23", "--hours", "8", "--calendar-hours", "--office-hours", "09:00-12:00"), "自然时间"),
        (("--start", "2026-11-23", "--hours", "90000"), "太长"),
        (("--start", "2026-11-23", "--hours", "60000"), "confirmed_years"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_write(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(LauncherError, match=said):
        run(*arguments)


@pytest.mark.parametrize(
    "text",
    ["", "9-12", "12:00-09:00", "09:00-12:00,11:00-13:00", "22:00-06:00", "09:60-12:00", "09:00-24:01", "09:00-09:00"],
)
def test_office_hours_that_cannot_be_kept_are_refused(text: str) -> None:
    with pytest.raises(RejectedInput, match="办公时间"):
        read_office_hours(text)


def test_office_hours_may_be_the_whole_day() -> None:
    assert ((time(0), time(0)),) == read_office_hours("00:00-24:00")
    assert ((time(9), time(12)), (time(13, 30), time(17, 30))) == read_office_hours("9:00-12:00，13:30–17:30")
