"""`./minhu deadline`: when a limit would turn yellow and red, and which days would not count."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from casebook.district import load_district
from casebook.errors import MinhuError, RejectedInput
from launcher.case_rows import BadRow, Columns, read_rows
from launcher.deadline_forecast import Clock, read_office_hours, read_question
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.progress import say

HELP = "期限预演：一个时限何时亮黄灯、何时亮红灯、跳过哪些天（不登记，也不需要先启动系统）"
COLUMNS = Columns(needed=("start", "hours"))


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--start", metavar="ISO", help="从何时起算，例如 2026-11-23T09:30；不带时区按本区时间")
    parser.add_argument("--hours", metavar="H", help="时限，小时，可带小数")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="一批时限：列 start,hours；每行输出一个 JSON 对象")
    parser.add_argument(
        "--office-hours",
        metavar="HH:MM-HH:MM,…",
        help="办公时间；不写取 config/calendar.toml 的（09:00-12:00,13:30-17:30）",
    )
    parser.add_argument("--calendar-hours", action="store_true", help="按自然时间计时，昼夜节假日不停")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Answer; exit code 1 when something could not be answered."""
    try:
        _must_ask_one_thing(args)
        clock = _clock(args)
        if args.csv:
            return _many(args.csv, clock)
        answer = clock.forecast(read_question(args.start, args.hours, zone=clock.zone))
    except MinhuError as error:
        raise LauncherError(str(error)) from error
    for sentence in answer.sentences:
        print(sentence)
    if args.json:
        print(json.dumps(answer.as_dict(), ensure_ascii=False))
    return 0


def _must_ask_one_thing(args: Namespace) -> None:
    given = [name for name in ("start", "hours") if getattr(args, name) is not None]
    if args.csv and given:
        raise RejectedInput(f"--csv 和 --{given[0]} 不能同时用。请去掉其中一个。")
    missing = [name for name in ("start", "hours") if name not in given]
    if not args.csv and missing:
        raise RejectedInput(f"缺少 --{missing[0]}。请写 --start 2026-11-23T09:30 --hours 8，或用 --csv 给出一批。")
    if args.calendar_hours and args.office_hours is not None:
        raise RejectedInput(
            "--calendar-hours 按自然时间计时，不看办公时间。请去掉 --office-hours 或 --calendar-hours。"
        )


def _clock(args: Namespace) -> Clock:
    district = load_district(MachineSettings().config)
    hours = district.calendar.office_hours if args.office_hours is None else read_office_hours(args.office_hours)
    basis = "calendar" if args.calendar_hours else "working"
    return Clock(settings=district.calendar, office_hours=hours, basis=basis, zone=district.zone)


def _many(path: Path, clock: Clock) -> int:
    """Print one JSON line a case, in the order of the file; what cannot be answered has `error` and its `row`."""
    rows = wrong = 0
    for row, cells in read_rows(path, COLUMNS):
        rows += 1
        answer = _answer(cells, clock)
        if isinstance(answer, str):
            wrong += 1
            say(f"  第 {row} 行：{answer}")
            answer = {"error": f"第 {row} 行：{answer}"}
        print(json.dumps({"row": row, **answer}, ensure_ascii=False))
    say(f"共 {rows} 行，答出 {rows - wrong} 行，{wrong} 行有误。")
    return 1 if wrong else 0


def _answer(cells: dict[str, str] | BadRow, clock: Clock) -> dict[str, object] | str:
    if isinstance(cells, BadRow):
        return cells.reason
    try:
        question = read_question(cells.get("start", ""), cells.get("hours", ""), zone=clock.zone)
        return clock.forecast(question).as_dict()
    except RejectedInput as refusal:
        return str(refusal)
