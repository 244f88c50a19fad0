"""`./minhu bench`: measurements as ratios within one run; results are kept in bench/RESULTS.md."""

import json
import math
import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from launcher.bench import faults, intake, jobs, loop, matters, reports, routing, scale, scores, timers, year
from launcher.bench.picture import backlog_picture
from launcher.bench.year_world import DAYS, WHOLE, Part, Wish
from launcher.progress import say, step_bar

HELP = "测量：同一次运行内的比值（各项见 ./minhu bench --help）；结果存于 bench/RESULTS.md"
FULL = 400_000  # requests of half a year


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes: the name of a measurement, and its sizes."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, (declare, measure, sentence) in KINDS.items():
        about = kinds.add_parser(name, help=sentence)
        declare(about)
        about.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
        about.set_defaults(measure=measure)
    about_faults = kinds.add_parser("faults", help="故障试验：各部分随机出错，账目仍须一一相符")
    faults.arguments(about_faults)
    about_faults.set_defaults(measure=faults.run)


def run(args: Namespace) -> int:
    """Measure and tell."""
    return int(args.measure(args))


def _number(parser: ArgumentParser, name: str, *, default: int, what: str) -> None:
    parser.add_argument(name, type=int, default=default, metavar="N", help=f"{what}（默认 {default}）")


def _about_jobs(parser: ArgumentParser) -> None:
    _number(parser, "--rounds", default=3, what="轮数")
    _number(parser, "--backlog", default=4000, what="积压的任务数")
    parser.add_argument("--rate", type=float, default=60.0, metavar="R", help="稳定流量，每秒任务数（默认 60）")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="另存一张积压速度的图（SVG）")


def _jobs(args: Namespace) -> int:
    wish = jobs.Wish(rounds=args.rounds, backlog=args.backlog, rate=args.rate)
    summary = jobs.measure(wish, say=say)
    for kind, names in summary.items():
        for name, value in names.items():
            shown = (
                {key: entry for key, entry in value.items() if key != "rounds"} if isinstance(value, dict) else value
            )
            say(f"{kind}  {name}  {shown}")
    if args.picture:
        args.picture.write_text(backlog_picture(summary["backlog"]), encoding="utf-8")
    if args.json:
        print(json.dumps(summary, ensure_ascii=False))
    return 0


def _about_loop(parser: ArgumentParser) -> None:
    _number(parser, "--requests", default=400, what="诉求件数")
    _number(parser, "--workers", default=1, what="作业进程个数")


def _loop(args: Namespace) -> int:
    return _tell(args, loop.measure(args.requests, workers=args.workers, say=say))


def _about_intake(parser: ArgumentParser) -> None:
    _number(parser, "--rows", default=100_000, what="导出的好行数，差错另加")
    parser.add_argument("--platform", default=intake.PLATFORM, metavar="NAME", help=f"平台（默认 {intake.PLATFORM}）")
    parser.add_argument("--serving", action="store_true", help="流程引擎同时接办")


def _intake(args: Namespace) -> int:
    wish = intake.Wish(rows=args.rows, platform=args.platform, serving=args.serving)
    return _tell(args, intake.measure(wish, say=say))


def _about_timers(parser: ArgumentParser) -> None:
    _number(parser, "--count", default=1000, what="工单数")
    parser.add_argument("--per-minute", type=int, metavar="R", help="每分钟到期几张（默认全部在同一分钟）")


def _timers(args: Namespace) -> int:
    return _tell(args, timers.measure(args.count, per_minute=args.per_minute, say=say))


def _about_scale(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--waiting", type=int, nargs="+", default=[4000, 40_000], metavar="N", help="在等待的工单数（默认 4000 40000）"
    )
    _number(parser, "--requests", default=200, what="每一步办结的诉求件数")


def _scale(args: Namespace) -> int:
    return _tell(args, scale.measure(args.waiting, count=args.requests, say=say))


def _about_routing(parser: ArgumentParser) -> None:
    _number(parser, "--requests", default=FULL, what="已有的诉求")
    _number(parser, "--jobs", default=2000, what="测多少次")


def _routing(args: Namespace) -> int:
    return _tell(args, routing.measure(args.requests, jobs=args.jobs, say=say))


def _about_matters(parser: ArgumentParser) -> None:
    _number(parser, "--requests", default=FULL, what="已有的诉求")
    _number(parser, "--asked", default=1000, what="测多少次")


def _matters(args: Namespace) -> int:
    return _tell(args, matters.measure(args.requests, asked=args.asked, say=say))


def _about_scores(parser: ArgumentParser) -> None:
    _number(parser, "--rounds", default=50_000, what="核对的轮数")
    _number(parser, "--year", default=FULL, what="一年的轮数")


def _scores(args: Namespace) -> int:
    summary = scores.measure(args.rounds, year=args.year, say=say)
    return _tell(args, summary) or int(summary["wrong_scores"] + summary["wrong_means"] > 0)


def _about_report(parser: ArgumentParser) -> None:
    _number(parser, "--requests", default=FULL, what="已有的诉求")


def _report(args: Namespace) -> int:
    return _tell(args, reports.measure(args.requests, say=say))


def _about_year(parser: ArgumentParser) -> None:
    _number(parser, "--requests", default=10_000, what="诉求件数")
    _number(parser, "--days", default=DAYS, what="模拟的天数")
    _number(parser, "--seed", default=1, what="随机种子；同一种子重复同一年")
    parser.add_argument("--part", type=_part, default=WHOLE, metavar="N/K", help="把这些天分成 K 段，只跑第 N 段")
    parser.add_argument("--minutes", type=float, default=math.inf, metavar="M", help="最多多少分钟，到时判定已过的日子")


def _part(text: str) -> Part:
    found = re.fullmatch(r"([1-9]\d{0,2})/([1-9]\d{0,2})", text)
    if not found or int(found[1]) > int(found[2]):
        raise ArgumentTypeError(f"“{text}”不是一段，请写成 2/4 这样")
    return int(found[1]), int(found[2])


def _year(args: Namespace) -> int:
    wish = Wish(requests=args.requests, seed=args.seed, days=args.days, part=args.part, minutes_most=args.minutes)
    first, end = wish.stretch
    with step_bar("模拟日", total=end - first) as progress:
        summary = year.measure(wish, progress=progress)
    _tell(args, summary)
    return 0 if year.is_sound(summary) else 1


def _tell(args: Namespace, summary: dict[str, Any]) -> int:
    for name, value in summary.items():
        say(f"{name}  {value}")
    if args.json:
        print(json.dumps(summary, ensure_ascii=False))
    return 0


Declare: TypeAlias = Callable[[ArgumentParser], None]
Measure: TypeAlias = Callable[[Namespace], int]
KINDS: dict[str, tuple[Declare, Measure, str]] = {
    "jobs": (_about_jobs, _jobs, "空任务：积压与稳定流量，三种 worker 轮流"),
    "loop": (_about_loop, _loop, "整件诉求：引擎、卷宗、短信都是真的，单位和来电人即时应答"),
    "intake": (_about_intake, _intake, "平台的导出收进诉求登记：每秒多少行，占多少内存"),
    "timers": (_about_timers, _timers, "许多工单的红灯同一分钟到期：从到期到短信中心收下"),
    "scale": (_about_scale, _scale, "许多工单在等待时：每件诉求的代价，引擎占用的内存与磁盘"),
    "routing": (_about_routing, _routing, "确定承办单位：卷宗里已有许多诉求时，一次要多久"),
    "matters": (_about_matters, _matters, "同一件事：卷宗里已有许多诉求时，提出一次要多久"),
    "scores": (_about_scores, _scores, "得分：每个都与另一套算法核对；一年按新权重重算"),
    "report": (_about_report, _report, "写一份月通报：卷宗里已有许多诉求时，统计和排版各要多久"),
    "year": (_about_year, _year, "一年的诉求：每盏灯、每条短信由独立的判定者核对"),
}
