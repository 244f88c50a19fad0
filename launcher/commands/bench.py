"""`./minhu bench`: measurements as ratios within one run; results are kept in bench/RESULTS.md."""

import json
import math
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from launcher.bench import faults, jobs, loop, matters, routing, scale, scores, timers, year
from launcher.bench.picture import backlog_picture
from launcher.bench.year_world import DAYS, Wish
from launcher.progress import say, step_bar

HELP = "测量：同一次运行内的比值（各项见 ./minhu bench --help）；结果存于 bench/RESULTS.md"


def arguments(parser: ArgumentParser) -> None:
    """Declare what is measured and how much of it."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    about_jobs = kinds.add_parser("jobs", help="空任务：积压与稳定流量，三种 worker 轮流")
    about_jobs.add_argument("--rounds", type=int, default=3, metavar="N", help="轮数（默认 3）")
    about_jobs.add_argument("--backlog", type=int, default=4000, metavar="N", help="积压的任务数（默认 4000）")
    about_jobs.add_argument("--rate", type=float, default=60.0, metavar="R", help="稳定流量，每秒任务数（默认 60）")
    about_jobs.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_jobs.add_argument("--picture", type=Path, metavar="FILE", help="另存一张积压速度的图（SVG）")
    about_jobs.set_defaults(measure=_jobs)

    about_loop = kinds.add_parser("loop", help="整件诉求：引擎、卷宗、短信都是真的，单位和来电人即时应答")
    about_loop.add_argument("--requests", type=int, default=400, metavar="N", help="诉求件数（默认 400）")
    about_loop.add_argument("--workers", type=int, default=1, metavar="N", help="作业进程个数（默认 1）")
    about_loop.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_loop.set_defaults(measure=_loop)

    about_timers = kinds.add_parser("timers", help="许多工单的红灯同一分钟到期：从到期到短信中心收下")
    _timers_arguments(about_timers)

    about_scale = kinds.add_parser("scale", help="许多工单在等待时：每件诉求的代价，引擎占用的内存与磁盘")
    _scale_arguments(about_scale)

    _about_full_casebooks(kinds)

    about_faults = kinds.add_parser("faults", help="故障试验：各部分随机出错，账目仍须一一相符")
    faults.arguments(about_faults)
    about_faults.set_defaults(measure=faults.run)


def _about_full_casebooks(kinds: Any) -> None:
    about_routing = kinds.add_parser("routing", help="确定承办单位：卷宗里已有许多诉求时，一次要多久")
    about_routing.add_argument("--requests", type=int, default=400_000, metavar="N", help="已有的诉求（默认 400000）")
    about_routing.add_argument("--jobs", type=int, default=2000, metavar="N", help="测多少次（默认 2000）")
    about_routing.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_routing.set_defaults(measure=_routing)

    about_matters = kinds.add_parser("matters", help="同一件事：卷宗里已有许多诉求时，提出一次要多久")
    about_matters.add_argument("--requests", type=int, default=400_000, metavar="N", help="已有的诉求（默认 400000）")
    about_matters.add_argument("--asked", type=int, default=1000, metavar="N", help="测多少次（默认 1000）")
    about_matters.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_matters.set_defaults(measure=_matters)

    scores.arguments(kinds.add_parser("scores", help="得分：每个都与另一套算法核对；一年按新权重重算"), measure=_scores)
    _year_arguments(kinds.add_parser("year", help="一年的诉求：每盏灯、每条短信由独立的判定者核对"))


def _scale_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--waiting", type=int, nargs="+", default=[4000, 40_000], metavar="N", help="在等待的工单数（默认 4000 40000）"
    )
    parser.add_argument("--requests", type=int, default=200, metavar="N", help="每一步办结的诉求件数（默认 200）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    parser.set_defaults(measure=_scale)


def _year_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--requests", type=int, default=10_000, metavar="N", help="诉求件数（默认 10000）")
    parser.add_argument("--days", type=int, default=DAYS, metavar="D", help=f"模拟的天数（默认 {DAYS}）")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="随机种子；同一种子重复同一年")
    parser.add_argument("--minutes", type=float, default=math.inf, metavar="M", help="最多多少分钟，到时判定已过的日子")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    parser.set_defaults(measure=_year)


def _timers_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=1000, metavar="N", help="工单数（默认 1000）")
    parser.add_argument("--per-minute", type=int, metavar="R", help="每分钟到期几张（默认全部在同一分钟）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    parser.set_defaults(measure=_timers)


def run(args: Namespace) -> int:
    """Measure and tell."""
    return int(args.measure(args))


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


def _loop(args: Namespace) -> int:
    return _tell(args, loop.measure(args.requests, workers=args.workers, say=say))


def _timers(args: Namespace) -> int:
    return _tell(args, timers.measure(args.count, per_minute=args.per_minute, say=say))


def _scale(args: Namespace) -> int:
    return _tell(args, scale.measure(args.waiting, count=args.requests, say=say))


def _routing(args: Namespace) -> int:
    return _tell(args, routing.measure(args.requests, jobs=args.jobs, say=say))


def _year(args: Namespace) -> int:
    wish = Wish(requests=args.requests, seed=args.seed, days=args.days, minutes_most=args.minutes)
    with step_bar("模拟日", total=args.days) as progress:
        summary = year.measure(wish, progress=progress)
    _tell(args, summary)
    return 0 if year.is_sound(summary) else 1


def _scores(args: Namespace) -> int:
    summary = scores.measure(args.rounds, year=args.year, say=say)
    return _tell(args, summary) or int(summary["wrong_scores"] + summary["wrong_means"] > 0)


def _matters(args: Namespace) -> int:
    return _tell(args, matters.measure(args.requests, asked=args.asked, say=say))


def _tell(args: Namespace, summary: dict[str, Any]) -> int:
    for name, value in summary.items():
        say(f"{name}  {value}")
    if args.json:
        print(json.dumps(summary, ensure_ascii=False))
    return 0
